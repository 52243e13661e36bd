"""暂停、恢复、免督、终止: ``duban suspend``, ``resume``, ``exempt``, ``terminate``."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import (
    AsJson,
    Body,
    By,
    ByOffice,
    Code,
    DecidedOn,
    DecisionDocument,
    Reason,
    to_day,
)


def suspend(code: Code, reason: Reason, by: ByOffice = "", as_json: AsJson = False) -> None:
    """暂停一个事项，时限中止。"""
    with answering(as_json) as answer, desk() as at:
        from engine.dates import suspending
        from engine.desk.transition import find_project
        from engine.listing import office_person

        project = find_project(at, code)
        suspending.suspend(at, project, by or office_person(at.session), reason)
        answer.say(f"{code} 已暂停，时限中止")
        answer.put(code=code, state=project.state.value)


def resume(code: Code, reason: Reason, by: ByOffice = "", as_json: AsJson = False) -> None:
    """恢复一个事项，各时限按暂停的工作日数顺延。"""
    with answering(as_json) as answer, desk() as at:
        from engine.dates import suspending
        from engine.desk.transition import find_project
        from engine.listing import office_person

        project = find_project(at, code)
        suspending.resume(at, project, by or office_person(at.session), reason)
        answer.say(f"{code} 已恢复，各时限按暂停的工作日数顺延")
        answer.put(code=code, state=project.state.value)


def exempt(
    code: Code,
    by: By,
    until: Annotated[
        date,
        typer.Option(
            "--until", parser=to_day, metavar="年-月-日", help="到哪一天", show_default=False
        ),
    ],
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """领导批准：到某日之前不逐级升级。"""
    with answering(as_json) as answer, desk() as at:
        from engine.dates import suspending
        from engine.desk.transition import find_project

        suspending.exempt(at, find_project(at, code), until, by, reason)
        answer.say(f"{code} 在 {until} 之前免督")
        answer.put(code=code, until=until)


def terminate(
    code: Code,
    by: By,
    body: Body = "",
    document: DecisionDocument = "",
    decided_on: DecidedOn = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """终止一个事项，须有原审议机关的决定。"""
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.results import completing
        from engine.rules.changes import Decision

        project = find_project(at, code)
        decision = Decision(body, document, decided_on)
        completing.terminate(at, project, decision, reason, by)
        answer.say(f"{code} 已终止，各时限取消")
        answer.put(code=code, state=project.state.value)
