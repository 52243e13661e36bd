"""点单: what people asked for, how far each proposal has come, and the list made from them."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from engine.ledger.prefilled import prefilled_workbook
from engine.lists.preparing import prepare
from engine.proposals.proposal_list import (
    ProposalLine,
    Said,
    Wanted,
    find_proposal,
    find_proposals,
    said_of,
    states_of,
    years_of,
)
from engine.rules.proposals import ProposalChannel, ProposalState
from web.access import LEADERS, OFFICE
from web.console.declared import Download, Menu, Page
from web.console.given import Given, MaybeLine, Nothing
from web.console.visit import Visit
from web.console.workbooks import workbook_file
from web.refusals import NotFound

HERE = "/proposals"
ONE = HERE + "/{number}"
READERS = OFFICE | LEADERS
MOST = 50
"""Proposals on a page."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many proposals are in a state."""

    state: ProposalState
    count: int


@dataclass(frozen=True, slots=True)
class Proposals:
    """A page of a year's proposals, how many there are in each state, and the pages beside it."""

    year: int
    years: list[int]
    counts: list[Count]
    lines: list[ProposalLine]
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class OneProposal:
    """A proposal, and what meetings said of it."""

    line: ProposalLine
    said: list[Said]


class Asked(Given):
    """Which proposals."""

    year: int | None = Field(None, title="年度", ge=1990, le=2100)
    state: ProposalState | None = Field(None, title="状态")
    channel: ProposalChannel | None = Field(None, title="渠道")
    text: MaybeLine = Field("", title="查找", description="标题、内容、提出人中的文字")
    after: int | None = Field(None, title="在此号之后", ge=0)
    before: int | None = Field(None, title="在此号之前", ge=1)


class OfYear(Given):
    """For which year's list."""

    year: int = Field(title="年度", ge=1990, le=2100)


def year_of(visit: Visit) -> int:
    """The year that proposals are collected for now: the newest there is, or next year."""
    years = years_of(visit.session)
    return years[0] if years else visit.day.year + 1


def show(visit: Visit, asked: Asked) -> Proposals:
    """A page of a year's proposals."""
    session, year = visit.session, asked.year or year_of(visit)
    wanted = Wanted(
        year, asked.state, asked.channel, asked.text, asked.after, asked.before, MOST + 1
    )
    found = find_proposals(session, wanted)
    is_more, is_back = len(found) > MOST, asked.before is not None
    lines = (found[-MOST:] if is_back else found[:MOST]) if is_more else found
    has_earlier = is_more if is_back else asked.after is not None
    has_later = True if is_back else is_more
    counts = states_of(session, year)
    return Proposals(
        year=year,
        years=years_of(session),
        counts=[Count(state, counts.get(state, 0)) for state in ProposalState],
        lines=lines,
        before=lines[0].number if lines and has_earlier else None,
        after=lines[-1].number if lines and has_later else None,
    )


def show_one(visit: Visit, _: Nothing, number: int) -> OneProposal:
    """One proposal."""
    return OneProposal(line_of(visit, number), said_of(visit.session, number))


def line_of(visit: Visit, number: int) -> ProposalLine:
    """The proposal of a number.

    Raises:
        NotFound: there is none.
    """
    line = find_proposal(visit.session, number)
    if line is None:
        raise NotFound("没有这条建议")
    return line


def draft(visit: Visit, asked: OfYear) -> Download:
    """The proposals that were passed, as a list to be filled in."""
    prepared = prepare(visit.session, asked.year)
    return workbook_file(f"{asked.year}年清单草案", prefilled_workbook(prepared))


PAGES = (
    Page("proposals", HERE, "点单", READERS, show, "proposals.html", Asked, Menu.ITEMS),
    Page("proposal-draft", f"{HERE}/draft", "导出清单草案", OFFICE, draft, asks=OfYear),
    Page("proposal", ONE, "建议", READERS, show_one, "proposal.html"),
)
ACTS = ()
