"""调整: ``duban change``."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson, Body, By, Code, DecidedOn, DecisionDocument, Reason, to_word


def change(
    code: Code,
    by: By,
    what: Annotated[
        str, typer.Option("--what", metavar="内容", help="target 量化指标、content 实施内容")
    ] = "target",
    metric: Annotated[
        str, typer.Option("--metric", metavar="指标", help="哪一项指标", show_default=False)
    ] = "",
    to: Annotated[
        str, typer.Option("--to", metavar="文字", help="调整为，如 7000个", show_default=False)
    ] = "",
    body: Body = "",
    document: DecisionDocument = "",
    decided_on: DecidedOn = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """按人大决定调整一个事项的目标或内容，原目标保留备查。"""
    from engine.rules.changes import ChangeKind, Decision

    kind = to_word(ChangeKind, what)
    with answering(as_json) as answer, desk() as at:
        from engine.dates import changing
        from engine.desk.transition import find_project

        alteration = changing.Alteration(kind, to, reason, metric)
        decision = Decision(body, document, decided_on)
        row = changing.change(at, find_project(at, code), alteration, decision, by)
        subject = row.subject or kind.label
        answer.say(f"{code} {subject}已调整：{row.before} → {row.after}（{decision.text}）")
        answer.put(code=code, what=kind.value, subject=row.subject)
        answer.put(before=row.before, after=row.after, decision=decision.text)
