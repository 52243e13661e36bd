"""考核: scores of units by a published table, seen by the unit alone, open to its objection."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from config.scoring_loader import SHIPPED, load_scoring
from engine.assessment import assessing, objecting
from engine.assessment.assessed import find_assessment, visible_scores
from engine.assessment.assessing import AssessmentRefused
from engine.rules.conditions import written
from web.access import OFFICE, UNITS
from web.console.assessments import HERE, OF_LIST, OF_UNIT, score_at
from web.console.declared import Act, Done, Offer
from web.console.given import Choice, Figure, Given, MaybeText, Text
from web.console.visit import Visit
from web.refusals import NotFound

DEFAULT = "default"


class Made(Given):
    """By which table units are scored."""

    table: str = Field(DEFAULT, title="评分表", max_length=100)
    reason: MaybeText = Field("", title="重评理由", description="得分已送达单位的才填")


class Published(Given):
    """To whom scores are told."""

    units: list[str] = Field(
        default=[], title="单位", description="不选为全部待送达的", max_length=1000
    )


class Objected(Given):
    """What is wrong with a score."""

    line: int | None = Field(None, title="对哪一项有异议", description="不选为对总分有异议")
    reason: Text = Field(title="理由", description="事实和依据")


class Settled(Given):
    """What becomes of an objection."""

    accept: bool = Field(False, title="异议成立", description="不选为不成立，得分不变")
    points: Figure | None = Field(
        None,
        title="更正几分",
        description="异议成立的才填，可为负数；不填则把该项的分数全部还回",
        json_schema_extra={"unit": "分"},
    )
    reason: Text = Field(title="处理意见")


def make(visit: Visit, given: Made, number: int) -> Done:
    """Score the units of a list."""
    if given.table not in _tables():
        raise AssessmentRefused("没有这个评分表，请重新选择")
    program, table = visit.program(number), load_scoring(given.table)
    made = assessing.make(visit.desk, program, table, visit.by, given.reason)
    told = f"已评分，{len(made)}个单位有新的得分，送达后单位才看得到"
    return Done(told, f"{HERE}?program={number}", {"units": len(made)})


def publish(visit: Visit, given: Published, number: int) -> Done:
    """Tell units their scores."""
    rows = assessing.publish(visit.desk, visit.program(number), visit.by, given.units)
    until = f"，{written(rows[0].object_by)}前可以提出异议" if rows[0].object_by else ""
    return Done(f"已送达{len(rows)}个单位{until}", f"{HERE}?program={number}")


def object_to(visit: Visit, given: Objected, number: int, unit: str) -> Done:
    """Object to a score."""
    assessment = find_assessment(visit.session, visit.program(number), unit)
    if assessment is None:
        raise AssessmentRefused(f"{unit}还没有送达的考核得分")
    row = objecting.file_objection(visit.desk, assessment, visit.by, given.reason, given.line)
    return Done("异议已提交，由督查室非评分人处理", data={"objection": row.id})


def settle(visit: Visit, given: Settled, number: int, unit: str, objection: int) -> Done:
    """Settle an objection."""
    _objection(visit, number, unit, objection)
    row = objecting.settle(
        visit.desk,
        objection,
        visit.by,
        accept=given.accept,
        reason=given.reason,
        points=given.points,
    )
    return Done(f"{row.state.label}{'，得分已更正，出新版' if given.accept else '，得分不变'}")


def _objection(visit: Visit, number: int, unit: str, objection: int) -> list[tuple[str, str]]:
    """What an objection says, which is one to this score."""
    score = score_at(visit, visit.program(number), unit)
    found = next((one for one in score.objections if one.number == objection), None)
    if found is None:
        raise NotFound("没有这项异议")
    row = next((row for row in score.rows if row.number == found.line), None)
    about = f"{row.item.label}，{row.points.normalize():f}分：{row.text}" if row else "总分"
    return [
        ("单位", f"{unit}，得{score.total.normalize():f}分"),
        ("对什么有异议", about),
        ("提出", written(found.filed_on)),
        ("理由", found.reason),
    ]


def _tables() -> list[str]:
    return sorted((Path(file).stem for file in SHIPPED.glob("*.yaml")), key=DEFAULT.__ne__)


def _offer_making(visit: Visit, number: int) -> Offer:
    titles = {name: load_scoring(name).title for name in _tables()}
    choices = [Choice(name, title) for name, title in titles.items()]
    return Offer(choices={"table": choices}, facts=[("清单", visit.program(number).title)])


def _offer_publishing(visit: Visit, number: int) -> Offer:
    scores = visible_scores(visit.session, visit.program(number), visit.by)
    waiting = [score for score in scores if score.published_on is None]
    label = "{}（{}分）"
    choices = [Choice(s.unit, label.format(s.unit, f"{s.total.normalize():f}")) for s in waiting]
    return Offer(choices={"units": choices}, facts=[("待送达", f"{len(waiting)}个单位")])


def _offer_objection(visit: Visit, number: int, unit: str) -> Offer:
    score = score_at(visit, visit.program(number), unit)
    lines = [
        Choice(str(row.number), f"{row.number} {row.item.label}：{row.points.normalize():f}分")
        for row in score.rows
    ]
    facts = [("得分", f"{score.total.normalize():f}分（第{score.version}版）")]
    if score.object_by:
        facts.append(("异议截止", written(score.object_by)))
    return Offer(choices={"line": lines}, facts=facts)


def _offer_settling(visit: Visit, number: int, unit: str, objection: int) -> Offer:
    return Offer(facts=_objection(visit, number, unit, objection))


PAGES = ()
ACTS = (
    Act(
        "assessment-make",
        f"{OF_LIST}/make",
        "考核评分",
        OFFICE,
        make,
        Made,
        about="按评分表给牵头单位评分，得出拟定稿，送达之前单位看不到。每个得分项列出依据的日志号。",
        offer=_offer_making,
        back=HERE + "?program={number}",
        button="评分",
    ),
    Act(
        "assessment-publish",
        f"{OF_LIST}/publish",
        "送达得分",
        OFFICE,
        publish,
        Published,
        about="得分只送本单位，不排名次（国办函〔2026〕12号）；送达起算异议期。",
        offer=_offer_publishing,
        back=HERE + "?program={number}",
        button="送达",
    ),
    Act(
        "assessment-object",
        f"{OF_UNIT}/object",
        "对得分提出异议",
        UNITS,
        object_to,
        Objected,
        about="异议期内提出，由督查室非评分人处理。",
        offer=_offer_objection,
        back=OF_UNIT,
        button="提出异议",
    ),
    Act(
        "assessment-settle",
        OF_UNIT + "/objections/{objection}/settle",
        "处理异议",
        OFFICE,
        settle,
        Settled,
        about="评分人不得处理。成立的，加一条更正，出新版，重新起算异议期。",
        offer=_offer_settling,
        back=OF_UNIT,
    ),
)
