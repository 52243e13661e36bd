"""One day of a rehearsal as its people find it: what is open, whose it is, what is due."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session

from config.acts import Deed
from config.scenario import Found, Habits, Result, Scenario, Work
from engine.assigning.assignment import ENDS
from engine.breakdown import with_measures
from engine.desk.issuing import Desk
from engine.ledger.values import Ledger
from engine.rules.calendar import Calendar
from engine.rules.facts import MilestoneFacts
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.words import DeadlineKind, DeadlineState, PostKind, ProjectKind
from engine.store.statements import Found as Row
from engine.store.statements import rows, table_of
from engine.store.tables import Deadline, Milestone, Person, Post, Project

WHOLE = Decimal(100)


@dataclass(slots=True)
class Cast:
    """What the people of a rehearsal know from one day to the next.

    Attributes:
        ledger: the list that is registered.
        results: the year-end figures by item number.
        rectified: what is to happen with each rectification, by its code.
        inspections: their numbers, by title, once they are in the plan.
        names: holders of posts, looked up once.
        days: what ``day_after`` has counted.
        works: how each project is worked on, looked up once.
        refused: the deeds that had to be refused: day, deed, and what was said.
    """

    scenario: Scenario
    calendar: Calendar
    ledger: Ledger
    results: dict[int, list[Result]]
    rectified: dict[str, Found] = field(default_factory=dict)
    inspections: dict[str, int] = field(default_factory=dict)
    names: dict[tuple[str, int], str] = field(default_factory=dict)
    refused: list[tuple[date, str, str]] = field(default_factory=list)
    days: dict[tuple[date, int], date] = field(default_factory=dict)
    works: dict[int, Work] = field(default_factory=dict)

    def day_after(self, day: date, after: int) -> date:
        """``after`` working days after the working day on or after ``day``; asked every day of
        every deed, and counted once."""
        if (day, after) not in self.days:
            start = self.calendar.first_working_day_on_or_after(day)
            self.days[day, after] = self.calendar.add_working_days(start, after)
        return self.days[day, after]


@dataclass(frozen=True)
class Scene:
    """One day.

    Attributes:
        open: the projects that are supervised.
        due: the promised date by project.
        plans: all milestones by project, in their order.
        whole: the projects that have measures, and report through them.
        asked: the projects whose plan of implementation is asked for.
    """

    cast: Cast
    desk: Desk
    open: list[Project]
    due: dict[int, date]
    plans: dict[int, list[MilestoneFacts]]
    whole: set[int]
    asked: set[int]

    @property
    def session(self) -> Session:
        return self.desk.session

    @property
    def scenario(self) -> Scenario:
        return self.cast.scenario

    @cached_property
    def today(self) -> date:
        return self.desk.day

    def notices(self, query: Select[Any], **wanted: Any) -> list[Row]:
        """Notices in the order of their days and keys: their numbers go by who wrote first, and
        how a database sorts texts is its own matter."""
        return sorted(rows(self.session, query, **wanted), key=lambda row: (row.as_of, row.key))

    def in_state(self, state: ProjectState) -> list[Project]:
        return [project for project in self.open if project.state is state]

    def item(self, number: int) -> Project:
        """The item of the list with this 序号, open or not."""
        query = select(Project).where(Project.number == number, Project.kind == ProjectKind.PROJECT)
        return self.session.scalars(query).one()

    def falls_today(self, day: date, after: int = 0) -> bool:
        """Whether today is ``after`` working days after the working day on or after ``day``."""
        return self.today == self.cast.day_after(day, after)

    def work(self, project: Project) -> Work:
        """How an item or a measure is worked on; all else goes by its item."""
        if project.id not in self.cast.works:
            root = self._root(project)
            part = project.code.removeprefix(f"{root.code}-") if project is not root else ""
            is_measure = project.kind is ProjectKind.MEASURE
            work = self.scenario.work_on(root.number, part if is_measure else "")
            self.cast.works[project.id] = work
        return self.cast.works[project.id]

    def habits(self, project: Project) -> Habits:
        """The habits of whoever does the work."""
        return self.work(project).habits or self.scenario.habits

    def reports(self, project: Project) -> bool:
        """Whether a unit reports on it by the period."""
        return project.kind.is_reported and project.id not in self.whole

    def _root(self, project: Project) -> Project:
        while project.parent_id is not None:
            project = self.session.get_one(Project, project.parent_id)
        return project

    def contact(self, project: Project) -> str:
        """Who acts for the unit of a project."""
        return self.contact_of(project.lead_unit_id)

    def contact_of(self, unit_id: int) -> str:
        """Who acts for a unit."""
        return self._holder("unit", unit_id)

    def officer(self, deed: Deed) -> str:
        """Who of the office does something."""
        return deed.by or self.scenario.office

    def leader(self, project: Project) -> str:
        """Who decides for the government."""
        return self._holder("post", project.leader_post_id or 0)

    def _holder(self, of: str, number: int) -> str:
        if (of, number) not in self.cast.names:
            found = rows(self.session, _HOLDERS[of], number=number).scalars().first()
            self.cast.names[of, number] = found or ""
        return self.cast.names[of, number]


def look(cast: Cast, desk: Desk) -> Scene:
    """See where everything stands this morning, in four queries."""
    session = desk.session
    projects = session.scalars(_OPEN).all()
    if not projects:
        return Scene(cast, desk, [], {}, {}, set(), set())
    dates = rows(session, _DATES).all()
    due = {row.project_id: row.due for row in dates if row.kind in ENDS}
    asked = {row.project_id for row in dates if row.kind is DeadlineKind.PLAN}
    plans: dict[int, list[MilestoneFacts]] = defaultdict(list)
    for row in rows(session, _STEPS, projects=[project.id for project in projects]):
        plans[row.project_id].append(MilestoneFacts(*row[1:]))
    whole = with_measures(session, [project.id for project in projects])
    return Scene(cast, desk, list(projects), due, plans, whole, asked)


# The queries of every morning, built once.

_OPEN = select(Project).where(Project.state.in_(OPEN_STATES)).order_by(Project.id)

_DEADLINE, _STEP = table_of(Deadline).c, table_of(Milestone).c
_PERSON, _POST = table_of(Person).c, table_of(Post).c
_NUMBER: BindParameter[int] = bindparam("number")

_NAMES = (
    select(_PERSON.name)
    .join_from(table_of(Person), table_of(Post), _POST.holder_id == _PERSON.id)
    .order_by(_POST.id)
)
_HOLDERS = {
    "unit": _NAMES.where(_POST.unit_id == _NUMBER, _POST.kind == PostKind.CONTACT),
    "post": _NAMES.where(_POST.id == _NUMBER),
}

_DATES = select(_DEADLINE.project_id, _DEADLINE.kind, _DEADLINE.due).where(
    _DEADLINE.kind.in_((*ENDS, DeadlineKind.PLAN)), _DEADLINE.state == DeadlineState.PENDING
)

_STEPS = (
    select(_STEP.project_id, _STEP.name, _STEP.due, _STEP.planned_percent, _STEP.done_on)
    .where(_STEP.project_id.in_(bindparam("projects", expanding=True)))
    .order_by(_STEP.position)
)
