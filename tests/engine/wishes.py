"""Proposals for next year's list, at the stages a test may begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from engine.proposals import meetings, proposing
from engine.proposals.meetings import Sitting, Verdict
from engine.rules.proposals import ProposalChannel, Wish
from engine.store.journal import Event, history, proposals_chain
from engine.store.tables import Proposal
from tests.engine.builders import OFFICE, TODAY, World

YEAR = 2024
RECEIVED = date(2023, 3, 20)
SITTING = Sitting("市政府常务会议", "第12次常务会议", TODAY, "市政府常务会议纪要〔2023〕12号")


def wish(title: str, **given: Any) -> Wish:
    said: dict[str, Any] = {
        "channel": ProposalChannel.HOTLINE,
        "received_on": RECEIVED,
        "field": "养老",
    }
    return Wish(title, **(said | given))


def collected(world: World, *titles: str, year: int = YEAR) -> list[int]:
    with world.desk() as desk:
        return [row.id for row in proposing.collect(desk, year, list(map(wish, titles)), OFFICE)]


def assessed(world: World, *titles: str, year: int = YEAR) -> list[int]:
    numbers = collected(world, *titles, year=year)
    with world.desk() as desk:
        for number in numbers:
            proposing.assess(
                desk, number, OFFICE, feasible=True, funds=Decimal(300), opinion="可行"
            )
    return numbers


def shortlisted(world: World, *titles: str, year: int = YEAR) -> list[int]:
    numbers = assessed(world, *titles, year=year)
    passing(world, *numbers)
    return numbers


def passing(world: World, *numbers: int) -> None:
    sitting = replace(SITTING, title=f"审议建议{numbers[0]}等的常务会议")
    with world.desk() as desk:
        meetings.record_meeting(desk, sitting, [Verdict(n, True) for n in numbers], OFFICE)


def proposal(world: World, number: int) -> Proposal:
    with world.database.read() as session:
        return session.get_one(Proposal, number)


def told(world: World, year: int = YEAR) -> list[Event]:
    """What the journal says of a year's proposals."""
    with world.database.read() as session:
        return history(session, proposals_chain(year))
