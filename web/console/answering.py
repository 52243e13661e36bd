"""答复: a unit answers a notice."""

from __future__ import annotations

from pydantic import Field

from engine.notices import answering
from engine.notices.answering import find_notice
from engine.rules.conditions import written
from engine.rules.words import NoticeKind
from engine.rules.zone import local_day
from engine.store.tables import Notice, Project
from web.access import UNITS
from web.console.declared import Act, Done, Offer, Page
from web.console.given import Given, MaybeText
from web.console.item_facts import OWN_UNIT, Fact, days_left, item_facts
from web.console.visit import Visit
from web.refusals import NotFound


class Answer(Given):
    """What a unit says."""

    text: MaybeText = Field(
        "", title="答复内容", description="原因、措施和完成时间；督查结论反馈只签收的可不写"
    )


def answer(visit: Visit, given: Answer, number: int) -> Done:
    """Answer a notice."""
    _visible(visit, number)
    answering.answer(visit.desk, number, given.text, visit.by)
    return Done(f"通知 {number} 已答复", data={"notice": number})


def _visible(visit: Visit, number: int) -> Notice:
    """The notice, told as if there were none when it is on an item of others."""
    notice = find_notice(visit.session, number)
    own = (
        notice.unit_id in visit.asker.units
        if notice.project_id is None
        else _is_seen(visit, notice)
    )
    if not own:
        raise NotFound(f"没有编号为 {number} 的通知")
    return notice


def _is_seen(visit: Visit, notice: Notice) -> bool:
    return visit.seen is None or notice.project_id in visit.seen


def _offer(visit: Visit, number: int) -> Offer:
    notice = _visible(visit, number)
    facts: list[Fact] = [("通知", f"{notice.kind.label}：{notice.title}")]
    if notice.issued_at:
        facts.append(("发出", written(local_day(notice.issued_at))))
    if notice.reply_by:
        left = days_left(visit.day, notice.reply_by)
        facts.append(("答复期限", f"{written(notice.reply_by)}，{left}"))
    if notice.project_id is not None:
        facts += item_facts(visit, visit.session.get_one(Project, notice.project_id))
    if notice.answered_at is not None:
        facts.append(("已答复", f"{notice.answered_by}：{notice.answer}"))
    hints = (
        {"text": "只签收结论的可不写；签收之日起30日内可以申请复核"}
        if notice.kind is NoticeKind.CONCLUSION
        else {"text": "写明原因、措施和完成时间"}
    )
    return Offer(facts=facts, hints=hints, more=number)


PAGES: tuple[Page, ...] = ()
ACTS = (
    Act(
        "answer",
        "/notices/{number}/answer",
        "答复通知",
        UNITS,
        answer,
        Answer,
        about="答复后，这一时限的升级暂缓5个工作日（本地设定），期满仍无进展的继续升级。一份通知只答复一次。",
        offer=_offer,
        back=OWN_UNIT,
        button="提交答复",
        template="answer.html",
    ),
)
