"""How far a transfer has come. It stands in the target, in the transaction of what was copied."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.exc import IntegrityError

from engine.errors import DubanError
from engine.store.statements import table_of
from engine.store.tables import Setting
from engine.store.unfinished import MARK, mark_of


class AnotherTransfer(DubanError):
    """另一个搬迁正在往这个库里搬。"""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a transfer stands.

    Attributes:
        source: what the source was when the transfer began; see ``fingerprint``.
        table: the last table of which rows were copied; all tables before it are whole.
        after: the key of the last row copied.
        rows: how many rows were copied, of all tables.
    """

    source: str
    table: str = ""
    after: tuple[Any, ...] = ()
    rows: int = 0

    def moved(self, table: str, after: tuple[Any, ...], rows: int) -> Mark:
        """The mark after some more rows of a table."""
        return replace(self, table=table, after=after, rows=self.rows + rows)


def found(connection: Connection) -> Mark | None:
    """The mark of an unfinished transfer; None where there is none."""
    text = mark_of(connection)
    if text is None:
        return None
    kept = json.loads(text)
    return Mark(**kept | {"after": tuple(kept["after"])})


def begin(connection: Connection, mark: Mark) -> None:
    """Make the store one that is being moved into.

    Raises:
        AnotherTransfer: another one has begun at the same moment.
    """
    try:
        connection.execute(insert(_SETTINGS), {"name": MARK, "value": _text(mark)})
    except IntegrityError:
        raise _another() from None


def advance(connection: Connection, old: Mark, new: Mark) -> None:
    """Put a mark in the place of another.

    Raises:
        AnotherTransfer: the mark is no longer the one that was put there last.
    """
    _changed(connection, update(_SETTINGS).values(value=_text(new)), old)


def end(connection: Connection, old: Mark) -> None:
    """Make the store one that can be used.

    Raises:
        AnotherTransfer: the mark is no longer the one that was put there last.
    """
    _changed(connection, delete(_SETTINGS), old)


def _changed(connection: Connection, statement: Any, old: Mark) -> None:
    is_old = (_SETTINGS.c.name == MARK) & (_SETTINGS.c.value == _text(old))
    if connection.execute(statement.where(is_old)).rowcount != 1:
        raise _another()


def _another() -> AnotherTransfer:
    return AnotherTransfer("另一个 duban transfer 正在往目标库里搬，本次停下；请等它搬完")


def _text(mark: Mark) -> str:
    return json.dumps(asdict(mark), ensure_ascii=False)


_SETTINGS = table_of(Setting)
