"""灯色: the colour of a project, and its memory.

A red that was made good turns yellow and never green again until the project is done
(瓯海: missed, then made up, is 黄码).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.rules.calendar import Calendar
from engine.rules.cases import Case
from engine.rules.conditions import SEVERITY, Verdict, judge
from engine.rules.facts import LightFacts, Moment, ProjectFacts
from engine.rules.policy import LightRule, Policy
from engine.rules.words import Cadence, Light, Reason


@dataclass(frozen=True, slots=True)
class LightDecision:
    """The colour given on a day; ``period`` names the month of a monthly assessment."""

    colour: Light
    before: Light
    reason: Reason
    rule: str
    text: str
    period: str

    @property
    def changed(self) -> bool:
        return self.colour is not self.before


def assess(
    facts: ProjectFacts, policy: Policy, calendar: Calendar, moment: Moment
) -> LightDecision | None:
    """The colour the policy gives. Monthly it may rise and fall and is always recorded;
    between the months only a missed date can make it worse, and None means no change."""
    monthly = moment.cadence is Cadence.MONTHLY
    case = Case(facts, None, moment, calendar)
    rules = [
        rule
        for rule in policy.lights
        if facts.kind in rule.kinds and (monthly or rule.when.overdue)
    ]
    decision = _first_that_holds(rules, case, moment.period if monthly else "")
    if monthly:
        return decision
    worse = SEVERITY[decision.colour] > SEVERITY[facts.light.colour]
    return decision if worse else None


def weigh(
    facts: ProjectFacts, policy: Policy, calendar: Calendar, moment: Moment
) -> tuple[list[tuple[LightRule, Verdict]], Light]:
    """Every rule that could colour the project with what it says of it, and the colour that
    follows."""
    case = Case(facts, None, moment, calendar)
    rules = [rule for rule in policy.lights if facts.kind in rule.kinds]
    colour = _first_that_holds(rules, case, moment.period).colour
    return [(rule, judge(rule.when, case)) for rule in rules], colour


def remember(light: LightFacts, decision: LightDecision) -> LightFacts:
    """The light's memory after a decision. A month counts once, by its last assessment."""
    months = light.months
    if decision.period:
        others = (month for month in months if month[0] != decision.period)
        months = (*others, (decision.period, decision.colour))
    ever_red = light.ever_red or decision.colour is Light.RED
    return LightFacts(decision.colour, ever_red, months)


def with_light(facts: ProjectFacts, decision: LightDecision | None) -> ProjectFacts:
    """The facts as later rules of the same sweep see them."""
    if decision is None:
        return facts
    return replace(facts, light=remember(facts.light, decision))


def _first_that_holds(rules: list[LightRule], case: Case, period: str) -> LightDecision:
    before = case.facts.light.colour
    for rule in rules:
        verdict = judge(rule.when, case)
        if verdict.holds:
            text = "；".join(verdict.texts)
            return LightDecision(rule.light, before, verdict.reason, rule.id, text, period)
    if case.facts.light.ever_red:
        return LightDecision(
            Light.YELLOW, before, Reason.RED_REMEMBERED, "", Reason.RED_REMEMBERED.label, period
        )
    reason = Reason.ON_PLAN if case.facts.kind.is_reported else Reason.NOTHING_DUE
    return LightDecision(Light.GREEN, before, reason, "", reason.label, period)
