"""Deriving a notice again: the decision is taken once more from the facts that were kept, so that
whoever changed a row, a rule or a calendar afterwards is seen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.rules import papers
from engine.rules.alarms import alarms_from_data, heading
from engine.rules.decide import steps
from engine.rules.facts import (
    DeadlineFacts,
    Moment,
    ProjectFacts,
    moment_from_data,
    project_from_data,
)
from engine.rules.inspections import conclusion_from_data
from engine.rules.lifecycle import ProjectState
from engine.rules.policy import Rule
from engine.rules.quotes import Quote, quote_from_data
from engine.rules.reviews import review_notice_from_data
from engine.rules.rulebook import Rulebook
from engine.rules.standings import Standing
from engine.rules.words import INFORMING, NoticeKind
from engine.store.tables import Delivery, DeliveryState, Inspection, Notice, ReviewRequest


def is_derived_again(session: Session, notice: Notice, rulebook: Rulebook) -> bool:
    """Whether taking the decision again gives the same notice."""
    return _is_as_used(notice, rulebook) and _same(session, notice, rulebook)


def _is_as_used(notice: Notice, rulebook: Rulebook) -> bool:
    """Whether policy and calendar are, to the letter, those of the versions the notice names."""
    versions = (rulebook.policy.version, rulebook.calendar.version)
    return versions == (notice.policy_version, notice.calendar_version)


def deadline_of(notice: Notice) -> DeadlineFacts | None:
    """The deadline the notice is about, as it stood when the notice was decided."""
    if notice.deadline_id is None:
        return None
    project = project_from_data(notice.facts["project"])
    return next((d for d in project.deadlines if d.id == notice.deadline_id), None)


def _same(session: Session, notice: Notice, rulebook: Rulebook) -> bool:
    """Take the decision again from the facts that were kept, and compare."""
    facts, moment = notice.facts, moment_from_data(notice.facts["moment"])
    if notice.kind is NoticeKind.ASSIGNMENT:
        return _same_assignment(notice, rulebook)
    if notice.kind in INFORMING:
        return _same_information(notice)
    if notice.kind is NoticeKind.CONCLUSION:
        return _same_conclusion(session, notice, rulebook)
    if notice.kind is NoticeKind.REVIEW_DECISION:
        return _same_review(session, notice)
    if notice.kind is NoticeKind.ALARM:
        return _same_alarm(session, notice)
    if notice.kind is NoticeKind.WEEKLY_DIGEST:
        projects = _projects(facts)
        paper = papers.weekly_paper(projects, rulebook.policy, rulebook.calendar, moment)
        return papers.agrees(paper, facts["paper"])
    if notice.kind is NoticeKind.WEEKLY_LIST:
        return papers.agrees(_weekly_list(session, facts), facts["paper"])
    if notice.kind is NoticeKind.MONTHLY_BRIEF:
        brief = papers.monthly_brief(_standings(facts), moment)
        return papers.agrees(brief, facts["paper"])
    if notice.kind is NoticeKind.MONTHLY_PUSH:
        return _same_push(notice, rulebook, moment)
    if notice.kind is NoticeKind.CIRCULAR:
        return _same_circular(notice, rulebook, moment)
    return _same_step(notice, rulebook, moment)


def _projects(facts: dict[str, Any]) -> list[ProjectFacts]:
    return [project_from_data(data) for data in facts["projects"]]


def _standings(facts: dict[str, Any]) -> list[Standing]:
    return [papers.standing_from_data(data) for data in facts["standings"]]


def _same_assignment(notice: Notice, rulebook: Rulebook) -> bool:
    deadline = deadline_of(notice)
    limit = rulebook.policy.limits.sign_for.limit
    return deadline is not None and (
        rulebook.calendar.apply(notice.as_of, limit) == deadline.due == notice.reply_by
    )


def _same_information(notice: Notice) -> bool:
    """An item that has just been given out; there is somebody to support it, or a unit before."""
    terms, state = notice.facts["assignment"], notice.facts["project"]["state"]
    told = terms["support"] if notice.kind is NoticeKind.SUPPORT_NOTICE else terms["before"]
    return bool(
        told and terms["before"] not in terms["lead"] and state == ProjectState.ASSIGNED.value
    )


def _same_conclusion(session: Session, notice: Notice, rulebook: Rulebook) -> bool:
    """It says what the inspection's record says; a review may since have changed a finding."""
    told = conclusion_from_data(notice.facts["conclusion"])
    row = session.get_one(Inspection, told.inspection)
    limits = rulebook.policy.limits
    return (
        (told.title, told.kind, told.leader, told.text, notice.as_of)
        == (row.title, row.kind, row.leader, row.conclusion, row.concluded_on)
        and told.review_within == limits.review_request.limit.text
        and rulebook.calendar.apply(notice.as_of, limits.sign_for.limit) == notice.reply_by
    )


def _same_review(session: Session, notice: Notice) -> bool:
    told = review_notice_from_data(notice.facts["review"])
    row = session.get_one(ReviewRequest, told.number)
    return (told.outcome, told.decision, notice.as_of, told.requested_on) == (
        row.state,
        row.decision,
        row.decided_on,
        row.requested_on,
    )


def _same_alarm(session: Session, notice: Notice) -> bool:
    """What it says was lost is lost by the outbox's own account."""
    alarms = alarms_from_data(notice.facts)
    messages = {alarm.delivery for alarm in alarms if alarm.delivery}
    lost = session.scalar(
        select(func.count()).where(
            Delivery.id.in_(messages),
            Delivery.state.in_((DeliveryState.FAILED, DeliveryState.BOUNCED)),
        )
    )
    return lost == len(messages) and notice.title == heading(alarms)


def _weekly_list(session: Session, facts: dict[str, Any]) -> papers.WeeklyPaper:
    rows = session.execute(
        select(Notice.facts).where(Notice.id.in_(facts["digests"])).order_by(Notice.id)
    ).scalars()
    return papers.put_together([papers.weekly_from_data(data["paper"]) for data in rows])


def _same_circular(notice: Notice, rulebook: Rulebook, moment: Moment) -> bool:
    rule = rulebook.policy.rule(notice.rule)
    if rule is None:
        return False
    named = papers.named_by(rule, _projects(notice.facts), rulebook.calendar, moment)
    paper = papers.circular(named, _standings(notice.facts), moment)
    return papers.agrees(paper, notice.facts["paper"])


def _same_push(notice: Notice, rulebook: Rulebook, moment: Moment) -> bool:
    rule = rulebook.policy.rule(notice.rule)
    if rule is None:
        return False
    named = papers.named_by(rule, _projects(notice.facts), rulebook.calendar, moment)
    return (
        papers.agrees(papers.Push(named), notice.facts["paper"])
        and papers.reply_day(rule, moment.day, rulebook.calendar) == notice.reply_by
        and (rule.when.unanswered is None or _was_left_unanswered(notice, rule, moment))
    )


def _was_left_unanswered(notice: Notice, rule: Rule, moment: Moment) -> bool:
    """Whether the push that is quoted was one that the rule waits for, and its limit had passed."""
    quote = quote_from_data(notice.facts["decision"]["quoted"])
    return (
        quote.kind is rule.when.unanswered
        and quote.answered_on is None
        and quote.reply_by is not None
        and quote.reply_by < moment.day
    )


def _same_step(notice: Notice, rulebook: Rulebook, moment: Moment) -> bool:
    project = project_from_data(notice.facts["project"])
    issues = steps(project, rulebook.policy, rulebook.calendar, moment)
    kept = notice.facts["decision"]
    return moment.day == notice.as_of and any(
        step.key(project.id) == notice.key
        and step.reason is notice.reason
        and (notice.kind.is_criticism or step.reply_by == notice.reply_by)
        and list(step.texts) == kept["texts"]
        and [post.value for post in step.audience] == kept["audience"]
        and _same_quote(step.quotes, kept)
        for step in issues
    )


def _same_quote(made: Quote | None, kept: dict[str, Any]) -> bool:
    """Whether the earlier notice is the one that was quoted; notices of old quoted none."""
    if "quoted" not in kept:
        return True
    quoted = kept["quoted"] and quote_from_data(kept["quoted"])
    return (made and made.core) == (quoted and quoted.core)
