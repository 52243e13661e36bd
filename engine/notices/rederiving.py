"""Deriving a notice again: the decision is taken once more from the facts that were kept, so that
whoever changed a row, a rule or a calendar afterwards is seen."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.notices.kept_facts import KeptFacts, reading_back
from engine.rules import papers
from engine.rules.alarms import heading
from engine.rules.decide import steps
from engine.rules.facts import DeadlineFacts, Moment
from engine.rules.lifecycle import ProjectState
from engine.rules.policy import Rule
from engine.rules.quotes import Quote
from engine.rules.rulebook import Rulebook
from engine.rules.words import INFORMING, NoticeKind
from engine.store.tables import Delivery, DeliveryState, Inspection, Notice, ReviewRequest


def is_derived_again(session: Session, notice: Notice, rulebook: Rulebook) -> bool:
    """Whether taking the decision again gives the same notice.

    Raises:
        FactsDamaged: what was kept with it cannot be read.
    """
    return _is_as_used(notice, rulebook) and _same(session, notice, rulebook)


def _is_as_used(notice: Notice, rulebook: Rulebook) -> bool:
    """Whether policy and calendar are, to the letter, those of the versions the notice names."""
    versions = (rulebook.policy.version, rulebook.calendar.version)
    return versions == (notice.policy_version, notice.calendar_version)


def deadline_of(notice: Notice) -> DeadlineFacts | None:
    """The deadline the notice is about, as it stood when the notice was decided."""
    if notice.deadline_id is None:
        return None
    deadlines = KeptFacts(notice).project.deadlines
    return next((d for d in deadlines if d.id == notice.deadline_id), None)


def _same(session: Session, notice: Notice, rulebook: Rulebook) -> bool:
    """Take the decision again from the facts that were kept, and compare."""
    kept = KeptFacts(notice)
    moment = kept.moment
    if notice.kind is NoticeKind.ASSIGNMENT:
        return _same_assignment(notice, rulebook)
    if notice.kind in INFORMING:
        return _same_information(notice, kept)
    if notice.kind is NoticeKind.CONCLUSION:
        return _same_conclusion(session, notice, kept, rulebook)
    if notice.kind is NoticeKind.REVIEW_DECISION:
        return _same_review(session, notice, kept)
    if notice.kind is NoticeKind.ALARM:
        return _same_alarm(session, notice, kept)
    if notice.kind is NoticeKind.WEEKLY_DIGEST:
        paper = papers.weekly_paper(kept.projects, rulebook.policy, rulebook.calendar, moment)
        return papers.agrees(paper, kept.paper)
    if notice.kind is NoticeKind.WEEKLY_LIST:
        return papers.agrees(_weekly_list(session, notice, kept), kept.paper)
    if notice.kind is NoticeKind.MONTHLY_BRIEF:
        return papers.agrees(papers.monthly_brief(kept.standings, moment), kept.paper)
    if notice.kind is NoticeKind.MONTHLY_PUSH:
        return _same_push(notice, kept, rulebook, moment)
    if notice.kind is NoticeKind.CIRCULAR:
        return _same_circular(notice, kept, rulebook, moment)
    return _same_step(notice, kept, rulebook, moment)


def _same_assignment(notice: Notice, rulebook: Rulebook) -> bool:
    deadline = deadline_of(notice)
    limit = rulebook.policy.limits.sign_for.limit
    return deadline is not None and (
        rulebook.calendar.apply(notice.as_of, limit) == deadline.due == notice.reply_by
    )


def _same_information(notice: Notice, kept: KeptFacts) -> bool:
    """An item that has just been given out; there is somebody to support it, or a unit before."""
    terms = kept.terms
    told = terms.support if notice.kind is NoticeKind.SUPPORT_NOTICE else terms.before
    return bool(
        told and terms.before not in terms.lead and terms.state == ProjectState.ASSIGNED.value
    )


def _same_conclusion(session: Session, notice: Notice, kept: KeptFacts, rulebook: Rulebook) -> bool:
    """It says what the inspection's record says; a review may since have changed a finding."""
    told = kept.conclusion
    row = session.get(Inspection, told.inspection)
    limits = rulebook.policy.limits
    return (
        row is not None
        and (told.title, told.kind, told.leader, told.text, notice.as_of)
        == (row.title, row.kind, row.leader, row.conclusion, row.concluded_on)
        and told.review_within == limits.review_request.limit.text
        and rulebook.calendar.apply(notice.as_of, limits.sign_for.limit) == notice.reply_by
    )


def _same_review(session: Session, notice: Notice, kept: KeptFacts) -> bool:
    told = kept.review
    row = session.get(ReviewRequest, told.number)
    return row is not None and (
        (told.outcome, told.decision, notice.as_of, told.requested_on)
        == (row.state, row.decision, row.decided_on, row.requested_on)
    )


def _same_alarm(session: Session, notice: Notice, kept: KeptFacts) -> bool:
    """What it says was lost is lost by the outbox's own account."""
    alarms = kept.alarms
    messages = {alarm.delivery for alarm in alarms if alarm.delivery}
    lost = session.scalar(
        select(func.count()).where(
            Delivery.id.in_(messages),
            Delivery.state.in_((DeliveryState.FAILED, DeliveryState.BOUNCED)),
        )
    )
    return lost == len(messages) and notice.title == heading(alarms)


def _weekly_list(session: Session, notice: Notice, kept: KeptFacts) -> papers.WeeklyPaper:
    wanted = select(Notice).where(Notice.id.in_(kept.digests)).order_by(Notice.id)
    with reading_back(notice.id):
        digests = session.scalars(wanted).all()
    return papers.put_together([KeptFacts(digest).weekly for digest in digests])


def _same_circular(notice: Notice, kept: KeptFacts, rulebook: Rulebook, moment: Moment) -> bool:
    rule = rulebook.policy.rule(notice.rule)
    if rule is None:
        return False
    named = papers.named_by(rule, kept.projects, rulebook.calendar, moment)
    return papers.agrees(papers.circular(named, kept.standings, moment), kept.paper)


def _same_push(notice: Notice, kept: KeptFacts, rulebook: Rulebook, moment: Moment) -> bool:
    rule = rulebook.policy.rule(notice.rule)
    if rule is None:
        return False
    named = papers.named_by(rule, kept.projects, rulebook.calendar, moment)
    return (
        papers.agrees(papers.Push(named), kept.paper)
        and papers.reply_day(rule, moment.day, rulebook.calendar) == notice.reply_by
        and (rule.when.unanswered is None or _was_left_unanswered(kept.quoted, rule, moment))
    )


def _was_left_unanswered(quote: Quote | None, rule: Rule, moment: Moment) -> bool:
    """Whether the push that is quoted was one that the rule waits for, and its limit had passed."""
    return (
        quote is not None
        and quote.kind is rule.when.unanswered
        and quote.answered_on is None
        and quote.reply_by is not None
        and quote.reply_by < moment.day
    )


def _same_step(notice: Notice, kept: KeptFacts, rulebook: Rulebook, moment: Moment) -> bool:
    project = kept.project
    issues = steps(project, rulebook.policy, rulebook.calendar, moment)
    return moment.day == notice.as_of and any(
        step.key(project.id) == notice.key
        and step.reason is notice.reason
        and (notice.kind.is_criticism or step.reply_by == notice.reply_by)
        and tuple(step.texts) == kept.texts
        and tuple(post.value for post in step.audience) == kept.audience
        and _same_quote(step.quotes, kept)
        for step in issues
    )


def _same_quote(made: Quote | None, kept: KeptFacts) -> bool:
    """Whether the earlier notice is the one that was quoted; notices of old quoted none."""
    if not kept.tells_of_quote:
        return True
    quoted = kept.quoted
    return (made and made.core) == (quoted and quoted.core)
