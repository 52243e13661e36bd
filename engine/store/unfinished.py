"""The mark of a store that is still being moved into: nobody may work with half of one."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, select

from engine.errors import DubanError
from engine.store.statements import table_of
from engine.store.tables import Setting

MARK = "transfer"
"""The setting that ``engine.transfer`` keeps in its target until everything is there."""


class StoreUnfinished(DubanError):
    """这个库还没有搬完。"""


def mark_of(connection: Connection) -> str | None:
    """How far the transfer into this store has come, as it wrote it down; None without one."""
    if not inspect(connection).has_table(Setting.__tablename__):
        return None
    return connection.scalar(_MARK)


def refuse_unfinished(connection: Connection) -> None:
    """
    Raises:
        StoreUnfinished: a transfer into this store has begun and not ended.
    """
    if mark_of(connection) is not None:
        raise StoreUnfinished(
            "这个库正在搬入数据，还没有搬完，不能使用。"
            "搬迁中断了的，再运行一次同样的 duban transfer，会接着搬完"
        )


_SETTING = table_of(Setting).c
_MARK = select(_SETTING.value).where(_SETTING.name == MARK)
