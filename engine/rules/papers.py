"""The papers that gather many projects: weekly digest, weekly list, monthly brief, circular.

Each is a pure function of the projects' facts; what it returns is what the templates print.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from engine.rules.calendar import Calendar
from engine.rules.cases import Case
from engine.rules.conditions import SEVERITY, judge, standstill
from engine.rules.facts import DeadlineFacts, Moment, ProjectFacts
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.policy import Policy, Rule
from engine.rules.policy_conditions import Condition
from engine.rules.standings import Standing, is_behind, standing_of, with_targets
from engine.rules.totals import FieldCount, check, count, faults_of
from engine.rules.words import DeadlineKind, ProjectKind


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
    silenced_until: date | None = None


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
class Brief:
    """The monthly brief. One whose figures do not add up cannot be made: PaperUnsound."""

    cutoff: date
    total: FieldCount
    by_field: tuple[FieldCount, ...]
    lagging: tuple[Standing, ...]
    rectifications: tuple[Standing, ...]

    def __post_init__(self) -> None:
        check(faults_of(self.total, self.by_field))
        behind = self.total.yellow + self.total.red
        if behind != len(self.lagging):
            check([f"黄灯、红灯共{behind}件，列出的落后事项为{len(self.lagging)}件"])


@dataclass(frozen=True, slots=True)
class CircularItem:
    """One item named in a circular, with the figures it is named for."""

    standing: Standing
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Push:
    """一月一促: what a unit has open of the kinds that are pushed, and how each stands."""

    items: tuple[CircularItem, ...]


@dataclass(frozen=True, slots=True)
class Circular:
    """A draft circular: the totals of the list and the items named. One whose figures do not add
    up cannot be made: PaperUnsound."""

    cutoff: date
    total: FieldCount
    named: tuple[CircularItem, ...]

    def __post_init__(self) -> None:
        check(faults_of(self.total))


def weekly_paper(
    projects: Sequence[ProjectFacts], policy: Policy, calendar: Calendar, moment: Moment
) -> WeeklyPaper:
    """一周一督: due within the look-ahead, missed, behind, and open problems.

    A project whose clocks stand (suspended, exempted, with the office) is not asked for dates.
    Of the kinds that the policy wants told every week, every open one has its line.
    """
    running = [p for p in projects if standstill(p, moment.day) is None]
    items = [_item(p, d, calendar, moment.day) for p in running for d in p.deadlines]
    ahead = policy.weekly.look_ahead
    plans = [standing_of(p, moment.day) for p in running if p.kind.is_reported]
    every = policy.weekly.every
    problems = [p for p in projects if p.kind in every and p.state in OPEN_STATES]
    return WeeklyPaper(
        due_soon=_by_date(i for i in items if i.due >= moment.day and i.days_left <= ahead),
        overdue=_by_date(i for i in items if i.due < moment.day),
        behind=tuple(s for s in plans if is_behind(s)),
        problems=tuple(standing_of(p, moment.day) for p in problems),
    )


def put_together(papers: Sequence[WeeklyPaper]) -> WeeklyPaper:
    """One list from the digests of many units; an item that several lead is in it once."""
    return WeeklyPaper(
        due_soon=_by_date(dict.fromkeys(item for paper in papers for item in paper.due_soon)),
        overdue=_by_date(dict.fromkeys(item for paper in papers for item in paper.overdue)),
        behind=tuple(dict.fromkeys(item for paper in papers for item in paper.behind)),
        problems=tuple(dict.fromkeys(item for paper in papers for item in paper.problems)),
    )


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
        verdict = judge(_of_items(rule), Case(facts, None, moment, calendar))
        if verdict.holds:
            standing = with_targets(standing_of(facts, moment.cutoff), facts)
            named.append(CircularItem(standing, verdict.texts))
    return tuple(named)


def _of_items(rule: Rule) -> Condition:
    """What a rule asks of each item. Whether its unit has answered is asked of the unit."""
    return rule.when.model_copy(update={"unanswered": None}) if rule.unit else rule.when


def reply_day(rule: Rule, day: date, calendar: Calendar) -> date | None:
    """Until when a notice under this rule is to be answered, if it is."""
    return calendar.apply(day, rule.reply_within.limit) if rule.reply_within else None


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
        silenced_until=project.silenced_until,
    )


def _by_date(items: Iterable[DueItem]) -> tuple[DueItem, ...]:
    return tuple(sorted(items, key=lambda item: (item.due, item.code)))


def _count(field: str, standings: Sequence[Standing]) -> FieldCount:
    return count(field, ((s.light, s.state) for s in standings))


Paper = WeeklyPaper | Brief | Push | Circular

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (WeeklyPaper, Brief, Push, Circular, Standing)
}


def to_data(value: Paper | Standing) -> dict[str, Any]:
    """A paper as JSON values."""
    data: dict[str, Any] = _ADAPTERS[type(value)].dump_python(value, mode="json")
    return data


def agrees(paper: Paper, kept: Any) -> bool:
    """Whether a paper, made again, says all that was kept of it. What a paper of today says
    besides, because papers of that time had no such line, is not asked."""
    return _holds(to_data(paper), kept)


def _holds(made: Any, kept: Any) -> bool:
    if isinstance(kept, dict) and isinstance(made, dict):
        return all(name in made and _holds(made[name], part) for name, part in kept.items())
    if isinstance(kept, list) and isinstance(made, list):
        return len(made) == len(kept) and all(map(_holds, made, kept))
    return bool(made == kept)


def weekly_from_data(data: dict[str, Any]) -> WeeklyPaper:
    """The exact paper that ``to_data`` wrote."""
    paper: WeeklyPaper = _ADAPTERS[WeeklyPaper].validate_python(data)
    return paper


def brief_from_data(data: dict[str, Any]) -> Brief:
    """The exact paper that ``to_data`` wrote."""
    paper: Brief = _ADAPTERS[Brief].validate_python(data)
    return paper


def push_from_data(data: dict[str, Any]) -> Push:
    """The exact paper that ``to_data`` wrote."""
    paper: Push = _ADAPTERS[Push].validate_python(data)
    return paper


def circular_from_data(data: dict[str, Any]) -> Circular:
    """The exact paper that ``to_data`` wrote."""
    paper: Circular = _ADAPTERS[Circular].validate_python(data)
    return paper


def standing_from_data(data: dict[str, Any]) -> Standing:
    """The exact value that ``to_data`` wrote."""
    standing: Standing = _ADAPTERS[Standing].validate_python(data)
    return standing
