"""What changes from one policy to another, for whoever is to approve it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from config.policy_words import light_words, rule_words, setting_words
from engine.rules.policy import LightRule, Policy, Rule

Step = TypeVar("Step", LightRule, Rule)


def diff_policies(old: Policy, new: Policy) -> list[str]:
    """The differences, a line of Chinese each; empty when the two do the same."""
    return [
        *_settings(old, new),
        *_steps("灯色", old.lights, new.lights, light_words),
        *_steps("规则", old.rules, new.rules, rule_words),
    ]


def _settings(old: Policy, new: Policy) -> Iterator[str]:
    before, after = setting_words(old), setting_words(new)
    for name, (figure, source) in after.items():
        yield from _changed(name, before[name][0], figure)
        yield from _changed(f"{name}的出处", before[name][1], source)


def _steps(
    what: str, old: Sequence[Step], new: Sequence[Step], words: Callable[[Step], dict[str, str]]
) -> Iterator[str]:
    before, after = {step.id: step for step in old}, {step.id: step for step in new}
    for name, step in before.items():
        if name not in after:
            yield f"删除{what} {name}（{step.name}）：{words(step)['何时']}"
    for name, step in after.items():
        if name not in before:
            yield f"新增{what} {name}（{step.name}）：{words(step)['何时']}"
            continue
        was = words(before[name])
        for label, text in words(step).items():
            yield from _changed(f"{what} {name}（{step.name}）的{label}", was[label], text)
    kept_before = [name for name in before if name in after]
    kept_after = [name for name in after if name in before]
    if kept_before != kept_after:
        yield f"{what}的先后改为：{'、'.join(after)}"


def _changed(what: str, was: str, now: str) -> Iterator[str]:
    if was != now:
        yield f"{what}：由“{was}”改为“{now}”"
