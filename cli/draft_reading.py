"""拟稿: ``duban draft list``, ``show`` and ``versions``: what is at the signing desk."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.answer import answering
from cli.installation import installation
from cli.options import AsJson, Number
from engine.rules.words import NoticeState
from engine.rules.zone import local_day

if TYPE_CHECKING:
    from engine.store.tables import Draft, Notice


def list_(as_json: AsJson = False) -> None:
    """列出待核稿、待签发、退回修改的拟稿。"""
    with answering(as_json) as answer, installation() as service:
        from engine.notices.notice_list import draft_lines

        with service.database.read() as session:
            lines = draft_lines(session)
        if not lines:
            answer.say("没有待办的拟稿")
        answer.table(
            (
                "通知号",
                "种类",
                "状态",
                "标题",
                "拟稿日期",
                "版次",
                "修改人",
                "核稿人",
                "公开属性",
                "退回意见",
            ),
            [
                (
                    str(line.notice),
                    line.kind.label,
                    line.state.label,
                    line.title,
                    str(line.drafted_on),
                    str(line.version),
                    line.author,
                    line.checked_by,
                    line.public.label if line.public else "",
                    line.comment,
                )
                for line in lines
            ],
        )
        answer.put(drafts=[asdict(line) for line in lines])


def show(number: Number, as_json: AsJson = False) -> None:
    """看一份拟稿或已发的约谈建议、通报：全文、字数、核稿情况和疑点。"""
    with answering(as_json) as answer, installation() as service:
        from engine.notices.answering import find_notice
        from engine.notices.drafting import doubts_left
        from engine.store.tables import Draft
        from notifications.preview import paper_length, preview

        with service.database.read() as session:
            notice = find_notice(session, number)
            draft = session.get(Draft, number)
            words, doubts = preview(session, notice), doubts_left(notice)
            is_open = notice.state is NoticeState.DRAFT
            length = paper_length(session, notice) if is_open else None
        answer.say(f"通知 {number}（{notice.kind.label}，{notice.state.label}）")
        if draft is not None:
            answer.say(_stands(draft))
            answer.put(draft=draft_data(draft))
        if length is not None:
            limit = service.rulebook.policy.papers.limit_of(notice.kind)
            answer.say(f"全文{length}字（附件不计），最多{limit}字")
        answer.say(f"\n{words}")
        for doubt in doubts:
            answer.warn(f"疑点：{doubt.text}")
        answer.put(**words_data(notice), length=length, doubts=[d.text for d in doubts], text=words)


def versions(number: Number, as_json: AsJson = False) -> None:
    """列出一份拟稿的各版：谁、何时、改成什么。"""
    with answering(as_json) as answer, installation() as service:
        from engine.notices.answering import find_notice
        from engine.notices.drafting import versions_of

        with service.database.read() as session:
            find_notice(session, number)
            found = versions_of(session, number)
        if not found:
            answer.say(f"通知 {number} 不须签发，没有版次")
        answer.table(
            ("版次", "修改人", "日期", "标题", "补充说明", "要求"),
            [
                (str(v.number), v.author, str(local_day(v.at)), v.title, v.remark, v.ask)
                for v in found
            ],
        )
        answer.put(
            notice=number,
            versions=[
                {
                    "version": v.number,
                    "author": v.author,
                    "at": v.at,
                    "title": v.title,
                    "remark": v.remark,
                    "ask": v.ask,
                }
                for v in found
            ],
        )


def _stands(draft: Draft) -> str:
    """How far a draft is, in words."""
    if draft.standing:
        return f"依据常设授权文件{draft.standing}签发"
    told = [f"第{draft.number}版，{draft.state.label}"]
    if draft.checked_by:
        told.append(f"{draft.checked_by}核稿")
    if draft.public:
        told.append(draft.public.label)
    if draft.comment:
        told.append(f"退回意见：{draft.comment}")
    return "，".join(told)


def words_data(notice: Notice) -> dict[str, object]:
    return {
        "notice": notice.id,
        "kind": notice.kind,
        "state": notice.state,
        "title": notice.title,
        "remark": notice.remark,
        "ask": notice.ask,
        "confirmed": notice.remark_confirmed,
    }


def draft_data(draft: Draft) -> dict[str, object]:
    return {
        "state": draft.state,
        "version": draft.number,
        "public": draft.public,
        "public_reason": draft.public_reason,
        "checked_by": draft.checked_by,
        "comment": draft.comment,
        "standing": draft.standing,
    }
