"""Whether one condition holds whenever another does."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rules.conditions import SEVERITY
from engine.rules.policy_conditions import Condition


def covers(wide: Condition, narrow: Condition) -> bool:
    """Whether ``wide`` surely holds in every case in which ``narrow`` holds.

    Each part of ``wide`` must follow from the same part of ``narrow``; False means "not surely".
    """
    return all(_parts_covered(wide, narrow))


def _parts_covered(wide: Condition, narrow: Condition) -> Iterator[bool]:
    if wide.days_before:
        yield bool(narrow.days_before) and max(narrow.days_before) <= max(wide.days_before)
    if wide.overdue:
        yield bool(narrow.overdue) and set(narrow.overdue) <= set(wide.overdue)
    if wide.days_past is not None:
        same = bool(wide.overdue) == bool(narrow.overdue)
        yield same and narrow.days_past is not None and narrow.days_past >= wide.days_past
    if wide.unanswered:
        yield narrow.unanswered is wide.unanswered
    if wide.lights:
        yield bool(narrow.lights) and set(narrow.lights) <= set(wide.lights)
    if wide.open:
        yield narrow.open
    yield from _lag_covered(wide, narrow)
    yield from _history_covered(wide, narrow)


def _lag_covered(wide: Condition, narrow: Condition) -> Iterator[bool]:
    least, over = narrow.behind_points, narrow.behind_points_over
    if wide.behind_points is not None:
        given = [points for points in (least, over) if points is not None]
        yield bool(given) and max(given) >= wide.behind_points
    if wide.behind_points_over is not None:
        yield (least is not None and least > wide.behind_points_over) or (
            over is not None and over >= wide.behind_points_over
        )
    if wide.below_ratio is not None:
        yield narrow.below_ratio is not None and narrow.below_ratio <= wide.below_ratio


def _history_covered(wide: Condition, narrow: Condition) -> Iterator[bool]:
    if wide.streak:
        yield (
            narrow.streak is not None
            and SEVERITY[narrow.streak.light] >= SEVERITY[wide.streak.light]
            and narrow.streak.months >= wide.streak.months
        )
    if wide.count:
        yield (
            narrow.count is not None
            and narrow.count.notice is wide.count.notice
            and narrow.count.at_least >= wide.count.at_least
        )
    if wide.gate:
        opens = (wide.gate.month, wide.gate.day)
        yield narrow.gate is not None and (narrow.gate.month, narrow.gate.day) >= opens
