"""What happened to the items of a list, as scores see it: dates and closures, each with its event.

A duty that was cancelled because its item was returned or given to another unit is nobody's fault
and is left out; so are dates that came due before the present unit was given the item.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.rules.lifecycle import ProjectState
from engine.rules.reviews import ReviewState
from engine.rules.scoring import ENDS, REPORTS, Duty, Happening, Result, ScoredItem
from engine.rules.words import DeadlineKind, DeadlineState
from engine.rules.zone import local_day
from engine.store.event_kinds import EventKind
from engine.store.journal import project_chain
from engine.store.loading import load_projects
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Deadline, JournalEvent, Project, ReviewRequest

KINDS = (*REPORTS, *ENDS, DeadlineKind.PLAN)
TOLD = (
    EventKind.DEADLINE_SET,
    EventKind.DEADLINE_MOVED,
    EventKind.DEADLINE_MET,
    EventKind.RETURNED,
    EventKind.REASSIGNED,
    EventKind.EXEMPTED,
    EventKind.BROKEN_DOWN,
    EventKind.CLOSED,
    EventKind.REOPENED,
    EventKind.TERMINATED,
)
ENDINGS = (
    EventKind.RETURNED.value,
    EventKind.REASSIGNED.value,
    EventKind.CLOSED.value,
    EventKind.TERMINATED.value,
)


def load_items(
    session: Session, projects: Sequence[Project], day: date, faults: dict[int, Exception]
) -> dict[int, ScoredItem]:
    """These items by number; those whose rows cannot be read go to ``faults`` instead."""
    ids = [project.id for project in projects]
    loaded = load_projects(session, ids, day)
    faults.update(loaded.faults)
    results = {
        facts.id: tuple(
            Result(t.metric, t.unit, t.form, t.planned, t.actual) for t in facts.targets
        )
        for facts in loaded.projects
    }
    stories, dates = _stories(session, ids), _dates(session, ids)
    contested = _contested(session, ids)
    return {
        project.id: _item(
            project,
            stories[project.id],
            dates.get(project.id, []),
            results[project.id],
            day,
            disputed=project.id in contested,
        )
        for project in projects
        if project.id in results
    }


class _Story:
    """What the journal tells of one item."""

    def __init__(self, events: Sequence[Found]) -> None:
        self._events = events
        self._of_kind: dict[str, list[Found]] = defaultdict(list)
        for event in events:
            self._of_kind[event.kind].append(event)

    def of(self, *kinds: EventKind) -> list[Found]:
        """The events of these kinds, oldest first."""
        found = (event for kind in kinds for event in self._of_kind[kind.value])
        return sorted(found, key=lambda event: event.id)

    def of_date(self, deadline: Deadline, *kinds: EventKind) -> list[Found]:
        """Those that are about one date, in all its versions."""
        its = (deadline.kind.value, deadline.slot)
        return [e for e in self.of(*kinds) if (e.data["kind"], e.data["slot"]) == its]

    def ending_after(self, event: int) -> Found | None:
        """The event that ended what a unit had to do, next after another event."""
        return next((e for e in self._events if e.id > event and e.kind in ENDINGS), None)


def _stories(session: Session, ids: Iterable[int]) -> dict[int, _Story]:
    chains = {project_chain(number): number for number in ids}
    told: dict[int, list[Found]] = {number: [] for number in chains.values()}
    for row in rows(session, _TOLD, chains=list(chains)):
        told[chains[row.chain]].append(row)
    return {number: _Story(events) for number, events in told.items()}


_EVENT = table_of(JournalEvent).c
_TOLD = (
    select(_EVENT.id, _EVENT.chain, _EVENT.kind, _EVENT.at, _EVENT.data)
    .where(
        _EVENT.chain.in_(bindparam("chains", expanding=True)),
        _EVENT.kind.in_([kind.value for kind in TOLD]),
    )
    .order_by(_EVENT.id)
)


def _dates(session: Session, ids: Sequence[int]) -> dict[int, list[Deadline]]:
    """The dates of each item in their last version."""
    found: dict[int, list[Deadline]] = defaultdict(list)
    dates = session.scalars(
        select(Deadline)
        .where(
            Deadline.project_id.in_(ids),
            Deadline.kind.in_(KINDS),
            Deadline.state != DeadlineState.REPLACED,
        )
        .order_by(Deadline.due, Deadline.id)
    )
    for row in dates:
        found[row.project_id].append(row)
    return found


def _contested(session: Session, ids: Sequence[int]) -> set[int]:
    """Items that are themselves under review; a review of one notice waits for that one alone."""
    return set(
        session.scalars(
            select(ReviewRequest.project_id).where(
                ReviewRequest.project_id.in_(ids),
                ReviewRequest.notice_id.is_(None),
                ReviewRequest.state == ReviewState.REQUESTED,
            )
        )
    )


def _item(
    project: Project,
    story: _Story,
    dates: Sequence[Deadline],
    results: tuple[Result, ...],
    day: date,
    *,
    disputed: bool,
) -> ScoredItem:
    until = _until(project, story, day)
    closed = story.of(EventKind.CLOSED) if project.state is ProjectState.CLOSED else []
    return ScoredItem(
        code=project.code,
        until=until,
        duties=tuple(duty for d in dates if (duty := _duty(d, story, until)) is not None),
        failed=tuple(
            Happening(str(e.data.get("reason", "")), local_day(e.at), e.id)
            for e in story.of(EventKind.REOPENED)
        ),
        closed=Happening("", local_day(closed[-1].at), closed[-1].id) if closed else None,
        timeliness=project.timeliness,
        results=results,
        disputed=disputed,
    )


def _until(project: Project, story: _Story, day: date) -> date:
    """The last day on which the unit's clocks ran."""
    stopped = {
        ProjectState.SUSPENDED: project.suspended_on,
        ProjectState.COMPLETION_REQUESTED: project.requested_on,
        ProjectState.CLOSED: project.requested_on or project.closed_on,
    }.get(project.state)
    if project.state in (ProjectState.RETURNED, ProjectState.TERMINATED):
        ends = story.of(EventKind.RETURNED, EventKind.TERMINATED)
        stopped = local_day(ends[-1].at) if ends else None
    return min(stopped, day) if stopped else day


def _duty(deadline: Deadline, story: _Story, until: date) -> Duty | None:
    """A date as it counts; None for one that does not."""
    setting = story.of_date(deadline, EventKind.DEADLINE_SET, EventKind.DEADLINE_MOVED)
    if not setting:
        return None
    event = setting[-1].id
    given = story.of(EventKind.REASSIGNED)
    if given and deadline.due < local_day(given[-1].at):
        return None
    if deadline.state is DeadlineState.CANCELLED and _left_to_measures(deadline, story):
        return None
    if deadline.state is DeadlineState.CANCELLED:
        ending = story.ending_after(event)
        if ending is None or ending.kind not in (
            EventKind.CLOSED.value,
            EventKind.TERMINATED.value,
        ):
            return None
    met = story.of_date(deadline, EventKind.DEADLINE_MET)
    if deadline.met_on is not None and met:
        event = met[-1].id
    due = _excused(story, _counted_due(deadline, story))
    return Duty(deadline.kind, deadline.name, due, deadline.met_on, event)


def _left_to_measures(deadline: Deadline, story: _Story) -> bool:
    """Whether it was a report that the measures give in the item's place."""
    broken = story.of(EventKind.BROKEN_DOWN)
    return bool(broken) and deadline.kind in REPORTS and deadline.due >= local_day(broken[0].at)


def _counted_due(deadline: Deadline, story: _Story) -> date:
    """The first date, or the last that was lawfully set. A date that a failed re-check gave, and
    all that followed it, does not excuse (未经批准延期的按原时限计)."""
    reopened = {event.at for event in story.of(EventKind.REOPENED)}
    counted = deadline.original_due
    for event in story.of_date(deadline, EventKind.DEADLINE_MOVED):
        if event.at in reopened:
            break
        counted = date.fromisoformat(event.data["to"])
    return counted


def _excused(story: _Story, due: date) -> date:
    """A date that fell into an approved exemption counts from its end (免督)."""
    for event in story.of(EventKind.EXEMPTED):
        until = date.fromisoformat(event.data["until"])
        if local_day(event.at) <= due <= until:
            due = until
    return due
