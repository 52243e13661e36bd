"""办结: ``duban complete request``, ``back``, ``close``, ``reopen``, ``show``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from cli.answer import answering
from cli.files import to_file
from cli.installation import desk, installation
from cli.options import AsJson, By, ByOffice, Code, Reason, to_day, to_named_text, to_word
from engine.rules.completion import Claim, ProofFile, Verification, VerificationMethod


def request(
    code: Code,
    by: By,
    statement: Annotated[str, typer.Option("--statement", metavar="结果", help="办理结果")] = "",
    proof: Annotated[
        list[str] | None,
        typer.Option("--proof", metavar="指标=说明", help="每项指标的佐证说明，可写多次"),
    ] = None,
    evidence: Annotated[
        list[str] | None,
        typer.Option(
            "--evidence", metavar="指标=文件", help="佐证文件，可不附；不写指标的归整个事项"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """责任单位申请办结。各项指标须有填报数和佐证说明。"""
    proofs = dict(to_named_text(item) for item in proof or ())
    claim = Claim(statement, proofs, tuple(to_proof_file(item) for item in evidence or ()))
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.results import completing

        project = find_project(at, code)
        row = completing.request_completion(at, project, claim, by)
        answer.say(f"{code} 已申请办结，等待督查室核验")
        answer.put(code=code, state=project.state.value, request=row.number)


def to_proof_file(text: str) -> ProofFile:
    """A file, or a metric and a file, typed as ``指标=文件``."""
    metric, sign, path = text.partition("=")
    file = to_file((path if sign else text).strip())
    return ProofFile(file.name, file.content, metric.strip() if sign else "")


def back(code: Code, reason: Reason, by: ByOffice = "", as_json: AsJson = False) -> None:
    """督查室退回办结申请。"""
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.listing import office_person
        from engine.results import completing

        project = find_project(at, code)
        completing.send_back(at, project, by or office_person(at.session), reason)
        answer.say(f"{code} 已退回重办，原时限继续计算")
        answer.put(code=code, state=project.state.value)


def close(
    code: Code,
    verified_by: Annotated[
        str,
        typer.Option("--verified-by", metavar="姓名", help="督查室核验人", show_default=False),
    ],
    method: Annotated[
        str, typer.Option("--method", metavar="方式", help="on_site 现场核验、on_paper 书面核验")
    ] = "",
    finding: Annotated[str, typer.Option("--finding", metavar="情况", help="核验情况")] = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """督查室核验销号。核验人不能是申请人。"""
    how = to_word(VerificationMethod, method) if method else None
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.listing import office_person
        from engine.results import completing

        project = find_project(at, code)
        seen = Verification(verified_by, how, finding)
        completing.close(at, project, seen, by or office_person(at.session))
        ended = project.timeliness
        answer.say(f"{code} 已销号：{ended.label if ended else ''}")
        answer.put(code=code, state=project.state.value, timeliness=ended)


def reopen(
    code: Code,
    reason: Reason,
    due: Annotated[
        date,
        typer.Option(
            "--due", parser=to_day, metavar="年-月-日", help="新的办结时限", show_default=False
        ),
    ],
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """复查不合格，重新办理。"""
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.listing import office_person
        from engine.results import completing

        project = find_project(at, code)
        completing.reopen(at, project, by or office_person(at.session), reason, due)
        answer.say(f"{code} 重新办理，时限 {due}")
        answer.put(code=code, state=project.state.value, due=due)


def show(code: Code, as_json: AsJson = False) -> None:
    """查看历次办结申请：佐证、核验和复查。"""
    with (
        answering(as_json) as answer,
        installation() as service,
        service.database.read() as session,
    ):
        from engine.desk.transition import find_project
        from engine.results.proving import request_lines, request_views

        views = request_views(session, find_project(service.desk(session), code))
        for view in views:
            for line in request_lines(view):
                answer.say(line)
        if not views:
            answer.say(f"{code} 没有申请过办结")
        answer.put(code=code, requests=[asdict(view) for view in views])


COMMANDS: dict[str, Callable[..., None]] = {
    "request": request,
    "back": back,
    "close": close,
    "reopen": reopen,
    "show": show,
}
