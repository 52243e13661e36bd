"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator

W = TypeVar("W", bound=StrEnum)


class Instant(TypeDecorator[datetime]):
    """A moment, stored as UTC; naive datetimes are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Figure(TypeDecorator[Decimal]):
    """An exact decimal, stored as text because SQLite would store a float."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Term(TypeDecorator[W]):
    """A member of one of the engine's closed vocabularies, stored by its English value."""

    impl = String(32)
    cache_ok = True

    def __init__(self, vocabulary: type[W]) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self._members: dict[str, W] = {member.value: member for member in vocabulary}

    def process_bind_param(self, value: W | None, dialect: Dialect) -> str | None:
        return None if value is None else self._members[str(value)].value

    def process_result_value(self, value: Any, dialect: Dialect) -> W | None:
        return None if value is None else self._members[value]
