"""The items that a letter names, as they now are. Read-only, in sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from engine.desk.issuing import Desk
from engine.reports.stating import REPORTING_STATES
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.words import DeadlineState, Light
from engine.store.event_kinds import EventKind
from engine.store.journal import project_chain
from engine.store.statements import Found, rows, table_of
from engine.store.tables import (
    Deadline,
    JournalEvent,
    ProgressReport,
    Project,
    ProjectUnit,
    Unit,
)


@dataclass(frozen=True, slots=True)
class ReceivedItem:
    """An item that a letter names.

    Attributes:
        is_led: whether the reader answers for a unit that leads it now.
        next_name, next_due, next_original: the nearest date that binds, and its first promise.
        signed_by, signed_at: who signed for it, since it was last given out.
        reported_by, reported_at, period: who last reported on it, when and for which period.
    """

    id: int
    code: str
    title: str
    unit: str
    state: ProjectState
    light: Light
    is_led: bool
    next_name: str
    next_due: date | None
    next_original: date | None
    signed_by: str
    signed_at: datetime | None
    reported_by: str
    reported_at: datetime | None
    period: str

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def awaits_signature(self) -> bool:
        return self.is_led and self.state is ProjectState.ASSIGNED

    @property
    def takes_report(self) -> bool:
        return self.is_led and self.state in REPORTING_STATES


def items_of(
    desk: Desk, named: Set[int], programs: Set[int], codes: Set[str], units: frozenset[int]
) -> list[ReceivedItem]:
    """The items that notices name, by number or, in these lists, by code.

    Args:
        units: the units that the reader answers for.
    """
    wanted = {"ids": sorted(named), "programs": sorted(programs), "codes": sorted(codes)}
    found = rows(desk.session, _ITEMS, **wanted).all()
    ids = [row.id for row in found]
    leading = _leading(desk, found)
    dates = {row.project_id: row for row in rows(desk.session, _DATES, ids=ids)}
    signatures = _signatures(desk, ids)
    reports = {row.project_id: row for row in rows(desk.session, _REPORTS, ids=ids)}
    return [
        ReceivedItem(
            id=row.id,
            code=row.code,
            title=row.title,
            unit=row.unit,
            state=row.state,
            light=row.light,
            is_led=bool(leading[row.id] & units),
            next_name=dates[row.id].name if row.id in dates else "",
            next_due=dates[row.id].due if row.id in dates else None,
            next_original=dates[row.id].original_due if row.id in dates else None,
            signed_by=signatures[row.id].actor if row.id in signatures else "",
            signed_at=signatures[row.id].at if row.id in signatures else None,
            reported_by=reports[row.id].reported_by if row.id in reports else "",
            reported_at=reports[row.id].reported_at if row.id in reports else None,
            period=reports[row.id].period if row.id in reports else "",
        )
        for row in found
    ]


def _leading(desk: Desk, found: Sequence[Found]) -> dict[int, set[int]]:
    """The lead units of each item."""
    leading: dict[int, set[int]] = defaultdict(set)
    for row in found:
        leading[row.id].add(row.lead_unit_id)
    for project_id, unit_id in rows(desk.session, _FURTHER, ids=[row.id for row in found]):
        leading[project_id].add(unit_id)
    return leading


def _signatures(desk: Desk, ids: Iterable[int]) -> dict[int, Found]:
    """The last signature of each item that was signed for since it was last given out."""
    chains = {project_chain(number): number for number in ids}
    found: dict[int, Found] = {}
    for row in rows(desk.session, _GIVEN, chains=list(chains)):
        if row.kind == EventKind.SIGNED_FOR.value:
            found[chains[row.chain]] = row
        else:
            found.pop(chains[row.chain], None)
    return found


# The queries, built once.

_PROJECT, _UNIT, _MORE = table_of(Project).c, table_of(Unit).c, table_of(ProjectUnit).c
_DEADLINE, _REPORT = table_of(Deadline).c, table_of(ProgressReport).c
_EVENT = table_of(JournalEvent).c
_IDS: Any = bindparam("ids", expanding=True)

_ITEMS = (
    select(
        _PROJECT.id,
        _PROJECT.code,
        _PROJECT.title,
        _PROJECT.state,
        _PROJECT.light,
        _PROJECT.lead_unit_id,
        _UNIT.name.label("unit"),
    )
    .join_from(table_of(Project), table_of(Unit), _PROJECT.lead_unit_id == _UNIT.id)
    .where(
        or_(
            _PROJECT.id.in_(_IDS),
            and_(
                _PROJECT.program_id.in_(bindparam("programs", expanding=True)),
                _PROJECT.code.in_(bindparam("codes", expanding=True)),
            ),
        )
    )
    .order_by(_PROJECT.program_id, _PROJECT.id)
)

_FURTHER = select(_MORE.project_id, _MORE.unit_id).where(
    _MORE.project_id.in_(_IDS), _MORE.leads.is_(True)
)

# The nearest comes last, and so stays.
_DATES = (
    select(_DEADLINE.project_id, _DEADLINE.name, _DEADLINE.due, _DEADLINE.original_due)
    .where(_DEADLINE.project_id.in_(_IDS), _DEADLINE.state == DeadlineState.PENDING)
    .order_by(_DEADLINE.due.desc(), _DEADLINE.id.desc())
)

# The last comes last, and so stays.
_REPORTS = (
    select(_REPORT.project_id, _REPORT.reported_by, _REPORT.reported_at, _REPORT.period)
    .where(_REPORT.project_id.in_(_IDS))
    .order_by(_REPORT.id)
)

_GIVEN = (
    select(_EVENT.chain, _EVENT.kind, _EVENT.actor, _EVENT.at)
    .where(
        _EVENT.chain.in_(bindparam("chains", expanding=True)),
        _EVENT.kind.in_(
            [EventKind.ASSIGNED.value, EventKind.REASSIGNED.value, EventKind.SIGNED_FOR.value]
        ),
    )
    .order_by(_EVENT.chain, _EVENT.seq)
)
