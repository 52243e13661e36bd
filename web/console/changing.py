"""调整: a promise altered by decision of the body that adopted it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import Field
from sqlalchemy import select

from engine.dates import changing
from engine.rules.changes import ChangeKind, Decision
from engine.rules.targets import full_name
from engine.store.tables import Project, Target
from web.access import LEADERS
from web.console.declared import Act, Done, Offer, Page
from web.console.given import Choice, Given, Line, MaybeLine, Text
from web.console.item_facts import ITEM, item_facts
from web.console.visit import Visit


class Alteration(Given):
    """What is altered, and by whose decision."""

    what: ChangeKind = Field(ChangeKind.TARGET, title="调整什么")
    metric: MaybeLine = Field("", title="哪一项指标", description="调整实施内容的不选")
    to: Text = Field(title="调整为", description="指标写数量，如 7000个；内容写调整后的全文")
    body: Line = Field(title="决定机关", description="原审议机关，如 市人大常委会")
    document: Line = Field(title="决定文号")
    decided_on: date = Field(title="决定日期")
    reason: Text = Field(title="理由")


def change(visit: Visit, given: Alteration, code: str) -> Done:
    """Alter a promise."""
    alteration = changing.Alteration(given.what, given.to, given.reason, given.metric)
    decision = Decision(given.body, given.document, given.decided_on)
    row = changing.change(visit.desk, visit.project(code), alteration, decision, visit.by)
    subject = row.subject or given.what.label
    return Done(
        f"{code} {subject}已调整：{row.before} → {row.after}",
        data={"subject": row.subject, "before": row.before, "after": row.after},
    )


def _offer(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    targets = targets_of(visit, project)
    choices = [
        Choice(name, f"{name}，现为{target.text}")
        for target in targets
        for name in (full_name(target.metric, target.unit),)
    ]
    content = [("实施内容", project.content)] if project.content else []
    return Offer(choices={"metric": choices}, facts=[*item_facts(visit, project), *content])


def targets_of(visit: Visit, project: Project) -> Sequence[Target]:
    """What an item promises, in its order."""
    query = select(Target).where(Target.project_id == project.id).order_by(Target.position)
    return visit.session.scalars(query).all()


PAGES: tuple[Page, ...] = ()
ACTS = (
    Act(
        "change",
        f"{ITEM}/change",
        "调整目标或内容",
        LEADERS,
        change,
        Alteration,
        about=(
            "按原审议机关的决定调整，原目标保留备查并向社会公布（陕西2025第十八条）；"
            "当日按新的目标重新检查各时限。改期请走延期审批。"
        ),
        offer=_offer,
        back=ITEM,
        is_grave=True,
    ),
)
