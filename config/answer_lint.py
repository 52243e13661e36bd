"""Rules about answers: silence that can never be noticed, and silence that nothing follows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from engine.rules.policy import Policy, Rule
from engine.rules.words import Cadence, DeadlineKind, ProjectKind

Matter = tuple[Rule, ...]
"""All rules on one kind of date of one kind of item, or on the whole of it, whenever they are
checked; or those on what units are pushed for."""


def lint_answers(policy: Policy) -> Iterator[str]:
    """What an office should look at before it adopts the policy."""
    matters = list(_matters(policy))
    for rule in policy.rules:
        mine = [matter for matter in matters if rule in matter]
        if not rule.program:
            yield from _never_unanswered(rule, mine)
            yield from _left_unanswered(rule, mine)


def _matters(policy: Policy) -> Iterator[Matter]:
    for deadline, kind in product((None, *DeadlineKind), ProjectKind):
        yield tuple(rule for c in Cadence for rule in policy.rules_for(c, deadline, kind))
    yield tuple(rule for rule in policy.rules if rule.unit)


def _never_unanswered(rule: Rule, matters: list[Matter]) -> Iterator[str]:
    kind = rule.when.unanswered
    others = [other for matter in matters for other in matter if other is not rule]
    if kind and not any(other.notice is kind and other.reply_within for other in others):
        yield f"{rule.id}：同一时限没有要求答复的{kind.label}，“未答复”永远不会成立"


def _left_unanswered(rule: Rule, matters: list[Matter]) -> Iterator[str]:
    """It asks for an answer, and when none comes nothing follows."""
    if rule.reply_within and not all(_is_followed(rule, matter) for matter in matters):
        yield (
            f"{rule.id}：要求答复，期满没有答复时却没有更高一级接上；"
            f"请加一条 unanswered: {rule.notice.value} 的规则，或者不写 reply_within"
        )


def _is_followed(rule: Rule, matter: Matter) -> bool:
    """Whether a later step waits for the silence to this one, or none is higher than it."""
    if rule.unit:
        return any(other.when.unanswered for other in matter)
    above = [other for other in matter if other.notice.severity > rule.notice.severity]
    return not above or any(
        other.when.unanswered is rule.notice or other.when.days_past is not None for other in above
    )
