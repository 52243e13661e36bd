"""The burden of a rehearsal: how many messages each unit received in each month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.rules.zone import local_day
from engine.store.tables import (
    Delivery,
    DeliveryState,
    Person,
    Unit,
)


@dataclass(frozen=True, slots=True)
class BurdenRow:
    """The messages that the people of one unit received."""

    unit: str
    people: int
    months: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.months)


@dataclass(frozen=True, slots=True)
class Burden:
    """The messages of all units; ``months`` adds up the rows, ``spared`` received none."""

    rows: tuple[BurdenRow, ...]
    months: tuple[int, ...]
    spared: tuple[str, ...]


def measure_burden(session: Session, months: Sequence[str]) -> Burden:
    """How many messages arrived at each unit in each month."""
    people: dict[int, set[int]] = defaultdict(set)
    monthly: dict[int, Counter[str]] = defaultdict(Counter)
    sent: Any = session.execute(
        select(Person.unit_id, Person.id, Delivery.sent_at)
        .join(Person, Delivery.person_id == Person.id)
        .where(Delivery.state == DeliveryState.SENT)
    )
    for unit_id, person_id, sent_at in sent:
        people[unit_id].add(person_id)
        monthly[unit_id][f"{local_day(sent_at):%Y-%m}"] += 1
    units = session.execute(select(Unit.id, Unit.name).order_by(Unit.id)).all()
    rows = tuple(
        BurdenRow(name, len(people[unit_id]), tuple(monthly[unit_id][m] for m in months))
        for unit_id, name in units
        if unit_id in monthly
    )
    totals = tuple(sum(row.months[n] for row in rows) for n in range(len(months)))
    return Burden(rows, totals, tuple(name for unit_id, name in units if unit_id not in monthly))
