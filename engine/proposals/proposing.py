"""点单: the people's proposals are collected, merged, assessed and, where need be, declined.

What a meeting says of them is in ``meetings``; how they become items of the list in ``adopting``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.proposals.proposal import fault_of, locked, office, record, refuse, take
from engine.rules.proposals import (
    WAITING_STATES,
    ProposalEvent,
    ProposalState,
    Succession,
    Wish,
    assessment_faults,
    wish_faults,
)
from engine.rules.steps import StepFacts
from engine.store.event_kinds import EventKind
from engine.store.statements import insert_ignoring_doubles
from engine.store.tables import Proposal


def collect(desk: Desk, year: int, wishes: Sequence[Wish], by: str) -> list[Proposal]:
    """Take in proposals for the list of ``year``: all of them or none.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        ProposalRefused: with everything that is wrong, also what was collected before.
    """
    actor = office(desk, by)
    refuse(_faults(desk, year, wishes))
    return add(desk, year, wishes, actor)


def add(
    desk: Desk,
    year: int,
    wishes: Sequence[Wish],
    actor: str,
    *,
    origin_id: int | None = None,
    succession: Succession | None = None,
) -> list[Proposal]:
    """Write proposals down, each once.

    Args:
        origin_id: the earlier item that they go on with, and ``succession`` how.

    Raises:
        ProposalRefused: naming all that were written down before, perhaps a moment ago.
    """
    numbers = [_insert(desk, year, wish, origin_id, succession) for wish in wishes]
    known = collected_in(desk.session, year)
    refuse(
        f"“{wish.title}”重复：{known(wish)}"
        for number, wish in zip(numbers, wishes, strict=True)
        if number is None
    )
    rows = [desk.session.get_one(Proposal, number) for number in numbers]
    for row in rows:
        data = {"channel": row.channel.value, "received_on": row.received_on.isoformat()}
        record(desk, row, EventKind.PROPOSAL_COLLECTED, actor, data)
    return rows


def _insert(
    desk: Desk, year: int, wish: Wish, origin_id: int | None, succession: Succession | None
) -> int | None:
    row = insert_ignoring_doubles(desk.session, Proposal).values(
        year=year,
        channel=wish.channel,
        received_on=wish.received_on,
        title=wish.title.strip(),
        content=wish.content.strip(),
        field=wish.field.strip(),
        proposer=wish.proposer.strip(),
        state=ProposalState.COLLECTED,
        origin_id=origin_id,
        succession=succession,
    )
    number: int | None = desk.session.scalar(row.returning(Proposal.id))
    return number


def _faults(desk: Desk, year: int, wishes: Sequence[Wish]) -> Iterator[str]:
    if year < desk.day.year:
        yield f"{year}年的清单已经过去，请核对年度"
    for wish in wishes:
        for _, message, cure in wish_faults(wish, desk.day):
            yield f"“{wish.title}”{message}，{cure}"


def collected_in(session: Session, year: int) -> Callable[[Wish], str]:
    """Tells of a wish whether it was collected for the year's list before, and as what."""
    rows = session.execute(
        select(
            Proposal.channel,
            Proposal.received_on,
            Proposal.title,
            Proposal.proposer,
            Proposal.id,
            Proposal.state,
        ).where(Proposal.year == year)
    )
    known = {tuple(row[:4]): f"已登记为建议{row.id}（{row.state.label}）" for row in rows}

    def tell(wish: Wish) -> str:
        key = (wish.channel, wish.received_on, wish.title.strip(), wish.proposer.strip())
        return known.get(key, "")

    return tell


def merge(desk: Desk, numbers: Sequence[int], into: int, by: str, reason: str = "") -> None:
    """Proposals that ask for the same become one; they stay on record and point to it.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        ProposalRefused: with everything that is wrong with any of them.
    """
    actor = office(desk, by)
    found = locked(desk, [into, *numbers])
    goal = found.pop(into)
    merged = list(found.values())
    refuse(_merge_faults(desk, goal, merged, numbers))
    for proposal in merged:
        data = {"into": into} | ({"reason": reason} if reason else {})
        facts = StepFacts(reason=reason)
        take(desk, proposal, ProposalEvent.MERGE, EventKind.PROPOSAL_MERGED, actor, facts, data)
        proposal.merged_into_id = into
        if proposal.origin_id is not None:
            goal.origin_id, goal.succession = proposal.origin_id, proposal.succession
    goal.version += 1


def _merge_faults(
    desk: Desk, goal: Proposal, merged: Sequence[Proposal], numbers: Sequence[int]
) -> Iterator[str]:
    if goal.id in numbers:
        yield f"建议{goal.id}不能合并到它自己"
    if goal.state not in WAITING_STATES:
        yield f"建议{goal.id}{goal.state.label}，不能再并入其他建议"
    if not merged and goal.id not in numbers:
        yield "请写明要合并的建议"
    for proposal in merged:
        if proposal.year != goal.year:
            yield f"建议{proposal.id}是为{proposal.year}年征集的，不能并入{goal.year}年的建议"
        fault = fault_of(desk, proposal, ProposalEvent.MERGE, StepFacts())
        if fault:
            yield fault
    origins = {p.origin_id for p in (goal, *merged)} - {None}
    if len(origins) > 1:
        yield "它们延续的是不同的上年事项，不能合并"


def assess(
    desk: Desk,
    number: int,
    by: str,
    *,
    feasible: bool,
    funds: Decimal | None,
    opinion: str,
) -> None:
    """Record whether a proposal can be done, and at what cost; a later assessment replaces it.

    Args:
        funds: in 万元; may be left out only for what is not feasible.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        ProposalRefused: no opinion or funds, or the proposal is beyond assessment.
    """
    actor = office(desk, by)
    proposal = locked(desk, [number])[number]
    refuse(assessment_faults(feasible, funds, opinion))
    data = {
        "feasible": feasible,
        "funds": None if funds is None else str(funds),
        "opinion": opinion,
    }
    facts = StepFacts(reason=opinion)
    take(desk, proposal, ProposalEvent.ASSESS, EventKind.PROPOSAL_ASSESSED, actor, facts, data)
    proposal.feasible, proposal.funds = feasible, funds
    proposal.opinion, proposal.assessed_by = opinion, actor


def decline(desk: Desk, number: int, by: str, reason: str) -> None:
    """Record that a proposal is not taken up, and why.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        ProposalRefused: no reason, or it has become an item or another proposal.
    """
    actor = office(desk, by)
    proposal = locked(desk, [number])[number]
    facts, data = StepFacts(reason=reason), {"reason": reason}
    take(desk, proposal, ProposalEvent.DECLINE, EventKind.PROPOSAL_DECLINED, actor, facts, data)
    proposal.declined_reason = reason
