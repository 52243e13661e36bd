"""Looking at proposals and meetings. Read-only, and in sets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which proposals; what is empty or None says nothing.

    Attributes:
        text: stands in the title, the content or the proposer's name.
        after, before: the number that the page follows, or goes before.
        most: how many.
    """

    year: int | None = None
    state: ProposalState | None = None
    channel: ProposalChannel | None = None
    text: str = ""
    after: int | None = None
    before: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a meeting said of a proposal."""

    meeting: int
    body: str
    title: str
    held_on: date
    passed: bool
    opinion: str


def proposal_lines(
    session: Session, year: int | None = None, state: ProposalState | None = None
) -> list[ProposalLine]:
    """The proposals by number; of one year, in one state, where asked for."""
    return find_proposals(session, Wanted(year, state))


def find_proposals(session: Session, wanted: Wanted) -> list[ProposalLine]:
    """The proposals that are wanted, by number; a few queries for any number of them."""
    rows = sorted(session.scalars(_query(wanted)), key=lambda row: row.id)
    merged = Counter(session.scalars(_MERGED))
    codes = _codes(session, (row.project_id for row in rows))
    origins = _lineages(session, {row.origin_id for row in rows if row.origin_id})
    return [_line(row, merged[row.id], codes, origins) for row in rows]


def _query(wanted: Wanted) -> Select[Proposal]:
    query = select(Proposal).order_by(Proposal.id).limit(wanted.most)
    if wanted.year is not None:
        query = query.where(Proposal.year == wanted.year)
    if wanted.state is not None:
        query = query.where(Proposal.state == wanted.state)
    if wanted.channel is not None:
        query = query.where(Proposal.channel == wanted.channel)
    if wanted.text:
        told = (Proposal.title, Proposal.content, Proposal.proposer)
        query = query.where(or_(*(c.contains(wanted.text, autoescape=True) for c in told)))
    if wanted.after is not None:
        query = query.where(Proposal.id > wanted.after)
    if wanted.before is not None:
        query = query.where(Proposal.id < wanted.before)
        query = query.order_by(None).order_by(Proposal.id.desc())
    return query


def find_proposal(session: Session, number: int) -> ProposalLine | None:
    """The proposal of a number; None where there is none."""
    found = find_proposals(session, Wanted(after=number - 1, most=1))
    return found[0] if found and found[0].number == number else None


def states_of(session: Session, year: int) -> dict[ProposalState, int]:
    """How many proposals of a year are in each state."""
    query = select(Proposal.state, func.count()).where(Proposal.year == year)
    rows = session.execute(query.group_by(Proposal.state))
    return {state: count for state, count in rows}


def years_of(session: Session) -> list[int]:
    """The years for whose lists there are proposals, the newest first."""
    return list(session.scalars(select(Proposal.year).distinct().order_by(Proposal.year.desc())))


def said_of(session: Session, number: int) -> list[Said]:
    """What meetings said of a proposal, in their order."""
    query = (
        select(
            Meeting.id,
            Meeting.body,
            Meeting.title,
            Meeting.held_on,
            MeetingItem.passed,
            MeetingItem.opinion,
        )
        .join(MeetingItem, MeetingItem.meeting_id == Meeting.id)
        .where(MeetingItem.proposal_id == number)
        .order_by(Meeting.held_on, Meeting.id)
    )
    return [Said(*row) for row in session.execute(query)]


_MERGED = select(Proposal.merged_into_id).where(Proposal.merged_into_id.is_not(None))


def _lineages(session: Session, projects: set[int]) -> dict[int | None, tuple[str, ...]]:
    """Of each item its code and those of the items it goes on with; a query a year back."""
    known: dict[int, tuple[str, int | None]] = {}
    wanted = set(projects)
    while wanted:
        query = select(Project.id, Project.code, Project.origin_id).where(Project.id.in_(wanted))
        known |= {number: (code, origin) for number, code, origin in session.execute(query)}
        wanted = {origin for _, origin in known.values() if origin} - known.keys()
    return {project: tuple(_line_of(project, known)) for project in projects}


def _line_of(at: int | None, known: dict[int, tuple[str, int | None]]) -> Iterator[str]:
    while at is not None:
        code, at = known[at]
        yield code


def _codes(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    wanted = {number for number in ids if number is not None}
    rows = session.execute(select(Project.id, Project.code).where(Project.id.in_(wanted)))
    return {number: code for number, code in rows}


def _line(
    row: Proposal,
    merged: int,
    codes: dict[int | None, str],
    origins: dict[int | None, tuple[str, ...]],
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
        origins=origins.get(row.origin_id, ()),
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
