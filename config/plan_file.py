"""实施方案: a plan of implementation from a YAML file, its parts in Chinese or English."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from config.yaml_file import read_yaml
from engine.rules.implementation import PARTS, PlanParts


class _PlanFile(BaseModel):
    """What may stand in the file; what is missing is told when the plan is handed in."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    departments: str = Field(default="", alias="责任部门")
    tasks: str = Field(default="", alias="目标任务")
    schedule: str = Field(default="", alias="完成时限")
    funds: str = Field(default="", alias="资金安排")
    safeguards: str = Field(default="", alias="保障措施")


def load_plan(path: Path) -> PlanParts:
    """The parts that a file gives.

    Raises:
        ConfigError: in Chinese, with the line, the place, the fault and the cure of every fault.
    """
    file = read_yaml(path, "实施方案")
    plan = file.parse(_PlanFile, file.data, (*PARTS, *PARTS.values()))
    return PlanParts(**plan.model_dump())
