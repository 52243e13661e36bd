"""What one should know of an item before acting on it, and where one goes on afterwards."""

from __future__ import annotations

from datetime import date

from engine.dates.deadlines import pending
from engine.rules.conditions import written
from engine.rules.lifecycle import RUNNING_STATES
from engine.rules.words import UNIT_CLOCKS, DeadlineKind
from engine.store.tables import Deadline, Project, Unit
from web.access import UNITS
from web.console.visit import Visit

ITEM = "/projects/{code}"
OWN_UNIT = "/unit"
ENDS = (DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)

Fact = tuple[str, str]


def item_facts(visit: Visit, project: Project) -> list[Fact]:
    """The item, who leads it, how it stands, its promised date and the nearest one before that."""
    unit = visit.session.get_one(Unit, project.lead_unit_id)
    facts = [
        ("事项", f"{project.code} {project.title}"),
        ("牵头单位", unit.name),
        ("现状", f"{project.state.label}，{project.light.label}"),
    ]
    dates = pending(visit.desk, project.id, UNIT_CLOCKS)
    ends = [deadline for deadline in dates if deadline.kind in ENDS]
    facts += [(deadline.kind.label, dated(deadline)) for deadline in ends]
    if project.state in RUNNING_STATES and dates and dates[0] not in ends:
        left = days_left(visit.day, dates[0].due)
        facts.append(("最近的时限", f"{dates[0].name}：{dated(dates[0])}，{left}"))
    return facts


def dated(deadline: Deadline) -> str:
    """A date in force, with the one first set where it has moved."""
    moved = deadline.original_due != deadline.due
    original = f"（原定{written(deadline.original_due)}）" if moved else ""
    return written(deadline.due) + original


def days_left(day: date, due: date) -> str:
    """How far away a date is, in words."""
    days = (due - day).days
    if days < 0:
        return f"已过{-days}天"
    return "今天到期" if days == 0 else f"还有{days}天"


def after(visit: Visit, code: str) -> str:
    """Where one goes on: a unit to what it still has to do, others to the item."""
    return OWN_UNIT if visit.asker.may(UNITS) else ITEM.format(code=code)
