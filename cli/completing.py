"""办结: ``duban complete request``, ``back``, ``close``, ``reopen``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson, By, ByOffice, Code, Reason, to_day


def request(code: Code, by: By, as_json: AsJson = False) -> None:
    """责任单位申请办结。各项指标须有填报数。"""
    with answering(as_json) as answer, desk() as at:
        from engine import completing
        from engine.transition import find_project

        project = find_project(at, code)
        completing.request_completion(at, project, by)
        answer.say(f"{code} 已申请办结，等待督查室核验")
        answer.put(code=code, state=project.state.value)


def back(code: Code, reason: Reason, by: ByOffice = "", as_json: AsJson = False) -> None:
    """督查室退回办结申请。"""
    with answering(as_json) as answer, desk() as at:
        from engine import completing
        from engine.listing import office_person
        from engine.transition import find_project

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
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """督查室核验销号。"""
    with answering(as_json) as answer, desk() as at:
        from engine import completing
        from engine.listing import office_person
        from engine.transition import find_project

        project = find_project(at, code)
        completing.close(at, project, by or office_person(at.session), verified_by)
        how = project.timeliness
        answer.say(f"{code} 已销号：{how.label if how else ''}")
        answer.put(code=code, state=project.state.value, timeliness=how)


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
        from engine import completing
        from engine.listing import office_person
        from engine.transition import find_project

        project = find_project(at, code)
        completing.reopen(at, project, by or office_person(at.session), reason, due)
        answer.say(f"{code} 重新办理，时限 {due}")
        answer.put(code=code, state=project.state.value, due=due)


COMMANDS: dict[str, Callable[..., None]] = {
    "request": request,
    "back": back,
    "close": close,
    "reopen": reopen,
}
