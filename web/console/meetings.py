"""审议: which proposals a meeting has passed, and which not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from engine.proposals.meetings import Sitting, Verdict, record_meeting
from engine.proposals.proposal_list import MeetingLine, Wanted, find_proposals, meeting_lines
from engine.rules.proposals import ProposalState
from engine.rules.words import Word
from web.access import OFFICE
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.fields import ROWS
from web.console.given import Choice, Given, Line, MaybeLine
from web.console.proposals import READERS, year_of
from web.console.visit import Visit

HERE = "/meetings"
MOST = 500
"""Proposals to choose from."""


class Ruled(Word):
    """What a meeting said."""

    PASSED = "passed", "通过"
    DECLINED = "declined", "不通过"


@dataclass(frozen=True, slots=True)
class Meetings:
    """The meetings, in the order in which they were held."""

    meetings: list[MeetingLine]


class Asked(Given):
    """Which meetings."""

    year: int | None = Field(None, title="年度", ge=1990, le=2100)


class VerdictRow(Given):
    """What the meeting said of one proposal; nothing where it did not look at it."""

    proposal: int = Field(title="建议", ge=1)
    ruled: Ruled | None = Field(None, title="审议结果")
    opinion: MaybeLine = Field("", title="会议意见")


class Recorded(Given):
    """A meeting."""

    body: Line = Field(title="会议机构", description="如：市政府常务会议")
    title: Line = Field(title="会议名称", description="如：第12次常务会议")
    held_on: date = Field(title="会议日期")
    document: MaybeLine = Field("", title="会议纪要文号")
    verdicts: list[VerdictRow] = Field(
        title="审议的建议",
        description="没有审议的不选结果；不通过的、与评估不一致的须写会议意见",
        min_length=1,
        max_length=ROWS,
    )


def show(visit: Visit, asked: Asked) -> Meetings:
    """The meetings."""
    return Meetings(meeting_lines(visit.session, asked.year))


def record(visit: Visit, given: Recorded) -> Done:
    """Record a meeting."""
    verdicts = [
        Verdict(row.proposal, row.ruled is Ruled.PASSED, row.opinion)
        for row in given.verdicts
        if row.ruled
    ]
    sitting = Sitting(given.body, given.title, given.held_on, given.document)
    meeting = record_meeting(visit.desk, sitting, verdicts, visit.by)
    passed = sum(verdict.passed for verdict in verdicts)
    told = f"会议已登记：通过{passed}条，不通过{len(verdicts) - passed}条"
    return Done(told, data={"meeting": meeting.id})


def _offer_meeting(visit: Visit) -> Offer:
    waiting = find_proposals(
        visit.session, Wanted(year_of(visit), ProposalState.ASSESSED, most=MOST)
    )
    again = find_proposals(
        visit.session, Wanted(year_of(visit), ProposalState.SHORTLISTED, most=MOST)
    )
    choices = [
        Choice(str(one.number), f"{one.number} {one.title}（{_assessed(one.feasible)}）")
        for one in (*waiting, *again)
    ]
    rows = [{"proposal": one.number} for one in waiting[: ROWS - 1]]
    hints = {} if choices else {"verdicts": "现在没有已评估的建议，评估之后才能提交会议审议"}
    return Offer(
        values={"held_on": visit.day, "verdicts": rows},
        choices={"verdicts.proposal": choices},
        hints=hints,
    )


def _assessed(feasible: bool | None) -> str:
    return "评估为不可行" if feasible is False else "评估为可行"


PAGES = (Page("meetings", HERE, "会议审议", READERS, show, "meetings.html", Asked, Menu.ITEMS),)
ACTS = (
    Act(
        "meeting-record",
        f"{HERE}/record",
        "登记会议审议",
        OFFICE,
        record,
        Recorded,
        about="通过的可以列入清单，不通过的为未采纳。",
        offer=_offer_meeting,
        back=HERE,
    ),
)
