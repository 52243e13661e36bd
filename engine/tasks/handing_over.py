"""交办: problems of the congress and instructions of leaders become supervised items, each with
its responsible unit, its limit and its basis; all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assigning.assignment import assign
from engine.dates.deadlines import new_deadline, set_deadlines
from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.desk.transition import hold, take_step
from engine.errors import DubanError
from engine.rules.congress import Problem, problems_faults
from engine.rules.lifecycle import ProjectEvent, ProjectState
from engine.rules.steps import Role, StepFacts
from engine.rules.words import DeadlineKind, PostKind, ProjectKind, Urgency
from engine.rules.years import year_at_work
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, history, project_chain
from engine.store.tables import Person, Post, Program, Project, Unit

LEADING = (PostKind.LEADER, PostKind.PRINCIPAL, PostKind.SIGNER)
RUNNING = (ProjectState.ASSIGNED, ProjectState.UNDERWAY)


class HandingOverRefused(DubanError):
    """交办内容有误，一项都没有交办。"""


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item about to be opened.

    Attributes:
        document: the paper with which it is handed over.
        until: what is to be done by ``due``.
    """

    kind: ProjectKind
    code: str
    title: str
    content: str
    unit_id: int
    due: date
    basis: str
    document: str
    until: str = "办结"
    parent_id: int | None = None
    sponsor: str = ""
    leader_post_id: int | None = None
    urgency: Urgency = Urgency.NORMAL


@dataclass(frozen=True, slots=True)
class Places:
    """Units and leaders' posts by the names that papers use for them."""

    units: dict[str, int]
    leaders: dict[str, int]

    def faults(self, unit: str, leader: str = "") -> Iterator[str]:
        """Names that nobody knows; empty ones are somebody else's to refuse."""
        if unit.strip() and unit not in self.units:
            yield f"通讯录中没有单位“{unit}”，请核对名称"
        if leader.strip() and leader not in self.leaders:
            yield f"通讯录中没有领导岗位“{leader}”，请核对职务或姓名"


def load_places(session: Session) -> Places:
    """All units, and all leaders' posts by title and by holder."""
    units = {name: number for name, number in session.execute(select(Unit.name, Unit.id))}
    posts = session.execute(
        select(Post.id, Post.title, Person.name)
        .outerjoin(Person, Post.holder_id == Person.id)
        .where(Post.kind.in_(LEADING))
        .order_by(Post.id.desc())
    ).all()
    leaders = {row.name: row.id for row in posts if row.name}
    return Places(units, leaders | {row.title: row.id for row in posts})


def hold_program(desk: Desk, year: int | None = None) -> Program:
    """The list at work, or that of a year, which nobody else can add to until the transaction
    ends.

    Raises:
        HandingOverRefused: there is none.
    """
    meant = year or year_at_work(desk.session.scalars(select(Program.year)), desk.day)
    query = select(Program).where(Program.year == meant)
    query = query.order_by(Program.id.desc()).limit(1).with_for_update()
    program = desk.session.scalars(query).one_or_none()
    if program is None:
        which = f"{year}年的" if year is not None else ""
        raise HandingOverRefused(f"没有{which}清单，请先导入台账（duban import）")
    return program


def open_items(desk: Desk, program_id: int, items: Sequence[NewItem], by: str) -> list[Project]:
    """Register items with their dates and give them to their units.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused: an item has no basis.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    projects = [Project(**_columns(desk, program_id, item)) for item in items]
    desk.session.add_all(projects)
    desk.session.flush()
    for project, item in zip(projects, items, strict=True):
        _register(desk, project, item, actor)
    assign(desk, projects, by)
    return projects


def _columns(desk: Desk, program_id: int, item: NewItem) -> dict[str, Any]:
    return {
        "program_id": program_id,
        "parent_id": item.parent_id,
        "kind": item.kind,
        "code": item.code,
        "title": item.title.strip(),
        "content": item.content.strip(),
        "basis": item.basis,
        "assigned_by_document": item.document,
        "lead_unit_id": item.unit_id,
        "sponsor": item.sponsor,
        "leader_post_id": item.leader_post_id,
        "urgency": item.urgency,
        "state": ProjectState.DRAFT,
        "starts_on": desk.day,
    }


def _register(desk: Desk, project: Project, item: NewItem, actor: str) -> None:
    facts = StepFacts(basis=item.basis)
    take_step(desk, project, ProjectEvent.REGISTER, Role.OFFICE, actor, facts)
    due = new_deadline(
        desk, project.id, DeadlineKind.COMPLETION, item.due, item.until, running=False
    )
    set_deadlines(desk, [due], actor)


def hand_over(desk: Desk, opinion: Project, problems: Sequence[Problem], by: str) -> list[Project]:
    """逐一反馈交办问题: the problems of an opinion, each with its unit and its limit.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        HandingOverRefused: something is missing or wrong, or was handed over before; all of it
            is named and nothing is handed over.
        ProjectChanged: somebody has taken a step on the opinion meanwhile.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    hold(desk, opinion)
    places = load_places(desk.session)
    faults = list(_faults(desk, opinion, tuple(problems), places))
    if faults:
        raise HandingOverRefused("问题未交办：" + "；".join(faults))
    first = len(_problems_of(desk.session, opinion)) + 1
    items = [
        NewItem(
            kind=ProjectKind.PROBLEM,
            code=f"{opinion.code}-{number}",
            title=problem.title,
            content=problem.content,
            unit_id=places.units[problem.unit],
            due=problem.due,
            basis=opinion.basis,
            document=opinion.assigned_by_document,
            parent_id=opinion.id,
            sponsor=problem.leader,
            leader_post_id=places.leaders.get(problem.leader),
        )
        for number, problem in enumerate(problems, first)
        if problem.due is not None
    ]
    opened = open_items(desk, opinion.program_id, items, by)
    _record(desk, opinion, problems, opened, actor)
    return opened


def _faults(
    desk: Desk, opinion: Project, problems: tuple[Problem, ...], places: Places
) -> Iterator[str]:
    if opinion.kind is not ProjectKind.OPINION:
        yield f"{opinion.code} 不是审议意见，不能在其下交办问题"
    elif opinion.state not in RUNNING:
        yield f"{opinion.code} 处于“{opinion.state.label}”，不能再交办问题"
    if not problems:
        yield "请至少写明一个问题"
    yield from problems_faults(problems, desk.day)
    for number, problem in enumerate(problems, 1):
        yield from (f"问题{number}：{f}" for f in places.faults(problem.unit, problem.leader))
    known = {(p.title, p.lead_unit_id): p for p in _problems_of(desk.session, opinion)}
    for problem in problems:
        double = known.get((problem.title.strip(), places.units.get(problem.unit, 0)))
        if double is not None:
            yield f"“{double.title}”{opened_before(desk.session, double)}"


def opened_before(session: Session, project: Project) -> str:
    """Who has already handed an item over, and as what."""
    first = history(session, project_chain(project.id))[0]
    return f"已由{first.actor}于{project.starts_on}交办，编号{project.code}"


def _problems_of(session: Session, opinion: Project) -> list[Project]:
    query = select(Project).where(
        Project.parent_id == opinion.id, Project.kind == ProjectKind.PROBLEM
    )
    return list(session.scalars(query.order_by(Project.id)))


def _record(
    desk: Desk,
    opinion: Project,
    problems: Sequence[Problem],
    opened: Sequence[Project],
    actor: str,
) -> None:
    chain = project_chain(opinion.id)
    append(
        desk.session,
        [
            Event(
                chain,
                EventKind.HANDED_OVER,
                desk.at,
                actor,
                {
                    "code": project.code,
                    "title": project.title,
                    "unit": problem.unit,
                    "due": str(problem.due),
                },
            )
            for project, problem in zip(opened, problems, strict=True)
        ],
    )
