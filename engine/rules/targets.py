"""What kind of promise a target makes."""

from __future__ import annotations

from enum import StrEnum


def full_name(metric: str, unit: str) -> str:
    """How a target is told from all others of its item: the metric with its unit."""
    return f"{metric}（{unit}）"


class TargetForm(StrEnum):
    """How a planned value is to be held against an actual one.

    A list names a quantity ("7500个"), a rounded one ("8000余套") or a whole ("全覆盖").
    """

    AT_LEAST = "at_least"
    """以上、不少于, and a plain number: the actual value reaches the planned one."""
    ABOUT = "about"
    """余、左右、约: the planned value is a rounded figure."""
    ALL = "all"
    """全覆盖、应检尽检、建成、100%: the planned value is 100 with the unit "%"."""
