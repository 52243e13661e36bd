"""A list held against who was given its items: only by 改派 does another unit take one over.

A file that still names the unit an item was taken from is read as if it named the one that has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from engine.ledger.values import Ledger, LedgerProject
from engine.lists.given import Given
from engine.store.event_kinds import EventKind
from engine.store.journal import PROJECT_CHAIN
from engine.store.tables import JournalEvent, Program, Project

Handovers = Mapping[str, Sequence[tuple[str, str]]]
"""From which unit to which an item went, in the order of time, by its code."""


def with_units_of_today(session: Session, program: Program, ledger: Ledger) -> Ledger:
    """The list with the units that have taken items over in the place of those that led them."""
    handovers = _handovers(session, program)
    if not handovers:
        return ledger
    projects = (
        _of_today(project, f"{program.year}-{project.number:02d}", handovers)
        for project in ledger.projects
    )
    return replace(ledger, projects=tuple(projects))


def _handovers(session: Session, program: Program) -> Handovers:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    query = (
        select(Project.code, JournalEvent.data)
        .join(JournalEvent, JournalEvent.chain == PROJECT_CHAIN + cast(Project.id, String))
        .where(
            Project.program_id == program.id,
            JournalEvent.kind == EventKind.REASSIGNED.value,
        )
        .order_by(JournalEvent.id)
    )
    for code, data in session.execute(query):
        found[code].append((data["before"], data["unit"]))
    return found


def _of_today(item: LedgerProject, code: str, handovers: Handovers) -> LedgerProject:
    leads = item.lead_units
    for before, unit in handovers.get(code, ()):
        if unit not in leads:
            leads = tuple(unit if name == before else name for name in leads)
    measures = (
        _of_today(measure, f"{code}-{measure.number}", handovers) for measure in item.measures
    )
    return replace(item, lead_units=leads, measures=tuple(measures))


def taken_away(given: Iterable[Given]) -> list[str]:
    """The items that a list would take from a unit that was given them."""
    return [
        f"{where}“{'、'.join(old.lead_units)}”→“{'、'.join(new.lead_units)}”"
        for where, old, new in given
        if not {*old.lead_units} <= {*new.lead_units}
    ]
