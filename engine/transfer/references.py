"""References between rows: let go while rows come in any order, checked as a whole at the end.

An item may refer to one with a higher number, so that no order of copying would do; and to look
up every reference of every row would take most of the time.
"""

from __future__ import annotations

from collections.abc import Iterator

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, ForeignKeyConstraint

from engine.errors import DubanError
from engine.store.schema import broken_references
from engine.transfer.rows import TABLES


class BrokenReferences(DubanError):
    """引用落空。"""


def drop(connection: Connection) -> None:
    """On PostgreSQL an unfinished target has no references; on SQLite nobody looks at them."""
    if connection.dialect.name == "postgresql":
        change = Operations(MigrationContext.configure(connection))
        for reference in _references():
            change.drop_constraint(str(reference.name), reference.table.name)


def restore(connection: Connection) -> None:
    """Check all references, and have them checked from now on.

    Raises:
        BrokenReferences: on SQLite, a row refers to one that is not there.
        IntegrityError: the same, on PostgreSQL.
    """
    if connection.dialect.name == "postgresql":
        change = Operations(MigrationContext.configure(connection))
        for reference in _references():
            change.create_foreign_key(
                str(reference.name),
                reference.table.name,
                reference.referred_table.name,
                list(reference.column_keys),
                [element.column.name for element in reference.elements],
            )
    broken = broken_references(connection)
    if broken:
        raise BrokenReferences(f"表 {'、'.join(broken)} 中有行引用了不存在的行，源库已损坏")


def _references() -> Iterator[ForeignKeyConstraint]:
    for table in TABLES:
        yield from sorted(table.foreign_key_constraints, key=lambda one: str(one.name))
