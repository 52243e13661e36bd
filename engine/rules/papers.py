"""The papers that gather many projects: weekly digest, weekly list, monthly brief, circular.

Each is a pure function of the projects' facts; what it returns is what the templates print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from engine.rules.calendar import Calendar
from engine.rules.conditions import SEVERITY, Case, judge, standstill
from engine.rules.facts import DeadlineFacts, Moment, ProjectFacts
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.policy import Policy, Rule
from engine.rules.progress import progress_on
from engine.rules.words import DeadlineKind, Light, ProjectKind


@dataclass(frozen=True, slots=True)
class DueItem:
    """A date to look ahead to, or one that has passed (``days_left`` negative), working days."""

    code: str
    project: str
    unit: str
    what: str
    kind: DeadlineKind
    due: date
    days_left: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one project stands; shares in percent."""

    code: str
    kind: ProjectKind
    title: str
    field: str
    unit: str
    leader: str
    state: ProjectState
    light: Light
    planned: Decimal
    actual: Decimal
    due: date | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class WeeklyPaper:
    """What a unit, or the office, has before it this week."""

    due_soon: tuple[DueItem, ...]
    overdue: tuple[DueItem, ...]
    behind: tuple[Standing, ...]
    problems: tuple[Standing, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.due_soon or self.overdue or self.behind or self.problems)


@dataclass(frozen=True, slots=True)
class FieldCount:
    """One row of the brief's table."""

    field: str
    total: int
    green: int
    yellow: int
    red: int
    done: int


@dataclass(frozen=True, slots=True)
class Brief:
    """The monthly brief. ``by_field`` adds up to ``total`` by construction."""

    cutoff: date
    total: FieldCount
    by_field: tuple[FieldCount, ...]
    lagging: tuple[Standing, ...]
    rectifications: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class CircularItem:
    """One item named in a circular, with the figures it is named for."""

    standing: Standing
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Circular:
    """A draft circular: the totals of the list and the items named."""

    cutoff: date
    total: FieldCount
    named: tuple[CircularItem, ...]


def standing_of(facts: ProjectFacts, day: date) -> Standing:
    """Where a project stands on a day."""
    progress = progress_on(facts, day)
    return Standing(
        code=facts.code,
        kind=facts.kind,
        title=facts.title,
        field=facts.field,
        unit=facts.unit,
        leader=facts.leader,
        state=facts.state,
        light=facts.light.colour,
        planned=progress.planned,
        actual=progress.actual,
        due=facts.due,
    )


def weekly_paper(
    projects: Sequence[ProjectFacts], policy: Policy, calendar: Calendar, moment: Moment
) -> WeeklyPaper:
    """一周一督: due within the look-ahead, missed, behind, and open problems.

    A project whose clocks stand (suspended, exempted, with the office) is not asked for dates.
    """
    running = [p for p in projects if standstill(p, moment.day) is None]
    items = [_item(p, d, calendar, moment.day) for p in running for d in p.deadlines]
    ahead = policy.weekly.look_ahead
    main = (ProjectKind.PROJECT, ProjectKind.MEASURE)
    plans = [standing_of(p, moment.day) for p in running if p.kind in main]
    problems = [p for p in projects if p.kind not in main and p.state in OPEN_STATES]
    return WeeklyPaper(
        due_soon=_by_date(i for i in items if i.due >= moment.day and i.days_left <= ahead),
        overdue=_by_date(i for i in items if i.due < moment.day),
        behind=tuple(s for s in plans if is_behind(s)),
        problems=tuple(standing_of(p, moment.day) for p in problems),
    )


def put_together(papers: Sequence[WeeklyPaper]) -> WeeklyPaper:
    """One list from the digests of many units."""
    return WeeklyPaper(
        due_soon=_by_date(item for paper in papers for item in paper.due_soon),
        overdue=_by_date(item for paper in papers for item in paper.overdue),
        behind=tuple(item for paper in papers for item in paper.behind),
        problems=tuple(item for paper in papers for item in paper.problems),
    )


def is_behind(standing: Standing) -> bool:
    """Whether its light is yellow or red."""
    return SEVERITY[standing.light] >= SEVERITY[Light.YELLOW]


def monthly_brief(standings: Sequence[Standing], moment: Moment) -> Brief:
    """一月一促: the list by field and light, and where each lagging item stands."""
    main = [s for s in standings if s.kind is ProjectKind.PROJECT]
    fields = dict.fromkeys(s.field for s in main)
    rows = tuple(_count(f, [s for s in main if s.field == f]) for f in fields)
    return Brief(
        cutoff=moment.cutoff,
        total=_count("合计", main),
        by_field=rows,
        lagging=tuple(sorted(filter(is_behind, main), key=lambda s: -SEVERITY[s.light])),
        rectifications=tuple(
            s for s in standings if s.kind is ProjectKind.RECTIFICATION and s.state in OPEN_STATES
        ),
    )


def named_by(
    rule: Rule, projects: Sequence[ProjectFacts], calendar: Calendar, moment: Moment
) -> tuple[CircularItem, ...]:
    """The projects a circular rule holds for, with the figures; none whose clocks stand."""
    named = []
    for facts in projects:
        if facts.kind not in rule.kinds or standstill(facts, moment.day):
            continue
        verdict = judge(rule.when, Case(facts, None, moment, calendar))
        if verdict.holds:
            standing = standing_of(facts, moment.cutoff)
            named.append(CircularItem(standing, verdict.texts))
    return tuple(named)


def circular(
    named: tuple[CircularItem, ...], standings: Sequence[Standing], moment: Moment
) -> Circular:
    """A draft from the items named and the totals of the whole list."""
    main = [s for s in standings if s.kind is ProjectKind.PROJECT]
    return Circular(cutoff=moment.cutoff, total=_count("合计", main), named=named)


def _item(project: ProjectFacts, deadline: DeadlineFacts, calendar: Calendar, day: date) -> DueItem:
    left = calendar.working_days_between(day, deadline.due)
    return DueItem(
        code=project.code,
        project=project.title,
        unit=project.unit,
        what=deadline.name,
        kind=deadline.kind,
        due=deadline.due,
        days_left=left,
    )


def _by_date(items: Iterable[DueItem]) -> tuple[DueItem, ...]:
    return tuple(sorted(items, key=lambda item: (item.due, item.code)))


def _count(field: str, standings: Sequence[Standing]) -> FieldCount:
    lights = Counter(s.light for s in standings)
    return FieldCount(
        field=field,
        total=len(standings),
        green=lights[Light.GREEN],
        yellow=lights[Light.YELLOW],
        red=lights[Light.RED],
        done=lights[Light.BLUE],
    )


Paper = WeeklyPaper | Brief | Circular

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (WeeklyPaper, Brief, Circular, Standing)
}


def to_data(value: Paper | Standing) -> dict[str, Any]:
    """A paper as JSON values."""
    data: dict[str, Any] = _ADAPTERS[type(value)].dump_python(value, mode="json")
    return data


def weekly_from_data(data: dict[str, Any]) -> WeeklyPaper:
    """The exact paper that ``to_data`` wrote."""
    paper: WeeklyPaper = _ADAPTERS[WeeklyPaper].validate_python(data)
    return paper


def brief_from_data(data: dict[str, Any]) -> Brief:
    """The exact paper that ``to_data`` wrote."""
    paper: Brief = _ADAPTERS[Brief].validate_python(data)
    return paper


def circular_from_data(data: dict[str, Any]) -> Circular:
    """The exact paper that ``to_data`` wrote."""
    paper: Circular = _ADAPTERS[Circular].validate_python(data)
    return paper


def standing_from_data(data: dict[str, Any]) -> Standing:
    """The exact value that ``to_data`` wrote."""
    standing: Standing = _ADAPTERS[Standing].validate_python(data)
    return standing
