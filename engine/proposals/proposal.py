"""A proposal on its way: who may act on it, and taking a step of its life.

Whoever takes a step holds the proposal until the transaction ends; of two at once the second sees
what the first has done, and is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.errors import DubanError
from engine.rules.conditions import written
from engine.rules.proposals import PROPOSAL, ProposalEvent
from engine.rules.steps import Role, StepFacts, StepRefused
from engine.rules.words import PostKind
from engine.rules.zone import local_day
from engine.store.event_kinds import KINDS, EventKind
from engine.store.journal import Event, append, proposals_chain
from engine.store.tables import JournalEvent, Post, Proposal

OFFICE = "督查室"


class ProposalRefused(DubanError):
    """建议的办理不符合规定。"""


def office(desk: Desk, by: str) -> str:
    """Who acts for the office, for the journal.

    Proposals are collected months before the first list brings a contact sheet. Until somebody
    holds a post of the office, the name stands as it was given.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
    """
    if not has_office(desk):
        return by.partition("@")[0] or OFFICE
    return acting(desk.session, by, Role.OFFICE)


def has_office(desk: Desk) -> bool:
    """Whether anybody holds a post of the supervision office yet."""
    query = select(Post.id).where(Post.kind == PostKind.OFFICE).limit(1)
    return desk.session.scalar(query) is not None


def locked(desk: Desk, numbers: Iterable[int]) -> dict[int, Proposal]:
    """The proposals of these numbers as they now are; others wait until the transaction ends.

    Raises:
        ProposalRefused: naming every number that no proposal has.
    """
    wanted = dict.fromkeys(numbers)
    rows = desk.session.scalars(
        select(Proposal)
        .where(Proposal.id.in_(wanted))
        .order_by(Proposal.id)  # in one order, so that two who act at once cannot deadlock
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {row.id: row for row in rows}
    unknown = [str(number) for number in wanted if number not in found]
    if unknown:
        raise ProposalRefused(
            f"没有编号为{'、'.join(unknown)}的建议，请用 duban proposal list 查看"
        )
    return {number: found[number] for number in wanted}


def take(
    desk: Desk,
    proposal: Proposal,
    event: ProposalEvent,
    kind: EventKind,
    actor: str,
    facts: StepFacts,
    data: Mapping[str, Any],
) -> None:
    """Take a step of a proposal that is held, and record it.

    Raises:
        ProposalRefused: the table or the guard refuses; who did the last step is named.
    """
    refuse(filter(None, [fault_of(desk, proposal, event, facts)]))
    proposal.state = PROPOSAL.take(proposal.state, event, Role.OFFICE, facts)
    proposal.version += 1
    record(desk, proposal, kind, actor, data)


def fault_of(desk: Desk, proposal: Proposal, event: ProposalEvent, facts: StepFacts) -> str:
    """Why a proposal may not take a step, and who did the last one; empty when it may."""
    try:
        PROPOSAL.take(proposal.state, event, Role.OFFICE, facts)
    except StepRefused as error:
        return f"建议{proposal.id}：{error}{_last_deed(desk, proposal)}"
    return ""


def record(
    desk: Desk, proposal: Proposal, kind: EventKind, actor: str, data: Mapping[str, Any]
) -> None:
    """Tell of a proposal in the journal of its year."""
    told = {"proposal": proposal.id, "title": proposal.title, **data}
    append(desk.session, [Event(proposals_chain(proposal.year), kind, desk.at, actor, told)])


def refuse(faults: Iterable[str]) -> None:
    """Refuse with all faults together, if there are any.

    Raises:
        ProposalRefused: there are.
    """
    told = list(faults)
    if told:
        raise ProposalRefused("；".join(told))


def _last_deed(desk: Desk, proposal: Proposal) -> str:
    """Who did what to it last."""
    last = desk.session.scalars(
        select(JournalEvent)
        .where(
            JournalEvent.chain == proposals_chain(proposal.year),
            JournalEvent.data["proposal"].as_integer() == proposal.id,
        )
        .order_by(JournalEvent.seq.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return ""
    return f"（{last.actor}{written(local_day(last.at))}办理了{KINDS[last.kind].label}）"
