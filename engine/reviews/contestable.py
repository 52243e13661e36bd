"""What a unit may ask to have reviewed now, in sets: conclusions, rectifications, warnings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from engine.desk.issuing import Desk
from engine.reviews.contesting import name_of
from engine.rules.lifecycle import ProjectState
from engine.rules.reviews import CONTESTABLE, ReviewState, last_day_to_request
from engine.rules.words import DeadlineKind, NoticeKind, NoticeState, ProjectKind
from engine.rules.zone import ZONE, local_day
from engine.store.tables import (
    Deadline,
    Finding,
    InspectedProject,
    Inspection,
    Notice,
    Project,
    ProjectUnit,
    ReviewRequest,
)

LOOKED_BACK = timedelta(days=120)
"""Well beyond any limit for a request."""


@dataclass(frozen=True, slots=True)
class Contestable:
    """Something that may be contested until ``last_day``.

    Attributes:
        inspection, notice: its number; 0 for none, both 0 for the rectification that the item is.
    """

    code: str
    title: str
    name: str
    last_day: date
    inspection: int = 0
    notice: int = 0


def contestable(desk: Desk, units: Collection[int]) -> list[Contestable]:
    """What these units may contest today, what runs out first before the rest."""
    limits, calendar = desk.rulebook.policy.limits, desk.rulebook.calendar
    led = _led(desk, units)
    asked = _asked(desk, units)
    found = [
        Contestable(project.code, project.title, name, last_day, inspection, notice)
        for project, name, received, inspection, notice in (
            *_notices(desk, led, units),
            *_rectifications(desk, led, units),
        )
        if (last_day := last_day_to_request(received, limits, calendar)) >= desk.day
        and (project.id, inspection, notice) not in asked
    ]
    return sorted(found, key=lambda one: (one.last_day, one.code))


_Subject = tuple[Project, str, date, int, int]


def _leads(units: Collection[int]) -> ColumnElement[bool]:
    """Of an item: one of the units leads it."""
    further = select(ProjectUnit.project_id).where(
        ProjectUnit.unit_id.in_(units), ProjectUnit.leads.is_(True)
    )
    return or_(Project.lead_unit_id.in_(units), Project.id.in_(further))


def _led(desk: Desk, units: Collection[int]) -> dict[int, Project]:
    query = select(Project).where(_leads(units), Project.state != ProjectState.TERMINATED)
    return {project.id: project for project in desk.session.scalars(query.order_by(Project.id))}


def _asked(desk: Desk, units: Collection[int]) -> set[tuple[int, int, int]]:
    """What was asked for before. The inspection of a rectification is found by itself."""
    rows = desk.session.execute(
        select(
            ReviewRequest.project_id,
            ReviewRequest.inspection_id,
            ReviewRequest.notice_id,
            Project.kind,
        )
        .join(Project, ReviewRequest.project_id == Project.id)
        .where(ReviewRequest.state != ReviewState.WITHDRAWN, _leads(units))
    )
    return {
        (project, 0 if kind is ProjectKind.RECTIFICATION else inspection or 0, notice or 0)
        for project, inspection, notice, kind in rows
    }


def _notices(desk: Desk, led: dict[int, Project], units: Collection[int]) -> Iterator[_Subject]:
    since = datetime.combine(desk.day - LOOKED_BACK, time(), ZONE)
    query = select(Notice).where(
        Notice.kind.in_(CONTESTABLE),
        Notice.state == NoticeState.ISSUED,
        func.coalesce(Notice.answered_at, Notice.issued_at) >= since,
        or_(
            Notice.unit_id.in_(units),
            Notice.project_id.in_(select(Project.id).where(_leads(units))),
        ),
    )
    notices = desk.session.scalars(query.order_by(Notice.id)).all()
    by_code = {project.code: project for project in led.values()}
    numbers = [n.facts["conclusion"]["inspection"] for n in notices if _concludes(n)]
    inspections = _inspections(desk, numbers)
    for notice in notices:
        received = local_day(notice.answered_at or notice.issued_at or notice.created_at)
        if _concludes(notice):
            inspection, scope = inspections[notice.facts["conclusion"]["inspection"]]
            for project in (led[number] for number in scope if number in led):
                name = name_of(project, inspection, None)
                yield project, name, received, inspection.id, 0
        elif notice.project_id in led:
            project = led[notice.project_id]
            yield project, name_of(project, None, notice), received, 0, notice.id
        elif notice.kind is NoticeKind.CIRCULAR:
            codes = [item["standing"]["code"] for item in notice.facts["paper"]["named"]]
            for project in (by_code[code] for code in codes if code in by_code):
                yield project, name_of(project, None, notice), received, 0, notice.id


def _concludes(notice: Notice) -> bool:
    return notice.kind is NoticeKind.CONCLUSION


def _inspections(desk: Desk, numbers: Sequence[int]) -> dict[int, tuple[Inspection, list[int]]]:
    """Inspections, each with the items that it looked at."""
    rows = desk.session.scalars(select(Inspection).where(Inspection.id.in_(numbers)))
    found: dict[int, tuple[Inspection, list[int]]] = {row.id: (row, []) for row in rows}
    scope = select(InspectedProject.inspection_id, InspectedProject.project_id)
    for number, project in desk.session.execute(
        scope.where(InspectedProject.inspection_id.in_(numbers)).order_by(
            InspectedProject.project_id
        )
    ):
        found[number][1].append(project)
    return found


def _rectifications(
    desk: Desk, led: dict[int, Project], units: Collection[int]
) -> Iterator[_Subject]:
    signed = (
        select(func.max(Deadline.met_on))
        .where(
            Deadline.project_id == Finding.rectification_id,
            Deadline.kind == DeadlineKind.SIGN_FOR,
        )
        .scalar_subquery()
    )
    rows = desk.session.execute(
        select(Finding.rectification_id, Inspection, signed)
        .join(Inspection, Finding.inspection_id == Inspection.id)
        .where(Finding.rectification_id.in_(select(Project.id).where(_leads(units))))
        .order_by(Finding.rectification_id)
    )
    for number, inspection, signed_on in rows:
        if number in led:
            project = led[number]
            received = signed_on or project.starts_on
            yield project, name_of(project, inspection, None), received, 0, 0
