"""为什么是这个灯: the rule that gave the colour, with its figures and source; and what each rule
says on the figures of today, so that a unit sees what would turn the light."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.rules.conditions import standstill
from engine.rules.facts import Moment, ProjectFacts
from engine.rules.lights import weigh
from engine.rules.periods import period_of
from engine.rules.policy import Policy
from engine.rules.rulebook import Rulebook
from engine.rules.words import Cadence, Light, Reason
from engine.store.statements import Found, rows, table_of
from engine.store.tables import LightRecord


@dataclass(frozen=True, slots=True)
class LightChange:
    """A colour that was given; ``period`` names the month of a monthly assessment."""

    on_day: date
    period: str
    colour: Light
    reason: Reason
    rule: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleToday:
    """A rule of lights, held against the figures of today."""

    colour: Light
    name: str
    source: str
    holds: bool
    texts: list[str]


@dataclass(frozen=True, slots=True)
class LightReason:
    """Why an item has its colour.

    Attributes:
        given: when and why it was given; None while nothing has been assessed.
        today: the colour that an assessment today would give; None while clocks stand still.
        stands_still: why the clocks do not run, if they do not.
        history: all colours given, newest first.
    """

    colour: Light
    given: LightChange | None
    today: Light | None
    stands_still: Reason | None
    rules: list[RuleToday]
    history: list[LightChange]


def light_reason(
    session: Session, facts: ProjectFacts, rulebook: Rulebook, day: date
) -> LightReason:
    """Why an item has its colour, and which it would get today."""
    policy, calendar = rulebook.policy, rulebook.calendar
    history = [_change(row, policy) for row in rows(session, _RECORDS, project=facts.id)]
    stop = standstill(facts, day)
    moment = Moment(day, Cadence.MONTHLY, period_of(Cadence.MONTHLY, day), day)
    weighed, today = weigh(facts, policy, calendar, moment)
    return LightReason(
        colour=facts.light.colour,
        given=next((c for c in history if c.colour is facts.light.colour), None),
        today=None if stop else today,
        stands_still=stop,
        rules=[]
        if stop
        else [
            RuleToday(rule.light, rule.name, rule.source, verdict.holds, list(verdict.texts))
            for rule, verdict in weighed
        ],
        history=history,
    )


def _change(row: Found, policy: Policy) -> LightChange:
    rule = next((rule for rule in policy.lights if rule.id == row.rule), None)
    return LightChange(
        on_day=row.on_day,
        period=row.period,
        colour=row.colour,
        reason=row.reason,
        rule=rule.name if rule else "",
        source=rule.source if rule else "",
        text=row.text,
    )


_RECORD = table_of(LightRecord).c
_RECORDS = (
    select(table_of(LightRecord))
    .where(_RECORD.project_id == bindparam("project"))
    .order_by(_RECORD.id.desc())
)
