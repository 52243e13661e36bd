"""The turns of phrase that notices share: how an item is called, how its date and plan stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.rules.conditions import written
from engine.rules.facts import DeadlineFacts, NoticeFacts, ProjectFacts, TargetFacts
from engine.rules.progress import Progress
from engine.rules.standings import Standing, TargetStanding
from engine.rules.totals import CLASSES, FieldCount
from engine.rules.words import DeadlineKind, NoticeState, Reason
from notifications.filters import figure, percent, short_day

_NOT_YET = {
    DeadlineKind.SIGN_FOR: "尚未签收",
    DeadlineKind.FIRST_REPORT: "尚未报送首次办理情况",
    DeadlineKind.REPORT: "尚未填报",
    DeadlineKind.PLAN: "尚未报送实施方案",
    DeadlineKind.MILESTONE: "尚未完成",
    DeadlineKind.COMPLETION: "尚未办结",
    DeadlineKind.RECTIFICATION: "尚未完成整改",
    DeadlineKind.REVIEW: "尚未作出复核决定",
}

_CAUSES = {
    Reason.BEHIND_PLAN: "落后于序时进度",
    Reason.UNANSWERED: "前次通知逾期未答复",
    Reason.LAPSED: "前次通知答复后未见进展",
    Reason.REPEATED: "连续偏离计划或经多次催办",
    Reason.GATE: "到规定检查节点仍未办结",
}

DISPUTED = "异议中"
UNPUBLISHED = "暂定日期：推算涉及放假安排尚未公布的年份，公布后重新核定"


def one_line(text: str) -> str:
    """The text on a single line, as titles and subjects need it."""
    return " ".join(text.split())


def inside_quotes(text: str) -> str:
    """The text as it stands between quotation marks, its own being single (GB/T 15834—2011)."""
    return text.replace("“", "‘").replace("”", "’")


def quoted(title: str) -> str:
    """A title on one line in quotation marks."""
    return f"“{inside_quotes(one_line(title))}”"


def numbered(code: str) -> str:
    """An item's number as sentences call it: 2023-05, or 第5项 for a plain number."""
    code = one_line(code)
    return f"第{code}项" if code.isdigit() else code


def days_text(due: date, on: date, working_days: int) -> str:
    """How far off a date is, in working days; past dates count negative."""
    if due == on:
        return "今日到期"
    if working_days > 0:
        return f"还有{working_days}个工作日"
    if due > on:
        return "到期前已无其他工作日"
    return f"已逾期{-working_days}个工作日" if working_days else "已到期"


def timing(deadline: DeadlineFacts, on: date, working_days: int) -> str:
    """The date and its distance in one phrase: 距6月30日节点时限还有3个工作日."""
    name = f"{short_day(deadline.due, on)}{deadline.kind.label}"
    days = days_text(deadline.due, on, working_days)
    return f"距{name}{days}" if days.startswith("还有") else f"{name}{days}"


def called(kind: DeadlineKind, name: str) -> str:
    """What a deadline is called: 节点时限：主体封顶. Others than these come once per item."""
    repeated = kind in (DeadlineKind.MILESTONE, DeadlineKind.REPORT, DeadlineKind.REVIEW)
    return f"{kind.label}：{one_line(name)}" if repeated else kind.label


def dated(deadline: DeadlineFacts) -> str:
    """A deadline with its name and date, and what became of the first promise."""
    text = f"{written(deadline.due)}（{called(deadline.kind, deadline.name)}）"
    if deadline.due != deadline.original_due:
        text += f"，原定{written(deadline.original_due)}"
    return f"{text}。{UNPUBLISHED}" if deadline.provisional else text


def cause(reason: Reason, deadline: DeadlineFacts | None) -> str:
    """Why the notice comes, to follow 下列事项."""
    if reason is Reason.DUE_SOON and deadline:
        return f"{deadline.kind.label}临近"
    if reason is Reason.OVERDUE and deadline:
        return f"{deadline.kind.label}已过，{_NOT_YET[deadline.kind]}"
    return _CAUSES.get(reason, reason.label)


def lag(progress: Progress) -> str:
    """Behind the plan, or not."""
    if progress.lag > 0:
        return f"落后{figure(progress.lag)}个百分点"
    return "未落后"


def against_plan(progress: Progress) -> str:
    """Planned, actual, lag."""
    return (
        f"计划进度{percent(progress.planned)}，实际进度{percent(progress.actual)}，{lag(progress)}"
    )


def targets(facts: Sequence[TargetFacts]) -> tuple[str, ...]:
    """The promises as published, each with its last figures.

    A promise of two measures (29条68公里) is two targets with one text, and stays one promise.
    """
    promises: dict[str, list[TargetFacts]] = {}
    for target in facts:
        metric, text = one_line(target.metric), one_line(target.text)
        promises.setdefault(text if metric in text else f"{metric}：{text}", []).append(target)
    return tuple(f"{promise}（{_done(measures)}）" for promise, measures in promises.items())


def _done(measures: Sequence[TargetFacts]) -> str:
    figures = [f"{figure(m.actual)}{m.unit}" for m in measures if m.actual is not None]
    return f"已完成{'、'.join(figures)}" if figures else "尚未填报"


def totals(count: FieldCount) -> str:
    """The classes of a paper and their sum in words: 共25件，其中绿灯20件、已办结5件."""
    classes = zip(CLASSES.values(), count.figures, strict=True)
    shown = [f"{label}{figure}件" for label, figure in classes if figure or label != _SELDOM]
    text = f"共{count.total}件，其中{'、'.join(shown)}"
    if count.done_percent is not None:
        text += f"，办结率{percent(count.done_percent)}"
    return text


_SELDOM = CLASSES["stopped"]


def stands(target: TargetStanding) -> str:
    """Where a promise stands: promised, planned by now, done, and how much is short."""
    unit = target.unit
    text = f"{one_line(target.metric)}：承诺{figure(target.promised)}{unit}，"
    text += f"按序时进度应完成{figure(target.planned)}{unit}，"
    if target.actual is None:
        return text + "尚未填报"
    text += f"已完成{figure(target.actual)}{unit}"
    points = "个百分点" if unit == "%" else unit
    return f"{text}，差{figure(target.behind)}{points}" if target.behind else f"{text}，已达到"


def term(standing: Standing, on: date) -> str:
    """Until when the item is promised, and what was promised first."""
    if standing.due is None:
        return ""
    first = standing.original_due
    moved = f"（原定{short_day(first, on)}）" if first and first != standing.due else ""
    return f"时限{short_day(standing.due, on)}{moved}"


def previous(facts: ProjectFacts, deadline: DeadlineFacts | None, on: date) -> tuple[str, ...]:
    """The last notice on the same matter and what came of it; empty when there was none."""
    subject = deadline.code if deadline else "project"
    issued = [n for n in facts.notices if n.deadline == subject and n.state is NoticeState.ISSUED]
    if not issued:
        return ()
    last = max(issued, key=lambda n: n.issued_on)
    return (f"{written(last.issued_on)}{last.kind.label}{_answer(last, on)}",)


def _answer(notice: NoticeFacts, on: date) -> str:
    if notice.answered_on:
        return f"，{short_day(notice.answered_on, notice.issued_on)}已答复"
    if notice.reply_by is None:
        return ""
    asked = f"，要求{short_day(notice.reply_by, notice.issued_on)}前答复"
    return f"{asked}，未答复" if notice.reply_by < on else f"{asked}，尚在期限内"
