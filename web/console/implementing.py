"""实施方案: handed in by the unit in five parts, each version kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from engine.plans import implementing
from engine.rules.implementation import PARTS, PlanParts
from web.access import EVERYBODY, UNITS
from web.console.declared import Act, Done, Offer, Page
from web.console.given import Given, Nothing, Text
from web.console.item_facts import ITEM, after, item_facts
from web.console.visit import Visit

LABELS = PARTS


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One version; ``parts`` by their names in Chinese."""

    version: int
    submitted_at: datetime
    submitted_by: str
    parts: dict[str, str]


@dataclass(frozen=True, slots=True)
class PlanVersions:
    """All versions of an item's plan, the newest first."""

    code: str
    title: str
    versions: list[PlanVersion]


class PlanGiven(Given):
    """The five parts, and which version they correct."""

    departments: Text = Field(title=LABELS["departments"])
    tasks: Text = Field(title=LABELS["tasks"])
    schedule: Text = Field(title=LABELS["schedule"])
    funds: Text = Field(title=LABELS["funds"])
    safeguards: Text = Field(title=LABELS["safeguards"])
    corrects: int | None = Field(None, title="更正第几版", json_schema_extra={"kind": "hidden"})


def show(visit: Visit, _: Nothing, code: str) -> PlanVersions:
    """What was handed in so far."""
    project = visit.project(code)
    versions = [
        PlanVersion(
            row.version,
            row.submitted_at,
            row.submitted_by,
            {label: getattr(row, name) for name, label in PARTS.items()},
        )
        for row in reversed(implementing.plan_versions(visit.desk, project))
    ]
    return PlanVersions(project.code, project.title, versions)


def submit(visit: Visit, given: PlanGiven, code: str) -> Done:
    """Hand in a plan."""
    plan = PlanParts(**{name: getattr(given, name) for name in PARTS})
    project = visit.project(code)
    row = implementing.submit(visit.desk, project, plan, visit.by, given.corrects)
    text = f"{code} 实施方案第{row.version}版已报送"
    return Done(text, after(visit, code), {"version": row.version})


def _offer(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    last = implementing.latest_plan(visit.desk, project)
    values = {name: getattr(last, name) for name in PARTS} if last else {}
    values |= {"corrects": last.version if last else ""}
    before = [("已报送", f"第{last.version}版，{last.submitted_by}；再报为更正")] if last else []
    return Offer(values, facts=[*item_facts(visit, project), *before])


PAGES = (
    Page(
        "implementation-versions",
        f"{ITEM}/implementation/versions",
        "实施方案",
        EVERYBODY,
        show,
        "implementation.html",
    ),
)
ACTS = (
    Act(
        "implementation",
        f"{ITEM}/implementation",
        "报送实施方案",
        UNITS,
        submit,
        PlanGiven,
        about="写明五项内容（陕西2025第十七条），报送后“实施方案时限”完成；更正的另存一版，前一版保留。",
        offer=_offer,
        back=ITEM,
        button="报送",
    ),
)
