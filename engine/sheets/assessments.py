"""考核得分: each unit's score, line by line with the event it rests on; in no order of merit."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.workbook import Workbook

from engine.assessment.assessed import Score
from engine.rules.assessments import ScoreItem
from engine.rules.conditions import written
from engine.sheets.page import TITLE_FONT, Heading, Page, Value, new_workbook

SCORES = (
    Heading("单位", 28),
    Heading("得分", 10, centred=True),
    Heading("基础分", 10, centred=True),
    Heading("扣分", 10, centred=True),
    Heading("加分", 10, centred=True),
    Heading("更正及最低分", 14, centred=True),
    Heading("版次", 8, centred=True),
    Heading("状态", 12, centred=True),
    Heading("异议截止", 16, centred=True),
)
LINES = (
    Heading("单位", 22),
    Heading("序号", 7, centred=True),
    Heading("项目", 16, centred=True),
    Heading("分数", 9, centred=True),
    Heading("说明", 70),
    Heading("日志号", 10, centred=True),
    Heading("日期", 16, centred=True),
)
OBJECTIONS = (
    Heading("单位", 22),
    Heading("异议号", 9, centred=True),
    Heading("得分项", 9, centred=True),
    Heading("理由", 40),
    Heading("提出日期", 16, centred=True),
    Heading("处理情况", 14, centred=True),
    Heading("处理日期", 16, centred=True),
    Heading("处理意见", 40),
)
MERITS = (ScoreItem.EARLY, ScoreItem.OVER_TARGET)
APART = (ScoreItem.BASE, ScoreItem.CORRECTION, ScoreItem.FLOOR)


def write_assessments(scores: Sequence[Score], name: str) -> Workbook:
    """The workbook of some units' scores, in the order given."""
    title = f"{name}考核得分"
    workbook = new_workbook(title)
    _totals(workbook, scores, title)
    _lines(workbook, scores)
    if any(score.objections for score in scores):
        _objections(workbook, scores)
    return workbook


def _totals(workbook: Workbook, scores: Sequence[Score], title: str) -> None:
    page = Page(workbook, "考核得分", len(SCORES))
    page.banner(title, TITLE_FONT, centred=True)
    tables = dict.fromkeys(f"{s.table}（版本{s.table_version}）" for s in scores)
    days = dict.fromkeys(written(score.as_of) for score in scores)
    page.banner(f"评分表：{'、'.join(tables)}；截至{'、'.join(days)}")
    page.banner(
        "单位按联系表的顺序排列，不排名次；牵头单位全额计分，配合单位不计；只评单位，不涉及个人。"
    )
    page.headings(SCORES)
    for score in scores:
        page.line(_total(score), SCORES)
    page.finish()


def _total(score: Score) -> list[Value]:
    base = sum(row.points for row in score.rows if row.item is ScoreItem.BASE)
    given = sum(row.points for row in score.rows if row.item in MERITS)
    others = sum(row.points for row in score.rows if row.item in APART) - base
    return [
        score.unit,
        score.total,
        base,
        score.total - base - given - others,
        given,
        others,
        score.version,
        score.state.label,
        score.object_by,
    ]


def _lines(workbook: Workbook, scores: Sequence[Score]) -> None:
    page = Page(workbook, "得分明细", len(LINES))
    page.banner("得分明细（日志号可在督办日志中查到）", TITLE_FONT, centred=True)
    page.headings(LINES)
    for score in scores:
        for row in score.rows:
            values: list[Value] = [score.unit, row.number, row.item.label, row.points, row.text]
            page.line([*values, row.event, row.on], LINES)
    page.finish()


def _objections(workbook: Workbook, scores: Sequence[Score]) -> None:
    page = Page(workbook, "异议", len(OBJECTIONS))
    page.banner("考核异议", TITLE_FONT, centred=True)
    page.headings(OBJECTIONS)
    for score in scores:
        for o in score.objections:
            values: list[Value] = [score.unit, o.number, o.line, o.reason, o.filed_on]
            page.line([*values, o.state.label, o.decided_on, o.decision or None], OBJECTIONS)
    page.finish()
