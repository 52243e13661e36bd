"""实施方案: the five parts that a plan of implementation must have (陕西 2025 第十七条)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

PARTS: Mapping[str, str] = {
    "departments": "责任部门",
    "tasks": "目标任务",
    "schedule": "完成时限",
    "funds": "资金安排",
    "safeguards": "保障措施",
}
"""The parts by name, in the order of the rule."""


@dataclass(frozen=True, slots=True)
class PlanParts:
    """The texts of a plan, in the unit's words."""

    departments: str = ""
    tasks: str = ""
    schedule: str = ""
    funds: str = ""
    safeguards: str = ""

    @property
    def texts(self) -> dict[str, str]:
        """The parts by name, without outer blanks."""
        return {field.name: getattr(self, field.name).strip() for field in fields(self)}


def missing_parts(plan: PlanParts) -> list[str]:
    """The parts that are not written, as users call them."""
    return [PARTS[name] for name, text in plan.texts.items() if not text]
