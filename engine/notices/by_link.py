"""凭链接办理: the verbs that a unit may carry out from a letter, without signing in.

Each is the verb itself: who may act and in which state is asked there once more. Here is added
what holds for a link only: the policy allows it, the letter names it, and the signer is the one
whom the letter was for.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.assigning import assignment
from engine.desk.issuing import Desk
from engine.desk.transition import hold
from engine.errors import DubanError
from engine.notices import answering
from engine.notices.received import ReceivedLetter
from engine.reports import reporting
from engine.reports.doubting import Confirmed
from engine.reports.last_values import Offer, offered
from engine.reports.report_versions import versions_of
from engine.reports.stating import Statement
from engine.rules.policy_parts import LinkAct
from engine.rules.words import Route
from engine.rules.zone import local_day
from engine.store.journal import by_way_of
from engine.store.statements import Found
from engine.store.tables import Project


class LinkRefused(DubanError):
    """这件事不能凭这个链接办理。"""


class Overtaken(DubanError):
    """打开页面以后，已由他人办理。"""


def sign_for(desk: Desk, letter: ReceivedLetter, items: Sequence[int], name: str) -> list[str]:
    """签收 of some items that a letter names: all of them, or none.

    Returns:
        Their codes.

    Raises:
        LinkRefused, NotTheReader: see there.
        NotAllowed, StepRefused, ProjectChanged: as ``assignment.sign_for``.
    """
    if not items:
        raise LinkRefused("请勾选要签收的事项")
    actor = _signer(desk, letter, LinkAct.SIGN_FOR, name)
    projects = [_project(desk, letter, number) for number in sorted(set(items))]
    with by_way_of(desk.session, _route(letter)):
        for project in projects:
            assignment.sign_for(desk, project, actor)
    return [project.code for project in projects]


def answer(desk: Desk, letter: ReceivedLetter, number: int, text: str, name: str) -> None:
    """答复 of a notice that a letter carries.

    Raises:
        LinkRefused, NotTheReader: see there.
        NotAllowed, AnswerRefused: as ``answering.answer``.
    """
    actor = _signer(desk, letter, LinkAct.ANSWER, name)
    if letter.notice(number) is None:
        raise LinkRefused("这封信里没有这份通知")
    with by_way_of(desk.session, _route(letter)):
        answering.answer(desk, number, text, actor)


def report_form(desk: Desk, letter: ReceivedLetter, item: int) -> tuple[Offer, int]:
    """The form of an item that a letter names, and how many reports there were when it was shown.

    Raises:
        LinkRefused: the letter does not name it.
    """
    project = _project(desk, letter, item)
    return offered(desk, project), len(versions_of(desk.session, project.id))


def report(
    desk: Desk,
    letter: ReceivedLetter,
    item: int,
    statement: Statement,
    name: str,
    seen: int,
    confirmed: Confirmed = "",
) -> Found:
    """填报 on an item that a letter names.

    Args:
        seen: how many reports there were when the form was shown.

    Raises:
        LinkRefused, NotTheReader: see there.
        Overtaken: somebody has reported since.
        NotAllowed, ReportRefused, DoubtsFound, ProjectChanged: as ``reporting.report``.
    """
    actor = _signer(desk, letter, LinkAct.REPORT, name)
    project = _project(desk, letter, item)
    hold(desk, project)
    versions = versions_of(desk.session, project.id)
    if len(versions) != seen:
        last = max(versions, key=lambda version: version.reported_at)
        when = local_day(last.reported_at)
        raise Overtaken(
            f"您打开这页以后，{last.reported_by}已在{when.month}月{when.day}日填报了{last.period}。"
            "请核对下面的数据；仍要更正的，改好后再次提交"
        )
    with by_way_of(desk.session, _route(letter)):
        return reporting.report(desk, project, statement, actor, confirmed)


def _signer(desk: Desk, letter: ReceivedLetter, act: LinkAct, name: str) -> str:
    """The signer, as the verbs take it."""
    if act not in desk.rulebook.policy.links.allow:
        raise LinkRefused(f"按本地规定，{act.label}不能凭邮件链接办理，请联系督查室")
    if not letter.reader.is_on_duty:
        raise LinkRefused(f"{letter.reader.name}已不在岗位上，不能凭这封信办理")
    return letter.reader.signer(name).actor


def _project(desk: Desk, letter: ReceivedLetter, number: int) -> Project:
    if letter.item(number) is None:
        raise LinkRefused("这封信里没有这个事项")
    return desk.session.get_one(Project, number)


def _route(letter: ReceivedLetter) -> dict[str, object]:
    return {"by": Route.LINK.value, "delivery": letter.delivery_id}
