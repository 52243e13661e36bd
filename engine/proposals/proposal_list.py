"""Looking at proposals and meetings. Read-only, and in sets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.proposals.adopting import lineage
from engine.rules.proposals import ProposalChannel, ProposalState, Succession
from engine.store.tables import Meeting, MeetingItem, Project, Proposal


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One proposal as a list shows it.

    Attributes:
        merged: how many others were merged into it; ``merged_into`` the one it was merged into.
        origins: the codes of the earlier items it goes on with, the latest first.
        funds: in 万元.
        adopted_as: the code of the item it became; empty while it has not.
    """

    number: int
    year: int
    channel: ProposalChannel
    received_on: date
    title: str
    content: str
    field: str
    proposer: str
    state: ProposalState
    merged: int
    merged_into: int | None
    origins: tuple[str, ...]
    succession: Succession | None
    feasible: bool | None
    funds: Decimal | None
    opinion: str
    declined_reason: str
    adopted_as: str


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting, with the numbers of the proposals that it passed and did not pass."""

    number: int
    year: int
    body: str
    title: str
    held_on: date
    document: str
    passed: tuple[int, ...]
    declined: tuple[int, ...]


def proposal_lines(
    session: Session, year: int | None = None, state: ProposalState | None = None
) -> list[ProposalLine]:
    """The proposals by number; of one year, in one state, where asked for."""
    query = select(Proposal).order_by(Proposal.id)
    if year is not None:
        query = query.where(Proposal.year == year)
    if state is not None:
        query = query.where(Proposal.state == state)
    rows = session.scalars(query).all()
    merged = Counter(session.scalars(select(Proposal.merged_into_id)))
    codes = _codes(session, (row.project_id for row in rows))
    return [_line(session, row, merged[row.id], codes) for row in rows]


def _codes(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    wanted = {number for number in ids if number is not None}
    rows = session.execute(select(Project.id, Project.code).where(Project.id.in_(wanted)))
    return {number: code for number, code in rows}


def _line(
    session: Session, row: Proposal, merged: int, codes: dict[int | None, str]
) -> ProposalLine:
    return ProposalLine(
        number=row.id,
        year=row.year,
        channel=row.channel,
        received_on=row.received_on,
        title=row.title,
        content=row.content,
        field=row.field,
        proposer=row.proposer,
        state=row.state,
        merged=merged,
        merged_into=row.merged_into_id,
        origins=tuple(lineage(session, row.origin_id)),
        succession=row.succession,
        feasible=row.feasible,
        funds=row.funds,
        opinion=row.opinion,
        declined_reason=row.declined_reason,
        adopted_as=codes.get(row.project_id, ""),
    )


def meeting_lines(session: Session, year: int | None = None) -> list[MeetingLine]:
    """The meetings in the order in which they were held."""
    query = select(Meeting).order_by(Meeting.held_on, Meeting.id)
    if year is not None:
        query = query.where(Meeting.year == year)
    meetings = session.scalars(query).all()
    items: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for item in session.scalars(select(MeetingItem).order_by(MeetingItem.proposal_id)):
        items[item.meeting_id, item.passed].append(item.proposal_id)
    return [
        MeetingLine(
            number=row.id,
            year=row.year,
            body=row.body,
            title=row.title,
            held_on=row.held_on,
            document=row.document,
            passed=tuple(items[row.id, True]),
            declined=tuple(items[row.id, False]),
        )
        for row in meetings
    ]
