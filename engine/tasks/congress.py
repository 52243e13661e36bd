"""审议意见: received from the people's congress with its problems, reported back on in writing,
evaluated; found wanting, done again (监督法 2024 第十七条)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import select

from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, acting
from engine.desk.transition import hold
from engine.errors import DubanError
from engine.results.ending import class_of, end_well, open_parts, overturn
from engine.results.proving import file_request, requests_of
from engine.rules.completion import Claim, CompletionState, VerificationMethod
from engine.rules.conditions import written
from engine.rules.congress import (
    REWORK,
    Opinion,
    ReportBack,
    Satisfaction,
    opinion_faults,
    report_gaps,
)
from engine.rules.lifecycle import ProjectEvent, ProjectState
from engine.rules.steps import Role, StepFacts
from engine.rules.words import ProjectKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import CongressOpinion, OpinionReport, Program, Project
from engine.tasks.handing_over import (
    NewItem,
    Places,
    hand_over,
    hold_program,
    load_places,
    open_items,
    opened_before,
)

REPORT_BACK_BY = "书面报告办理情况"


class OpinionRefused(DubanError):
    """审议意见的这一步不能办理。"""


def receive(desk: Desk, opinion: Opinion, by: str, year: int | None = None) -> list[Project]:
    """接收审议意见: it becomes an item of the unit that answers for the report, due when the
    report back is, and its problems become items of their units, in one go.

    Args:
        year: the list that the report was on; the one at work when not given.

    Returns:
        The opinion, then its problems, all assigned.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        OpinionRefused, HandingOverRefused: something is missing or wrong, all of it named, or
            the same opinion was received before; nothing is kept.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    program = hold_program(desk, year)
    places = load_places(desk.session)
    faults = list(_faults(desk, opinion, places))
    if faults or opinion.report_by is None or opinion.held_on is None:
        raise OpinionRefused("审议意见未接收：" + "；".join(faults))
    item = _item(desk, program, opinion, places, opinion.report_by)
    (project,) = open_items(desk, program.id, [item], by)
    desk.session.add(
        CongressOpinion(
            project_id=project.id,
            body=opinion.body.strip(),
            session=opinion.session.strip(),
            document=opinion.document.strip(),
            held_on=opinion.held_on,
            satisfaction=opinion.satisfaction,
            votes=opinion.votes.strip(),
        )
    )
    data = {
        "body": opinion.body,
        "session": opinion.session,
        "document": opinion.document,
        "held_on": str(opinion.held_on),
        "report_by": str(opinion.report_by),
        "satisfaction": opinion.satisfaction.value if opinion.satisfaction else None,
        "votes": opinion.votes,
    }
    _journal(desk, project, EventKind.OPINION_RECEIVED, actor, data)
    problems = hand_over(desk, project, opinion.problems, by) if opinion.problems else []
    return [project, *problems]


def _item(
    desk: Desk, program: Program, opinion: Opinion, places: Places, report_by: date
) -> NewItem:
    query = select(Project.id).where(
        Project.program_id == program.id, Project.kind == ProjectKind.OPINION
    )
    number = len(desk.session.scalars(query).all()) + 1
    return NewItem(
        kind=ProjectKind.OPINION,
        code=f"{program.year}-议{number}",
        title=opinion.title,
        content=opinion.content,
        unit_id=places.units[opinion.unit],
        due=report_by,
        basis=opinion.basis,
        document=opinion.document,
        until=REPORT_BACK_BY,
        sponsor=opinion.leader,
        leader_post_id=places.leaders.get(opinion.leader),
    )


def _faults(desk: Desk, opinion: Opinion, places: Places) -> Iterator[str]:
    yield from opinion_faults(opinion, desk.day)
    yield from places.faults(opinion.unit, opinion.leader)
    for number, problem in enumerate(opinion.problems, 1):
        yield from (f"问题{number}：{f}" for f in places.faults(problem.unit, problem.leader))
    same = select(Project).join(CongressOpinion, CongressOpinion.project_id == Project.id)
    double = desk.session.scalars(
        same.where(
            CongressOpinion.document == opinion.document.strip(),
            CongressOpinion.body == opinion.body.strip(),
        )
    ).first()
    if double is not None:
        yield f"{opinion.document}{opened_before(desk.session, double)}"


def report_back(desk: Desk, project: Project, report: ReportBack, by: str) -> None:
    """书面报告办理情况: by the office or the unit that answers for it. All problems have ended, or
    the report says of each that has not why; such a problem stays supervised. The report is what
    the opinion was due for, and so ends it, until the congress finds it wanting.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is neither of the office nor of a lead unit.
        OpinionRefused: it is no opinion.
        StepRefused, ProjectChanged: something is missing, all of it named, or it was reported.
    """
    actor, role = _office_or_unit(desk, project, by)
    _opinion_of(desk, project)
    hold(desk, project)
    still_open = open_parts(desk, project)
    said = {code: why.strip() for code, why in report.unfinished.items() if why.strip()}
    how = class_of(desk, project, desk.day)
    facts = StepFacts(
        basis=report.document.strip(),
        reason=how.label,
        open_parts=tuple(code for code in still_open if code not in said),
        missing=tuple(report_gaps(report, still_open)),
    )
    end_well(desk, project, ProjectEvent.REPORT_BACK, role, actor, facts, desk.day, how)
    request = file_request(desk, project, Claim(report.text), by)
    request.method, request.timeliness = VerificationMethod.ON_PAPER, how
    desk.session.add(
        OpinionReport(completion_id=request.id, document=report.document.strip(), unfinished=said)
    )
    data = {"document": report.document, "text": report.text, "unfinished": said}
    _journal(desk, project, EventKind.OPINION_REPORTED, actor, data)


def _office_or_unit(desk: Desk, project: Project, by: str) -> tuple[str, Role]:
    try:
        return acting(desk.session, by, Role.OFFICE), Role.OFFICE
    except NotAllowed:
        return acting(desk.session, by, Role.UNIT, project), Role.UNIT


def evaluate(
    desk: Desk,
    project: Project,
    satisfaction: Satisfaction,
    evaluated_on: date,
    votes: str,
    by: str,
) -> date | None:
    """满意度测评 of the last report, recorded for ever. 不满意 opens the opinion again with a new
    limit (``REWORK``); problems that are to be done again are reopened one by one.

    Args:
        votes: the figures of the vote as announced; may be empty.

    Returns:
        The new date when it was found wanting.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        OpinionRefused: no report waits for this, or the day cannot be right.
        ProjectChanged: somebody has taken a step meanwhile.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    opinion = _opinion_of(desk, project)
    hold(desk, project)
    requests = requests_of(desk.session, project)
    request = requests[-1] if requests else None
    report = desk.session.get(OpinionReport, request.id) if request else None
    if request is None or report is None:
        raise OpinionRefused(f"{project.code} 还没有书面报告办理情况，不能测评")
    _check_evaluation(desk, project, report, request.requested_on, evaluated_on)
    report.satisfaction, report.evaluated_on = satisfaction, evaluated_on
    report.evaluated_by, report.votes = actor, votes.strip()
    request.verified_on, request.verified_by = evaluated_on, opinion.body
    data = {
        "document": report.document,
        "satisfaction": satisfaction.value,
        "evaluated_on": str(evaluated_on),
        "votes": report.votes,
    }
    _journal(desk, project, EventKind.OPINION_EVALUATED, actor, data)
    if satisfaction is not Satisfaction.DISSATISFIED:
        request.state = CompletionState.VERIFIED
        return None
    due = desk.rulebook.calendar.apply(evaluated_on, REWORK)
    reason = f"{written(evaluated_on)}满意度测评为不满意，{REWORK.text}内再报告"
    overturn(desk, project, actor, reason, due)
    return due


def _check_evaluation(
    desk: Desk, project: Project, report: OpinionReport, reported_on: date, evaluated_on: date
) -> None:
    if report.satisfaction is not None:
        raise OpinionRefused(
            f"{project.code} 的报告（{report.document}）已由{report.evaluated_by}"
            f"登记测评结果“{report.satisfaction.label}”，不能更改"
        )
    if project.state is not ProjectState.CLOSED:
        raise OpinionRefused(f"{project.code} 处于“{project.state.label}”，不能测评")
    if evaluated_on > desk.day:
        raise OpinionRefused(f"测评日期{written(evaluated_on)}还没有到")
    if evaluated_on < reported_on:
        raise OpinionRefused(f"测评日期不能早于报告日期{written(reported_on)}")


def _opinion_of(desk: Desk, project: Project) -> CongressOpinion:
    opinion = desk.session.get(CongressOpinion, project.id)
    if opinion is None:
        raise OpinionRefused(f"{project.code} 不是审议意见，请用 duban opinion list 查看编号")
    return opinion


def _journal(
    desk: Desk, project: Project, kind: EventKind, actor: str, data: Mapping[str, object]
) -> None:
    append(desk.session, [Event(project_chain(project.id), kind, desk.at, actor, data)])
