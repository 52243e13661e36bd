"""办结: asked for by the unit with what proves it, verified by the office, closed one by one (销号)
or sent back; or 终止, by decision of the body that adopted it."""

from __future__ import annotations

from datetime import date

from engine.dates.deadlines import cancel, pending
from engine.desk.issuing import Desk
from engine.desk.people import acting, find_person
from engine.desk.transition import hold, take_step
from engine.desk.withdrawing import cancel_drafts
from engine.errors import DubanError
from engine.results.ending import class_of, end_well, open_parts, overturn
from engine.results.proving import file_request, gaps, requests_of
from engine.rules.blanks import blank
from engine.rules.changes import Decision
from engine.rules.completion import Claim, CompletionState, Verification, gaps_in_verification
from engine.rules.conditions import written
from engine.rules.facts import ProjectFacts
from engine.rules.lifecycle import ProjectEvent
from engine.rules.steps import Role, StepFacts
from engine.rules.targets import full_name
from engine.rules.words import (
    UNIT_CLOCKS,
    DeadlineKind,
    ProjectKind,
)
from engine.store.loading import load_projects
from engine.store.tables import CompletionRequest, Project


class CompletionRefused(DubanError):
    """这类事项不这样办结。"""


class ReopeningRefused(DubanError):
    """重新办理的完成时限不合理。"""


def request_completion(desk: Desk, project: Project, claim: Claim, by: str) -> CompletionRequest:
    """申请办结: every target has its figure and words that prove it; files are optional (减负).
    The unit's clocks wait for the office.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of a lead unit.
        StepRefused, ProjectChanged: something is missing, all of it named, or it is not underway.
        CompletionRefused: an opinion of the congress ends with its report.
        DubanError: a file is refused.
    """
    actor = acting(desk.session, by, Role.UNIT, project)
    if project.kind is ProjectKind.OPINION:
        raise CompletionRefused(
            f"{project.code} 是审议意见，以书面报告办结，请用 duban opinion report"
        )
    facts = load_projects(desk.session, [project.id], desk.day).projects[0]
    step = StepFacts(
        unmet_targets=_without_figure(facts),
        open_parts=open_parts(desk, project),
        missing=gaps(desk.session, project, claim),
        record={"statement": claim.statement.strip()},
    )
    take_step(
        desk,
        project,
        ProjectEvent.REQUEST_COMPLETION,
        Role.UNIT,
        actor,
        step,
        requested_on=desk.day,
    )
    return file_request(desk, project, claim, by)


def _without_figure(facts: ProjectFacts) -> tuple[str, ...]:
    return tuple(full_name(t.metric, t.unit) for t in facts.targets if t.actual is None)


def _waiting(desk: Desk, project: Project) -> CompletionRequest | None:
    """The request that waits for the office; none for what was asked for before requests were
    kept."""
    requests = requests_of(desk.session, project)
    return requests[-1] if requests and requests[-1].state is CompletionState.REQUESTED else None


def send_back(desk: Desk, project: Project, by: str, reason: str) -> None:
    """退回重办: the result did not stand; the old dates bind again.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused, ProjectChanged: no reason, or completion was not asked for.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    facts = StepFacts(reason=reason)
    take_step(desk, project, ProjectEvent.SEND_BACK, Role.OFFICE, actor, facts, requested_on=None)
    request = _waiting(desk, project)
    if request is not None:
        request.state, request.finding = CompletionState.SENT_BACK, reason.strip()
        request.verified_on, request.verified_by = desk.day, actor
    for deadline in pending(desk, project.id, DeadlineKind):
        deadline.next_check_on = desk.day


def close(desk: Desk, project: Project, verification: Verification, by: str) -> None:
    """核验销号: the promise is kept, as somebody else than the one who asked has seen. The day of
    the unit's request counts as the day of completion.

    Raises:
        NotAllowed, PersonUnknown: ``by`` or the person who verified is not of the office.
        StepRefused, ProjectChanged: it was not verified, or completion was not asked for.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    named = verification.by.strip()
    checker = acting(desk.session, named, Role.OFFICE) if named else ""
    hold(desk, project)
    request = _waiting(desk, project)
    done_on = project.requested_on or desk.day
    how = class_of(desk, project, done_on)
    method = verification.method
    facts = StepFacts(
        verified_by=checker,
        reason=how.label,
        missing=tuple(gaps_in_verification(verification, _also_asked(desk, request, named))),
        record={"method": method.value if method else "", "finding": verification.finding.strip()},
    )
    end_well(desk, project, ProjectEvent.CLOSE, Role.OFFICE, actor, facts, done_on, how)
    if request is not None:
        request.state, request.method = CompletionState.VERIFIED, method
        request.finding, request.timeliness = verification.finding.strip(), how
        request.verified_on, request.verified_by = desk.day, checker


def _also_asked(desk: Desk, request: CompletionRequest | None, checker: str) -> str:
    """The person who is to have verified, if it is the one who asked (回避)."""
    if request is None or not checker:
        return ""
    person = find_person(desk.session, checker)
    return str(person.name) if person.id == request.requester_id else ""


def terminate(desk: Desk, project: Project, decision: Decision, reason: str, by: str) -> None:
    """终止: the body that adopted the promise has ended it; its dates no longer bind, and
    nothing that was drafted on it is to be signed.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is no leader.
        StepRefused, ProjectChanged: the decision (陕西 2025 第十八条) or the reason is not given,
            parts of it have not ended, or it is not underway or suspended.
    """
    actor = acting(desk.session, by, Role.LEADER)
    missing = (*decision.faults(desk.day), *blank({"理由": reason}))
    facts = StepFacts(
        basis=decision.text,
        reason=reason.strip(),
        open_parts=open_parts(desk, project),
        missing=missing,
        record=decision.record(),
    )
    take_step(desk, project, ProjectEvent.TERMINATE, Role.LEADER, actor, facts)
    cancel(desk, pending(desk, project.id, UNIT_CLOCKS))
    cancel_drafts(desk, project, "事项已终止")


def reopen(desk: Desk, project: Project, by: str, reason: str, due: date) -> None:
    """重新办理: a later check failed; a new date is set, the first promise is kept.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused, ProjectChanged: no reason, or it is not closed.
        ReopeningRefused: the new date is not after today.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    if due <= desk.day:
        raise ReopeningRefused(f"新的完成时限{written(due)}须晚于今天，请重新填写")
    overturn(desk, project, actor, reason, due)
