"""The notices that count in a score: those that went out and stand, each with its event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.rules.reviews import ReviewState
from engine.rules.scoring import OF_NOTICE, Issued
from engine.rules.words import UNIT_CLOCKS, NoticeState
from engine.rules.zone import local_day
from engine.store.event_kinds import EventKind
from engine.store.journal import program_chain, project_chain
from engine.store.tables import Deadline, JournalEvent, Notice, Project, ReviewRequest

Leads = Mapping[int, tuple[int, ...]]
"""The lead units of each item, the first named first."""


def of_items(
    session: Session, projects: Sequence[Project], leads: Leads
) -> Iterator[tuple[int, Issued]]:
    """Chases and warnings, once for each unit they were for.

    That is the unit which led the item when the notice was issued, with the further lead units
    where it still does. A notice on a clock of the office counts against no unit.
    """
    by_id = {project.id: project for project in projects}
    of_office = select(Deadline.id).where(Deadline.kind.not_in(UNIT_CLOCKS))
    is_for_unit = Notice.deadline_id.is_(None) | Notice.deadline_id.not_in(of_office)
    rows = _standing(session, Notice.project_id.in_(by_id), is_for_unit)
    told = _Told(session, rows, [project_chain(number) for number in by_id])
    for row in rows:
        project = by_id[row.project_id or 0]
        first = row.unit_id or project.lead_unit_id
        units = leads[project.id] if first == project.lead_unit_id else (first,)
        for unit in units:
            yield from told.issued(row, unit, {project.id: project.code})


def of_list(
    session: Session, program_id: int, codes: Mapping[int, str], leads: Leads
) -> Iterator[tuple[int, Issued]]:
    """Signed circulars, once for each unit that leads an item named in them; an item for which a
    review has revoked the circular is not named any more.
    """
    rows = _standing(session, Notice.program_id == program_id, Notice.project_id.is_(None))
    told = _Told(session, rows, [program_chain(program_id)])
    for row in rows:
        named: dict[int, dict[int, str]] = defaultdict(dict)
        for project in row.facts.get("projects", ()):
            for unit in leads.get(project["id"], ()):
                named[unit][project["id"]] = codes[project["id"]]
        for unit, about in sorted(named.items()):
            yield from told.issued(row, unit, about)


def _standing(session: Session, *where: ColumnElement[bool]) -> Sequence[Notice]:
    """Issued and not revoked. A draft was never signed, and counts for nothing."""
    return session.scalars(
        select(Notice)
        .where(*where, Notice.kind.in_(OF_NOTICE), Notice.state == NoticeState.ISSUED)
        .order_by(Notice.id)
    ).all()


class _Told:
    """What journal and reviews tell of some notices."""

    def __init__(self, session: Session, notices: Sequence[Notice], chains: Sequence[str]) -> None:
        kinds = (EventKind.NOTICE_ISSUED.value, EventKind.NOTICE_SIGNED.value)
        rows = session.scalars(
            select(JournalEvent)
            .where(JournalEvent.chain.in_(chains), JournalEvent.kind.in_(kinds))
            .order_by(JournalEvent.id)
        )
        self._events: dict[Any, JournalEvent] = {row.data["notice"]: row for row in rows}
        reviews = session.execute(
            select(ReviewRequest.notice_id, ReviewRequest.project_id, ReviewRequest.state).where(
                ReviewRequest.notice_id.in_([notice.id for notice in notices])
            )
        )
        self._reviews: dict[tuple[Any, int], set[ReviewState]] = defaultdict(set)
        for notice, project, state in reviews:
            self._reviews[notice, project].add(state)

    def issued(
        self, notice: Notice, unit: int, about: Mapping[int, str]
    ) -> Iterator[tuple[int, Issued]]:
        """The notice as it counts for a unit; nothing where the journal does not tell of it, or
        where a review took back all that it says of the unit's items."""
        event = self._events.get(notice.id)
        stands = {
            number: code
            for number, code in about.items()
            if ReviewState.REVOKED not in self._reviews[notice.id, number]
        }
        if event is None or not stands:
            return
        disputed = all(
            ReviewState.REQUESTED in self._reviews[notice.id, number] for number in stands
        )
        codes, on = tuple(stands.values()), local_day(event.at)
        yield unit, Issued(notice.kind, notice.id, codes, on, event.id, disputed)
