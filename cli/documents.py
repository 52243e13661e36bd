"""公文: ``duban document``: a notice as a .docx, and whether a copy is what was issued."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import Answer, answering
from cli.installation import installation
from cli.options import AsJson

if TYPE_CHECKING:
    from engine.notices.documents import Kept
    from engine.rules.words import NoticeState
    from flows.service import Service


def to_docx(text: str) -> Path:
    """The name of a document as typed."""
    if not text.lower().endswith(".docx"):
        raise typer.BadParameter(f"“{text}”应以 .docx 结尾")
    return Path(text)


def document(
    number: Annotated[
        int | None,
        typer.Argument(
            metavar="[通知号]", help="要成文的通知，用 duban notices 查看", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            parser=to_docx,
            metavar="文件",
            help="写到哪个 .docx；默认以文号或编号加标题为名，写在当前目录",
            show_default=False,
        ),
    ] = None,
    verify: Annotated[
        Path | None,
        typer.Option("--verify", metavar="文件", help="核验一份 .docx", show_default=False),
    ] = None,
    check: Annotated[
        str | None,
        typer.Option("--check", metavar="验证码", help="查这个码是哪份公文", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """把通知写成公文（.docx），或核验一份公文的真伪。同一通知再写一次，内容不变。"""
    given = [value for value in (number, verify, check) if value is not None]
    if len(given) != 1 or (out is not None and number is None):
        raise typer.BadParameter(
            "请写一个通知号，或只用 --verify、--check 之一（--out 只配通知号）"
        )
    with answering(as_json) as answer, installation() as service:
        if number is not None:
            _make(service, answer, number, out)
        elif verify is not None:
            _verify(service, answer, verify)
        elif check is not None:
            _check(service, answer, check)


def _make(service: Service, answer: Answer, number: int, out: Path | None) -> None:
    from cli.files import write_same
    from engine.notices.answering import find_notice
    from engine.wording import in_force

    with service.database.begin() as session:
        notice = find_notice(session, number)
        matters = service.composer.matters(session, {number: notice})
        office, edits = service.composer.office(session), in_force(session)
        made = service.press.make(session, service.now(), office, matters.values(), edits)
    _warn_if_withdrawn(answer, notice.state)
    paper = made[number]
    path = out or Path(paper.name)
    write_same(path, paper.docx)
    content = paper.content
    draft = "（拟稿，没有验证码）" if content.is_draft else ""
    answer.say(f"{content.kind.label}已写到 {path}{draft}")
    if paper.code:
        answer.say(f"验证码 {paper.code}")
    answer.put(
        notice=number,
        file=str(path),
        kind=content.kind,
        title=content.title,
        number=content.number,
        code=paper.code,
        draft=content.is_draft,
    )


def _verify(service: Service, answer: Answer, path: Path) -> None:
    from engine.notices.documents import DocumentUnknown, differences, find_by_code, state_of
    from notifications.documents.reading import read_copy

    copy = read_copy(path)
    if not copy.code:
        raise DocumentUnknown(f"{path} 上没有公文验证码，无法核验")
    with service.database.read() as session:
        kept = find_by_code(session, copy.code)
        _tell(answer, kept, state_of(session, kept))
    found = differences(kept, copy.lines)
    answer.put(agrees=not found, differences=found)
    if not found:
        answer.say("核验结果：相符，内容与原件一致")
        return
    answer.warn("核验结果：内容与原件不符")
    for difference in found:
        answer.warn(difference)
    answer.fall_short()


def _check(service: Service, answer: Answer, text: str) -> None:
    from engine.notices.documents import find_by_code, state_of

    with service.database.read() as session:
        kept = find_by_code(session, text)
        _tell(answer, kept, state_of(session, kept))
    answer.say("这个码是真的。要核对内容，请用 duban document --verify 文件")


def _tell(answer: Answer, kept: Kept, state: NoticeState) -> None:
    from engine.rules.conditions import written

    content = kept.content
    number = f"，{content.number}" if content.number else ""
    answer.say(f"验证码 {kept.code}：{content.kind.label}{number}，通知 {kept.notice_id}")
    answer.say(f"{content.title}（{content.issuer}，{written(content.day)}）")
    if _warn_if_withdrawn(answer, state):
        answer.fall_short()
    answer.put(
        code=kept.code,
        notice=kept.notice_id,
        state=state,
        kind=content.kind,
        number=content.number,
        title=content.title,
        issuer=content.issuer,
        day=content.day,
    )


def _warn_if_withdrawn(answer: Answer, state: NoticeState) -> bool:
    """Tell that a paper no longer holds, since its number was voided."""
    from engine.rules.words import NoticeState

    if state is not NoticeState.CANCELLED:
        return False
    answer.warn(f"这份通知{state.label}，公文不再有效")
    return True
