"""Invented notices of every kind, to try the office's wording on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from engine.rules.facts import DeadlineFacts
from engine.rules.totals import FieldCount
from engine.rules.words import DeadlineKind, Light, NoticeKind, PostKind, Reason
from notifications import phrases
from notifications.alarms import AlarmLine, AlarmView
from notifications.entries import Entry, TableRow
from notifications.items import Assigned, ItemView, Row
from notifications.letter import Entrance, Letter, View, letter
from notifications.rulings import RulingView
from notifications.summaries import BriefView, CircularView, PushView
from notifications.weeklies import Group, UnitRow, WeeklyView
from notifications.words import Addressee, Office, Why

OFFICE = Office("示例市政府督查室", "https://duban.example")
READER = Addressee("示例·联系人甲", "示例市教育局", PostKind.CONTACT)

_DAY, _DUE, _PAST = date(2023, 6, 27), date(2023, 6, 30), date(2023, 6, 20)
_WHY = Why("示例规则", "本地设定", ("距节点时限还有3个工作日",), ("提示（提前7个工作日）",))
_ENTRY = Entry(
    "2023-07",
    "新增学位7500个",
    "示例市教育局",
    Light.YELLOW,
    "落后10个百分点",
    ("新增学位：差2000个",),
)
_COMMON: dict[str, Any] = {
    "number": 123,
    "day": _DAY,
    "headline": "距6月30日节点时限还有3个工作日",
    "unit": "示例市教育局",
    "audience": (PostKind.CONTACT, PostKind.UNIT_HEAD),
    "reply_by": date(2023, 7, 4),
    "why": _WHY,
}
_PAPER: dict[str, Any] = _COMMON | {
    "heading": "2023年度民生实事情况",
    "is_draft": False,
    "signature": "",
}
_TOTAL = FieldCount("合计", 5, 2, 1, 1, 1)
_COUNTED: dict[str, Any] = {
    "program": "示例市2023年度民生实事",
    "cutoff": _DUE,
    "totals": "共5件，其中绿灯2件、黄灯1件、红灯1件、已办结1件",
    "total": _TOTAL,
}
_GIVEN = Assigned("示督〔2023〕1号", ("示例市教育局", "示例市住建局"), ("示例市卫健局",))
_TAKEN = Assigned(lead=("示例市教育局",), before="示例市体育局", reason="职责划转")


def sample_views(kind: NoticeKind) -> list[View]:
    """Notices of a kind: with and without what some of them have."""
    made = _PAPERS.get(kind)
    return list(made(kind)) if made else list(_items(kind))


def sample_letters(kind: NoticeKind) -> list[Letter]:
    """A letter for each sample of a kind, and one that carries two of them."""
    views = sample_views(kind)
    entrance = Entrance("https://duban.example/l/示例", date(2023, 7, 31), "签收、回复")
    alone = [letter(READER, [view]) for view in views]
    return [*alone, letter(READER, [views[0], views[-1]], entrance)]


def _items(kind: NoticeKind) -> Iterator[View]:
    is_ahead = kind is NoticeKind.REMINDER
    due, days, reason = (_DUE, 3, Reason.DUE_SOON) if is_ahead else (_PAST, -4, Reason.OVERDUE)
    deadlines = [DeadlineFacts(1, k, "1", k.label, 1, due, due) for k in DeadlineKind]
    plain = ItemView(
        **_COMMON,
        kind=kind,
        code="2023-07",
        title="新增学位7500个",
        cause="节点时限临近",
        deadline=None,
        due=_DUE,
        past=False,
        rows=(Row("责任单位", ("示例市教育局",)), Row("承诺目标", ("学位7500个", "学校15所"))),
        remark="",
        ask="",
        assigned=Assigned(),
        climbed=False,
        basis="示例市人民代表大会审议通过的民生实事清单",
        is_draft=False,
        signature="",
    )
    for deadline in deadlines:
        cause, headline = phrases.cause(reason, deadline), phrases.timing(deadline, _DAY, days)
        yield replace(plain, deadline=deadline, cause=cause, headline=headline)
    yield replace(plain, assigned=_GIVEN, remark="补充说明。", climbed=True)
    yield replace(plain, assigned=_TAKEN, ask="请于月底前报送。", is_draft=True)
    yield replace(plain, reply_by=None, due=None, signature="示例·领导甲签发，依据：会议")


def _weekly(kind: NoticeKind) -> Iterator[View]:
    groups = tuple(Group(title, title, (_ENTRY,)) for title in ("两周内到期", "逾期"))
    full = WeeklyView(
        **_PAPER,
        kind=kind,
        label=kind.label,
        week="2023年第26周",
        groups=groups,
        table=(UnitRow("示例市教育局", (1, 1)), UnitRow("合计", (1, 1))),
    )
    yield full
    yield replace(full, groups=(), table=(), unit="", reply_by=None)


def _brief(kind: NoticeKind) -> Iterator[View]:
    full = BriefView(
        **_PAPER,
        **_COUNTED,
        kind=kind,
        label=kind.label,
        fields=(replace(_TOTAL, field="教育"),),
        lagging=(_ENTRY,),
        rectifications=(_ENTRY,),
    )
    yield full
    yield replace(full, fields=(), lagging=(), rectifications=(), unit="", reply_by=None)


def _push(kind: NoticeKind) -> Iterator[View]:
    full = PushView(
        **_PAPER,
        kind=kind,
        label=kind.label,
        month="2023年7月",
        items=(_ENTRY, _ENTRY),
        previous=("2023年6月5日一月一促，未答复",),
        ask="",
    )
    yield full
    yield replace(full, previous=(), ask="请逐项报送。", reply_by=None)


def _circular(kind: NoticeKind) -> Iterator[View]:
    row = TableRow(
        "2023-07", "新增学位", "示例市教育局", Light.RED, "60%", "20%", "落后40个百分点", ""
    )
    full = CircularView(
        **_PAPER,
        **_COUNTED,
        kind=kind,
        label=kind.label,
        basis="示例市人民代表大会审议通过的民生实事清单",
        named=(_ENTRY, _ENTRY),
        annex=(row,),
        ask="",
        remark="补充说明。",
    )
    yield full
    yield replace(full, is_draft=True, remark="", ask="请整改。", reply_by=None, named=())


def _ruling(kind: NoticeKind) -> Iterator[View]:
    full = RulingView(
        **_COMMON,
        kind=kind,
        label=kind.label,
        heading="二季度民生实事暗访",
        about="2023-07“新增学位7500个”",
        how="2023年6月12日至6月14日暗访（四不两直）",
        leader="示例·督查甲",
        said="学校建设总体有序，一处停工。",
        entries=(_ENTRY,),
        review_within="30个自然日",
    )
    if kind is NoticeKind.CONCLUSION:
        yield full
    yield replace(full, entries=())


def _alarm(kind: NoticeKind) -> Iterator[View]:
    lost = AlarmLine("提示：2023-07", "示例市教育局甲（联系人）", "邮箱不存在", "")
    full = AlarmView(
        **_PAPER,
        kind=kind,
        label=kind.label,
        lines=(lost, replace(lost, instead="乙（单位主要负责人）")),
        lost=True,
        addresses=True,
        posts=True,
    )
    yield full
    yield replace(full, lines=(lost,), lost=False, addresses=False, posts=False, reply_by=None)


_PAPERS = {
    NoticeKind.WEEKLY_DIGEST: _weekly,
    NoticeKind.WEEKLY_LIST: _weekly,
    NoticeKind.MONTHLY_BRIEF: _brief,
    NoticeKind.MONTHLY_PUSH: _push,
    NoticeKind.CIRCULAR: _circular,
    NoticeKind.CONCLUSION: _ruling,
    NoticeKind.REVIEW_DECISION: _ruling,
    NoticeKind.ALARM: _alarm,
}
