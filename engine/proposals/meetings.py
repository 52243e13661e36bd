"""审议: what a meeting, such as 市政府常务会议, said of the proposals put before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from engine.desk.issuing import Desk
from engine.proposals.proposal import fault_of, locked, office, refuse, take
from engine.rules.proposals import NAME_LENGTH, TITLE_LENGTH, ProposalEvent
from engine.rules.steps import StepFacts
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, history, proposals_chain
from engine.store.statements import insert_ignoring_doubles
from engine.store.tables import Meeting, MeetingItem, Proposal

DOCUMENT_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting: which body, on which day, and under which number its minutes are kept."""

    body: str
    title: str
    held_on: date
    document: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a meeting said of one proposal.

    Attributes:
        opinion: needed where it is not passed, and where it is passed against the assessment.
    """

    proposal: int
    passed: bool
    opinion: str = ""


def record_meeting(desk: Desk, sitting: Sitting, verdicts: Sequence[Verdict], by: str) -> Meeting:
    """Record a meeting; what it passed may be taken into the list, what it did not is declined.

    A proposal may come before several meetings; each must pass it.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        ProposalRefused: with everything that is wrong with the meeting or any proposal; also
            when somebody has recorded the same meeting.
    """
    actor = office(desk, by)
    proposals = locked(desk, [verdict.proposal for verdict in verdicts])
    refuse(_faults(desk, sitting, verdicts, proposals))
    year = next(iter(proposals.values())).year
    meeting = _insert(desk, year, sitting)
    data = {
        "meeting": meeting.id,
        "body": sitting.body,
        "title": sitting.title,
        "held_on": sitting.held_on.isoformat(),
        "document": sitting.document,
        "passed": [v.proposal for v in verdicts if v.passed],
        "declined": [v.proposal for v in verdicts if not v.passed],
    }
    told = Event(proposals_chain(year), EventKind.MEETING_RECORDED, desk.at, actor, data)
    append(desk.session, [told])
    for verdict in verdicts:
        _apply(desk, meeting, proposals[verdict.proposal], verdict, actor)
    return meeting


def _faults(
    desk: Desk,
    sitting: Sitting,
    verdicts: Sequence[Verdict],
    proposals: dict[int, Proposal],
) -> Iterator[str]:
    yield from _sitting_faults(desk, sitting)
    if not verdicts:
        yield "请写明会议审议了哪些建议"
    if len(proposals) < len(verdicts):
        yield "同一建议写了两次"
    years = sorted({proposal.year for proposal in proposals.values()})
    if len(years) > 1:
        yield f"一次登记只限一个年度的建议，现有{'、'.join(map(str, years))}年"
    for verdict in verdicts:
        proposal = proposals[verdict.proposal]
        fault = fault_of(desk, proposal, _event(verdict), StepFacts(reason=verdict.opinion))
        if fault:
            yield fault
        elif verdict.passed and proposal.feasible is False and not verdict.opinion.strip():
            yield f"建议{proposal.id}评估为不可行，会议通过的，请写明会议意见"
        if sitting.held_on < proposal.received_on:
            yield f"建议{proposal.id}的收到日期晚于会议日期"


def _sitting_faults(desk: Desk, sitting: Sitting) -> Iterator[str]:
    for label, text, longest in (
        ("会议机构", sitting.body, NAME_LENGTH),
        ("会议名称", sitting.title, TITLE_LENGTH),
        ("文号", sitting.document, DOCUMENT_LENGTH),
    ):
        if len(text) > longest:
            yield f"{label}超过{longest}字"
        if label != "文号" and not text.strip():
            yield f"请写明{label}"
    if sitting.held_on > desk.day:
        yield f"会议日期{sitting.held_on}晚于今天"


def _insert(desk: Desk, year: int, sitting: Sitting) -> Meeting:
    row = insert_ignoring_doubles(desk.session, Meeting).values(
        year=year,
        body=sitting.body.strip(),
        title=sitting.title.strip(),
        held_on=sitting.held_on,
        document=sitting.document.strip(),
    )
    number = desk.session.scalar(row.returning(Meeting.id))
    refuse(_recorded_before(desk, year, sitting) if number is None else ())
    return desk.session.get_one(Meeting, number)


def _recorded_before(desk: Desk, year: int, sitting: Sitting) -> Iterator[str]:
    meetings = (
        event
        for event in reversed(history(desk.session, proposals_chain(year)))
        if event.kind is EventKind.MEETING_RECORDED
    )
    same = (e for e in meetings if e.data["held_on"] == sitting.held_on.isoformat())
    who = next((event.actor for event in same if event.data["title"] == sitting.title), "他人")
    yield (
        f"{sitting.body}{sitting.held_on}的“{sitting.title}”已由{who}登记；"
        "同日再次审议的，请在会议名称中加以区分"
    )


def _event(verdict: Verdict) -> ProposalEvent:
    return ProposalEvent.PASS if verdict.passed else ProposalEvent.DECLINE


def _apply(desk: Desk, meeting: Meeting, proposal: Proposal, verdict: Verdict, actor: str) -> None:
    data = {"meeting": meeting.id, "passed": verdict.passed, "opinion": verdict.opinion}
    facts = StepFacts(reason=verdict.opinion)
    take(desk, proposal, _event(verdict), EventKind.PROPOSAL_REVIEWED, actor, facts, data)
    if not verdict.passed:
        proposal.declined_reason = verdict.opinion
    desk.session.add(
        MeetingItem(
            meeting_id=meeting.id,
            proposal_id=proposal.id,
            passed=verdict.passed,
            opinion=verdict.opinion,
        )
    )
