"""拟稿: ``duban draft list``, ``show``, ``amend``, ``check``, ``send-back`` and ``versions``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import answering
from cli.installation import desk, installation
from cli.options import AsJson, By, ByOffice, Number, to_word
from engine.rules.drafts import PublicAttribute
from engine.rules.words import NoticeState
from engine.rules.zone import local_day

if TYPE_CHECKING:
    from engine.store.tables import Draft, Notice

Seen = Annotated[
    int | None,
    typer.Option(
        "--seen", metavar="版次", help="看过的是第几版；已改为别的版次的不办", show_default=False
    ),
]


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
            answer.put(draft=_data(draft))
        if length is not None:
            limit = service.rulebook.policy.papers.limit_of(notice.kind)
            answer.say(f"全文{length}字（附件不计），最多{limit}字")
        answer.say(f"\n{words}")
        for doubt in doubts:
            answer.warn(f"疑点：{doubt.text}")
        answer.put(**_words(notice), length=length, doubts=[d.text for d in doubts], text=words)


def amend(
    number: Number,
    title: Annotated[
        str | None, typer.Option("--title", metavar="标题", help="新的标题", show_default=False)
    ] = None,
    text: Annotated[
        str | None,
        typer.Option("--text", metavar="内容", help="补充说明；写空的为删去", show_default=False),
    ] = None,
    ask: Annotated[
        str | None,
        typer.Option(
            "--ask", metavar="要求", help="办理要求；写空的恢复规则的要求", show_default=False
        ),
    ] = None,
    confirm: Annotated[
        str, typer.Option("--confirm", metavar="理由", help="数字有疑点而确认无误的，写明理由")
    ] = "",
    replace: Annotated[bool, typer.Option("--replace", help="在他人改过的稿上再改")] = False,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """督查室修改拟稿的标题、补充说明、要求；其中的比例和合计会重新核算，改后须重新核稿。"""
    with answering(as_json) as answer, desk() as at:
        from engine.listing import office_person
        from engine.notices import drafting
        from engine.reports.doubting import DoubtsFound
        from engine.store.tables import Draft

        draft = at.session.get(Draft, number)
        seen = draft.number if draft and replace else 0
        words = drafting.Wording(title, text, ask)
        who = by or office_person(at.session)
        try:
            notice = drafting.amend(at, number, words, who, confirm, seen)
        except DoubtsFound as found:
            answer.put(notice=number, doubts=[doubt.text for doubt in found.doubts])
            raise
        version = drafting.versions_of(at.session, number)[-1].number
        answer.say(f"通知 {number}（{notice.kind.label}）已改为第{version}版，待核稿")
        answer.put(**_words(notice), version=version)


def check(
    number: Number,
    public: Annotated[
        PublicAttribute,
        typer.Option(
            "--public",
            parser=lambda text: to_word(PublicAttribute, text),
            metavar="公开属性",
            help="主动公开、依申请公开、不予公开",
            show_default=False,
        ),
    ],
    reason: Annotated[
        str, typer.Option("--reason", metavar="理由", help="不主动公开的须写明理由")
    ] = "",
    seen: Seen = None,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """督查室核稿：核数字、字数，定公开属性；核过的送领导签发。"""
    with answering(as_json) as answer, desk() as at:
        from engine.listing import office_person
        from engine.notices import checking
        from engine.notices.answering import find_notice
        from notifications.preview import paper_length

        length = paper_length(at.session, find_notice(at.session, number))
        found = checking.Check(public, length, reason, seen)
        draft = checking.check(at, number, found, by or office_person(at.session))
        answer.say(f"通知 {number} 已核稿（{public.label}，全文{length}字），待签发")
        answer.put(notice=number, length=length, draft=_data(draft))


def send_back(
    number: Number,
    by: By,
    comment: Annotated[
        str, typer.Option("--comment", metavar="意见", help="要改什么", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """督查室或领导把拟稿退回修改，写明意见。"""
    with answering(as_json) as answer, desk() as at:
        from engine.notices import checking

        draft = checking.send_back(at, number, by, comment)
        answer.say(f"通知 {number} 已退回修改：{draft.comment}")
        answer.put(notice=number, draft=_data(draft))


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


def _words(notice: Notice) -> dict[str, object]:
    return {
        "notice": notice.id,
        "kind": notice.kind,
        "state": notice.state,
        "title": notice.title,
        "remark": notice.remark,
        "ask": notice.ask,
        "confirmed": notice.remark_confirmed,
    }


def _data(draft: Draft) -> dict[str, object]:
    return {
        "state": draft.state,
        "version": draft.number,
        "public": draft.public,
        "public_reason": draft.public_reason,
        "checked_by": draft.checked_by,
        "comment": draft.comment,
        "standing": draft.standing,
    }


COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_,
    "show": show,
    "amend": amend,
    "check": check,
    "send-back": send_back,
    "versions": versions,
}
