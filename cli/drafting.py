"""拟稿: ``duban draft amend``, ``check`` and ``send-back``, beside those that only read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from cli.answer import answering
from cli.draft_reading import draft_data, list_, show, versions, words_data
from cli.installation import desk
from cli.options import AsJson, By, ByOffice, Number, to_word
from engine.rules.drafts import PublicAttribute

Seen = Annotated[
    int | None,
    typer.Option(
        "--seen", metavar="版次", help="看过的是第几版；已改为别的版次的不办", show_default=False
    ),
]


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
        answer.put(**words_data(notice), version=version)


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
        answer.put(notice=number, length=length, draft=draft_data(draft))


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
        answer.put(notice=number, draft=draft_data(draft))


COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_,
    "show": show,
    "amend": amend,
    "check": check,
    "send-back": send_back,
    "versions": versions,
}
