"""Loading the past of many items at once: a fixed number of queries for any number of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from engine.dates.clocks import clocks_of
from engine.hindsight.past import Past, Reported
from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineState
from engine.rules.zone import local_day
from engine.store.event_kinds import EventKind
from engine.store.journal import project_chain
from engine.store.loading import load_projects
from engine.store.statements import batches, rows, table_of
from engine.store.tables import (
    Deadline,
    JournalEvent,
    Notice,
    ProgressReport,
    Project,
    ReportedValue,
    Target,
)

STATES = {
    EventKind.ASSIGNED: ProjectState.ASSIGNED,
    EventKind.REASSIGNED: ProjectState.ASSIGNED,
    EventKind.RETURNED: ProjectState.RETURNED,
    EventKind.SIGNED_FOR: ProjectState.UNDERWAY,
    EventKind.SENT_BACK: ProjectState.UNDERWAY,
    EventKind.REOPENED: ProjectState.UNDERWAY,
    EventKind.RESUMED: ProjectState.UNDERWAY,
    EventKind.SUSPENDED: ProjectState.SUSPENDED,
    EventKind.COMPLETION_REQUESTED: ProjectState.COMPLETION_REQUESTED,
    EventKind.CLOSED: ProjectState.CLOSED,
    EventKind.TERMINATED: ProjectState.TERMINATED,
}


def load_pasts(session: Session, first: date, today: date, limit: int) -> list[Past]:
    """The pasts of the items that were supervised since a day, in their order; no more than
    ``limit``."""
    query = _ITEMS.where((_PROJECT.closed_on.is_(None)) | (_PROJECT.closed_on >= first))
    ids = list(rows(session, query.limit(limit)).scalars())
    found: list[Past] = []
    for some in batches(ids):
        pasts = {facts.id: Past(facts) for facts in load_projects(session, some, today).projects}
        _take_states(session, pasts)
        _take_reports(session, pasts)
        _take_clocks(session, pasts)
        _take_answers(session, pasts)
        found += pasts.values()
    return found


def _take_states(session: Session, pasts: Mapping[int, Past]) -> None:
    chains = {project_chain(number): past for number, past in pasts.items()}
    for row in rows(session, _STATES, chains=list(chains)):
        past, day = chains[row.chain], local_day(row.at)
        if row.kind == EventKind.EXEMPTED.value:
            past.exempted_on = day
        else:
            past.states.append((day, STATES[EventKind(row.kind)]))


def _take_reports(session: Session, pasts: Mapping[int, Past]) -> None:
    values: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for row in rows(session, _VALUES, ids=list(pasts)):
        values[row.report_id][row.metric] = row.value
    for row in rows(session, _REPORTS, ids=list(pasts)):
        report = Reported(local_day(row.reported_at), row.percent, values[row.id])
        pasts[row.project_id].reports.append(report)


def _take_clocks(session: Session, pasts: Mapping[int, Past]) -> None:
    last = {(r.project_id, r.kind, r.slot): r for r in rows(session, _DATES, ids=list(pasts))}
    for (number, kind, slot), steps in clocks_of(session, list(pasts)).items():
        row = last.get((number, kind, slot))
        if row is None or row.state is DeadlineState.CANCELLED:
            continue  # it never came to anything
        past = pasts[number]
        past.clocks[kind, slot] = steps
        past.names[kind, slot] = (row.id, row.name)
        if row.met_on:
            past.ends[kind, slot] = row.met_on


def _take_answers(session: Session, pasts: Mapping[int, Past]) -> None:
    for row in rows(session, _ANSWERS, ids=list(pasts)):
        clock = (row.kind, row.slot) if row.kind else None
        day = local_day(row.answered_at) if row.answered_at else None
        pasts[row.project_id].answers[row.rule, clock, row.occurrence] = day


# The queries, built once.

_PROJECT, _DATE, _EVENT = table_of(Project).c, table_of(Deadline).c, table_of(JournalEvent).c
_REPORT, _VALUE, _TARGET = (
    table_of(ProgressReport).c,
    table_of(ReportedValue).c,
    table_of(Target).c,
)
_NOTICE = table_of(Notice).c
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

_ITEMS = select(_PROJECT.id).where(_PROJECT.assigned_on.is_not(None)).order_by(_PROJECT.id)

_STATES = (
    select(_EVENT.chain, _EVENT.kind, _EVENT.at)
    .where(
        _EVENT.chain.in_(bindparam("chains", expanding=True)),
        _EVENT.kind.in_([kind.value for kind in (*STATES, EventKind.EXEMPTED)]),
    )
    .order_by(_EVENT.chain, _EVENT.seq)
)

_REPORTS = (
    select(_REPORT.id, _REPORT.project_id, _REPORT.reported_at, _REPORT.percent)
    .where(_REPORT.project_id.in_(_IDS))
    .order_by(_REPORT.reported_at, _REPORT.id)
)

_VALUES = (
    select(_VALUE.report_id, _TARGET.metric, _VALUE.value)
    .join_from(table_of(ReportedValue), table_of(Target), _TARGET.id == _VALUE.target_id)
    .where(_TARGET.project_id.in_(_IDS))
)

_DATES = (
    select(
        _DATE.project_id,
        _DATE.kind,
        _DATE.slot,
        _DATE.id,
        _DATE.name,
        _DATE.state,
        _DATE.met_on,
    )
    .where(_DATE.project_id.in_(_IDS))
    .order_by(_DATE.version)
)
"""The last version comes last, and so stays."""

_ANSWERS = (
    select(
        _NOTICE.project_id,
        _NOTICE.rule,
        _NOTICE.occurrence,
        _NOTICE.answered_at,
        _DATE.kind,
        _DATE.slot,
    )
    .join_from(table_of(Notice), table_of(Deadline), _DATE.id == _NOTICE.deadline_id, isouter=True)
    .where(_NOTICE.project_id.in_(_IDS), _NOTICE.reply_by.is_not(None))
)
