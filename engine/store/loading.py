"""Loading the facts of many projects at once: a fixed number of queries for any number of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine.rules.facts import (
    DeadlineFacts,
    LightFacts,
    MilestoneFacts,
    NoticeFacts,
    PartFacts,
    ProjectFacts,
    TargetFacts,
)
from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, Light
from engine.rules.zone import local_day
from engine.store.directory import Directory, load_directory
from engine.store.project_queries import (
    DEADLINES,
    LATEST_REPORTS,
    LIGHTS,
    MILESTONES,
    NOTICES,
    PARTS,
    PROJECTS,
    TARGETS,
)
from engine.store.silences import Silences, load_silences
from engine.store.statements import Found, rows
from engine.store.tables import Project

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
    """Rows of a batch by project; ``parts`` are rows of measures by what they are a part of."""

    parts: dict[int, list[Found]]
    targets: dict[int, list[TargetFacts]]
    milestones: dict[int, list[MilestoneFacts]]
    deadlines: dict[int, list[DeadlineFacts]]
    notices: dict[int, list[NoticeFacts]]
    lights: dict[int, list[LightMemory]]
    reports: dict[int, Found]
    silences: Silences


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
    heads = session.execute(PROJECTS, {"ids": ids}).all()
    directory = load_directory(session, day, {row[0].lead_unit_id for row in heads}, ids)
    parts = _parts_below(session, ids)
    below = [row.id for level in parts.values() for row in level]
    details = _load_details(session, [*ids, *below], parts, load_silences(session, day))
    loaded = Loaded([], {}, directory, {})
    for project, unit, disputed, decided in heads:
        loaded.rows[project.id] = project
        loaded.projects.append(
            _facts_of(project, unit, disputed, decided or "", details, directory)
        )
    return loaded


def _parts_below(session: Session, ids: Sequence[int]) -> dict[int, list[Found]]:
    """The measures of these projects, and theirs, by what they are a part of: a query a level."""
    below: dict[int, list[Found]] = {}
    wanted = list(ids)
    while wanted:
        found = _by_project((row.parent_id, row) for row in rows(session, PARTS, ids=wanted))
        below.update(found)
        wanted = [row.id for level in found.values() for row in level]
    return below


def _load_details(
    session: Session, ids: Sequence[int], parts: dict[int, list[Found]], silences: Silences
) -> _Details:
    reports = {row.project_id: row for row in rows(session, LATEST_REPORTS, ids=ids)}
    found = rows(session, DEADLINES, ids=ids)
    deadlines = [(row[0], DeadlineFacts(*row[1:])) for row in found]
    codes = {deadline.id: deadline.code for _, deadline in deadlines}
    milestones = rows(session, MILESTONES, ids=ids)
    lights = rows(session, LIGHTS, ids=ids)
    return _Details(
        parts=parts,
        targets=_targets(session, ids, reports),
        milestones=_by_project((row[0], MilestoneFacts(*row[1:])) for row in milestones),
        deadlines=_by_project(deadlines),
        notices=_notices(session, ids, codes),
        lights=_by_project((row[0], (row.period, row.colour)) for row in lights),
        reports=reports,
        silences=silences,
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
    found = rows(session, TARGETS, ids=ids, reports=said)
    return _by_project((row[0], TargetFacts(*row[1:])) for row in found)


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
                number=row.id,
            ),
        )
        for row in rows(session, NOTICES, ids=ids)
        if row.deadline_id is None or row.deadline_id in codes
    )


def _facts_of(
    project: Project,
    unit: str,
    disputed: bool,
    decided: str,
    details: _Details,
    directory: Directory,
) -> ProjectFacts:
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
        reachable=directory.reachable_of(project),
        urgency=project.urgency,
        basis=project.basis or decided,
        content=project.content if project.basis else "",
        said=report.statement if report and project.basis else "",
        parts=tuple(_part_of(row, details) for row in details.parts.get(project.id, ())),
        disputed=disputed,
        silenced_until=details.silences.until(project.id, project.lead_unit_id),
    )


def _part_of(row: Found, details: _Details) -> PartFacts:
    report = details.reports.get(row.id)
    ends = (d.due for d in details.deadlines.get(row.id, ()) if d.kind is DeadlineKind.COMPLETION)
    return PartFacts(
        code=row.code,
        is_done=row.state is ProjectState.CLOSED,
        starts_on=row.starts_on,
        due=next(ends, None),
        reported_percent=report.percent if report else None,
        reported_on=local_day(report.reported_at) if report else None,
        targets=tuple(details.targets.get(row.id, ())),
        milestones=tuple(details.milestones.get(row.id, ())),
        parts=tuple(_part_of(part, details) for part in details.parts.get(row.id, ())),
    )
