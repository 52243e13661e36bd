"""The target of a transfer: empty at first, then unfinished, at last a store that can be used."""

from __future__ import annotations

from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select, text

from engine.errors import DubanError
from engine.store.database import Database
from engine.store.schema import upgrade
from engine.store.tables import Base
from engine.transfer import references
from engine.transfer.mark import Mark, begin, end, found
from engine.transfer.rows import TABLES, is_empty

REVISIONS = "alembic_version"


class TargetRefused(DubanError):
    """目标库不能搬入。"""


def resume(target: Connection, source: str, *, restart: bool) -> Mark | None:
    """Where an earlier transfer from the same source stopped; None where the target is empty.

    Args:
        source: the source's ``fingerprint``.
        restart: begin anew what an earlier transfer has left.

    Raises:
        TargetRefused: it has data that came from elsewhere, or from a source that has changed.
    """
    mark = found(target)
    if mark is None:
        _check_empty(target)
    elif restart:
        _wipe(target)
    elif mark.source != source:
        raise TargetRefused(
            "目标库中有一次没有搬完的搬迁，源库却和那时不一样了：此后有改动，或者不是同一个库。"
            "请停掉用源库的服务，加 --restart 从头再搬（先清掉目标库中已搬的）"
        )
    else:
        return mark
    return None


def prepare(database: Database, target: Connection, source: str) -> Mark:
    """Make an empty database one that is being moved into."""
    upgrade(database)
    mark = Mark(source)
    with target.begin():
        begin(target, mark)
        references.drop(target)
    return mark


def finish(target: Connection, mark: Mark) -> None:
    """Make the target a store like any other, all at once.

    Raises:
        BrokenReferences, IntegrityError: a row refers to one that is not there.
        AnotherTransfer: another one is at work on the same target.
    """
    references.restore(target)
    if target.dialect.name == "postgresql":
        _set_numbers(target)
        target.execute(text("ANALYZE"))
    end(target, mark)


def _check_empty(target: Connection) -> None:
    names = set(inspect(target).get_table_names())
    ours = {table.name for table in TABLES}
    revisions = MigrationContext.configure(target).get_current_heads()
    if names - ours - {REVISIONS} or (revisions and not names & ours):
        raise TargetRefused("目标库是别的程序的，请另建一个空库")
    for table in TABLES:
        if table.name in names and not is_empty(target, table):
            raise TargetRefused(
                f"目标库中已有数据（表 {table.name}）。已经搬完的，不用再搬；"
                "要另搬一次的，请另建一个空库"
            )


def _wipe(target: Connection) -> None:
    """Remove what an earlier transfer has left, tables and all: they may be of another version."""
    Base.metadata.drop_all(target)
    target.execute(text(f"DROP TABLE IF EXISTS {REVISIONS}"))


def _set_numbers(target: Connection) -> None:
    """New rows get the numbers after the last."""
    for table in TABLES:
        number = table.autoincrement_column
        if number is not None:
            last = select(func.coalesce(func.max(number), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, number.name)
            target.execute(select(func.setval(sequence, last, False)))
