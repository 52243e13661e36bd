"""Loading the facts of many projects at once: a fixed number of queries for any number of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine.rules.facts import (
    DeadlineFacts,
    LightFacts,
    MilestoneFacts,
    NoticeFacts,
    ProjectFacts,
    TargetFacts,
)
from engine.rules.words import DeadlineState, Light, NoticeState
from engine.rules.zone import local_day
from engine.store.directory import Directory, load_directory
from engine.store.statements import Found, rows, table_of
from engine.store.tables import (
    Deadline,
    LightRecord,
    Milestone,
    Notice,
    ProgressReport,
    Project,
    ReportedValue,
    Target,
    Unit,
)

T = TypeVar("T")

LightMemory = tuple[str, Light]
"""A colour and, where it was a monthly assessment, its period."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Facts of a batch; ``faults`` are projects whose rows could not be read, with the error."""

    projects: list[ProjectFacts]
    rows: dict[int, Project]
    directory: Directory
    faults: dict[int, Exception]


@dataclass(frozen=True, slots=True)
class _Details:
    """Rows of a batch by project."""

    targets: dict[int, list[TargetFacts]]
    milestones: dict[int, list[MilestoneFacts]]
    deadlines: dict[int, list[DeadlineFacts]]
    notices: dict[int, list[NoticeFacts]]
    lights: dict[int, list[LightMemory]]
    reports: dict[int, Found]


def load_projects(session: Session, ids: Sequence[int], day: date) -> Loaded:
    """The facts of these projects as they are known on ``day``, in the order of their ids."""
    try:
        return _load(session, ids, day)
    except OperationalError:  # the database is away: no row's fault
        raise
    except Exception:
        return _load_what_can_be_read(session, ids, day)


def _load_what_can_be_read(session: Session, ids: Sequence[int], day: date) -> Loaded:
    """A poison row never stops a sweep (design §5, rule 12): tell which projects hold one."""
    faults: dict[int, Exception] = {}
    for project_id in ids:
        try:
            _load(session, [project_id], day)
        except OperationalError:
            raise
        except Exception as error:
            faults[project_id] = error
    loaded = _load(session, [project_id for project_id in ids if project_id not in faults], day)
    loaded.faults.update(faults)
    return loaded


def _load(session: Session, ids: Sequence[int], day: date) -> Loaded:
    heads = session.execute(_PROJECTS, {"ids": ids}).all()
    directory = load_directory(session, day, {row[0].lead_unit_id for row in heads})
    details = _load_details(session, ids)
    loaded = Loaded([], {}, directory, {})
    for project, unit in heads:
        loaded.rows[project.id] = project
        loaded.projects.append(_facts_of(project, unit, details, directory))
    return loaded


def _load_details(session: Session, ids: Sequence[int]) -> _Details:
    reports = {row.project_id: row for row in rows(session, _LATEST_REPORTS, ids=ids)}
    found = rows(session, _DEADLINES, ids=ids)
    deadlines = [(row[0], DeadlineFacts(*row[1:])) for row in found]
    codes = {deadline.id: deadline.code for _, deadline in deadlines}
    milestones = rows(session, _MILESTONES, ids=ids)
    lights = rows(session, _LIGHTS, ids=ids)
    return _Details(
        targets=_targets(session, ids, reports),
        milestones=_by_project((row[0], MilestoneFacts(*row[1:])) for row in milestones),
        deadlines=_by_project(deadlines),
        notices=_notices(session, ids, codes),
        lights=_by_project((row[0], (row.period, row.colour)) for row in lights),
        reports=reports,
    )


def _by_project(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    grouped: dict[int, list[T]] = defaultdict(list)
    for project_id, item in pairs:
        grouped[project_id].append(item)
    return grouped


def _targets(
    session: Session, ids: Sequence[int], reports: dict[int, Found]
) -> dict[int, list[TargetFacts]]:
    said = [report.id for report in reports.values()]
    actual: dict[int, Decimal] = {row[0]: row[1] for row in rows(session, _VALUES, reports=said)}
    return _by_project(
        (t.project_id, TargetFacts(t.metric, t.unit, t.form, t.planned, actual.get(t.id), t.text))
        for t in rows(session, _TARGETS, ids=ids)
    )


def _notices(
    session: Session, ids: Sequence[int], codes: dict[int, str]
) -> dict[int, list[NoticeFacts]]:
    """Notices on the project as a whole, and on deadlines that still bind."""
    return _by_project(
        (
            row.project_id,
            NoticeFacts(
                rule=row.rule,
                kind=row.kind,
                state=row.state,
                deadline=codes[row.deadline_id] if row.deadline_id else "project",
                occurrence=row.occurrence,
                issued_on=row.as_of,
                reply_by=row.reply_by,
                answered_on=local_day(row.answered_at) if row.answered_at else None,
            ),
        )
        for row in rows(session, _NOTICES, ids=ids)
        if row.deadline_id is None or row.deadline_id in codes
    )


def _facts_of(project: Project, unit: str, details: _Details, directory: Directory) -> ProjectFacts:
    records = details.lights.get(project.id, [])
    report = details.reports.get(project.id)
    return ProjectFacts(
        id=project.id,
        code=project.code,
        kind=project.kind,
        title=project.title,
        field=project.field,
        unit=unit,
        leader=project.sponsor,
        state=project.state,
        starts_on=project.starts_on,
        exempt_until=project.exempt_until,
        reported_percent=report.percent if report else None,
        reported_on=local_day(report.reported_at) if report else None,
        targets=tuple(details.targets.get(project.id, ())),
        milestones=tuple(details.milestones.get(project.id, ())),
        deadlines=tuple(details.deadlines.get(project.id, ())),
        notices=tuple(details.notices.get(project.id, ())),
        light=LightFacts(
            colour=project.light,
            ever_red=any(colour is Light.RED for _, colour in records),
            months=tuple((period, colour) for period, colour in records if period),
        ),
        reachable=directory.reachable(project.lead_unit_id, project.leader_post_id),
        urgency=project.urgency,
    )


# The queries, built once over bare tables: each takes the ids of a whole batch.

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

_PROJECTS = (
    select(Project, Unit.name)
    .join(Unit, Project.lead_unit_id == Unit.id)
    .where(Project.id.in_(_IDS))
    .order_by(Project.id)
)

_DEADLINE = table_of(Deadline).c
_DEADLINES = (
    select(
        _DEADLINE.project_id,
        _DEADLINE.id,
        _DEADLINE.kind,
        _DEADLINE.slot,
        _DEADLINE.name,
        _DEADLINE.version,
        _DEADLINE.due,
        _DEADLINE.original_due,
        _DEADLINE.provisional,
    )
    .where(_DEADLINE.project_id.in_(_IDS), _DEADLINE.state == DeadlineState.PENDING)
    .order_by(_DEADLINE.due, _DEADLINE.id)
)

_STEP = table_of(Milestone).c
_MILESTONES = (
    select(_STEP.project_id, _STEP.name, _STEP.due, _STEP.planned_percent, _STEP.done_on)
    .where(_STEP.project_id.in_(_IDS))
    .order_by(_STEP.position)
)

_LIGHT = table_of(LightRecord).c
_LIGHTS = (
    select(_LIGHT.project_id, _LIGHT.period, _LIGHT.colour)
    .where(_LIGHT.project_id.in_(_IDS))
    .order_by(_LIGHT.id)
)

_REPORT = table_of(ProgressReport).c
_RANKED_REPORTS = (
    select(
        _REPORT.id,
        _REPORT.project_id,
        _REPORT.percent,
        _REPORT.reported_at,
        func.row_number()
        .over(
            partition_by=_REPORT.project_id,
            order_by=(_REPORT.period.desc(), _REPORT.version.desc()),
        )
        .label("rank"),
    )
    .where(_REPORT.project_id.in_(_IDS))
    .subquery()
)

_LATEST_REPORTS = select(_RANKED_REPORTS).where(_RANKED_REPORTS.c.rank == 1)
"""The newest version of the newest period of each project."""

_VALUE = table_of(ReportedValue).c
_VALUES = select(_VALUE.target_id, _VALUE.value).where(
    _VALUE.report_id.in_(bindparam("reports", expanding=True))
)

_TARGET = table_of(Target).c
_TARGETS = (
    select(
        _TARGET.project_id,
        _TARGET.id,
        _TARGET.metric,
        _TARGET.unit,
        _TARGET.form,
        _TARGET.planned,
        _TARGET.text,
    )
    .where(_TARGET.project_id.in_(_IDS))
    .order_by(_TARGET.position)
)

_NOTICE = table_of(Notice).c
_NOTICES = (
    select(
        _NOTICE.project_id,
        _NOTICE.deadline_id,
        _NOTICE.rule,
        _NOTICE.kind,
        _NOTICE.state,
        _NOTICE.occurrence,
        _NOTICE.as_of,
        _NOTICE.reply_by,
        _NOTICE.answered_at,
    )
    .where(_NOTICE.project_id.in_(_IDS), _NOTICE.state != NoticeState.CANCELLED)
    .order_by(_NOTICE.id)
)
