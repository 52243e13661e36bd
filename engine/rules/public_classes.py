"""公示分类: the one class in which the public is told how an item stands."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.rules.facts import TargetFacts
from engine.rules.lifecycle import ProjectState
from engine.rules.targets import TargetForm
from engine.rules.words import Light, Timeliness, Word

EXCEEDED_BY = Decimal("1.1")
"""超额10%以上 counts as exceeded (南京 2016 督查奖惩意见)."""


class PublicClass(Word):
    """How results are told (大连2023: 提前完成、超额完成、按计划、经批准调整节点); the classes
    beyond those four are this project's own."""

    EARLY = "early", "提前完成"
    EXCEEDED = "exceeded", "超额完成"
    ON_PLAN = "on_plan", "按计划推进"
    ADJUSTED = "adjusted", "经批准调整"
    BEHIND = "behind", "进度滞后"
    DONE = "done", "已完成"
    PAUSED = "paused", "暂停"
    ENDED = "ended", "已终止"


def public_class(
    state: ProjectState,
    timeliness: Timeliness | None,
    light: Light,
    *,
    adjusted: bool,
    exceeded: bool,
) -> PublicClass:
    """The one class of an item. What is behind or late is never told by a kinder word.

    Args:
        adjusted: its date or its promise was changed with approval.
        exceeded: see ``is_exceeded``.
    """
    if state is ProjectState.TERMINATED:
        return PublicClass.ENDED
    if state is ProjectState.SUSPENDED:
        return PublicClass.PAUSED
    if state is ProjectState.CLOSED:
        return _class_of_result(timeliness, adjusted, exceeded)
    if light in (Light.YELLOW, Light.RED):
        return PublicClass.BEHIND
    return PublicClass.ADJUSTED if adjusted else PublicClass.ON_PLAN


def _class_of_result(timeliness: Timeliness | None, adjusted: bool, exceeded: bool) -> PublicClass:
    if timeliness in (Timeliness.LATE, Timeliness.REWORKED):
        return PublicClass.DONE
    if timeliness is Timeliness.EARLY:
        return PublicClass.EARLY
    if exceeded:
        return PublicClass.EXCEEDED
    return PublicClass.ADJUSTED if adjusted else PublicClass.DONE


def is_exceeded(targets: Sequence[TargetFacts]) -> bool:
    """Whether every promise is kept and one quantity is over by a tenth or more."""
    kept = all(t.actual is not None and t.actual >= t.planned for t in targets)
    over = (
        t.form is not TargetForm.ALL and t.planned and t.actual >= t.planned * EXCEEDED_BY
        for t in targets
        if t.actual is not None
    )
    return kept and any(over)
