"""批示交办: what a leader has asked for in writing, and until when it is to be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.rules.blanks import blank
from engine.rules.congress import TITLE_LENGTH
from engine.rules.limits import Limit
from engine.rules.policy import InstructionLimits
from engine.rules.texts import DOCUMENT_LENGTH, too_long
from engine.rules.words import Urgency


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction (批示) and who is to carry it out.

    Attributes:
        leader: the person who gave it; one of the leaders in the contact sheet.
        given_on: when.
        document: the paper on which it stands, with its number (批示件).
        due: until when; without it the urgency gives the limit.
        difficult: 难件, which the limits give more time where no date is given.
    """

    title: str
    unit: str
    leader: str
    given_on: date | None
    document: str
    due: date | None = None
    urgency: Urgency = Urgency.NORMAL
    difficult: bool = False
    content: str = ""

    @property
    def basis(self) -> str:
        """What the item rests on: who, when, on which paper (条例 733, art. 11)."""
        when = self.given_on
        day = f"{when.year}年{when.month}月{when.day}日" if when else ""
        return f"{self.leader.partition('@')[0]}{day}批示（{self.document}）"


def limit_of(instruction: Instruction, limits: InstructionLimits) -> Limit:
    """The limit of an instruction that names no date, from the day it is handed over.

    急件1–5日、非急件15日、难件30日 (地方政府督查规定); what is urgent stays so when difficult.
    """
    if instruction.urgency is Urgency.CRITICAL:
        return limits.critical.limit
    if instruction.urgency is Urgency.URGENT:
        return limits.urgent.limit
    return (limits.difficult if instruction.difficult else limits.normal).limit


def instruction_faults(instruction: Instruction, day: date) -> Iterator[str]:
    """What is missing from an instruction or wrong in it.

    Args:
        day: the day on which it is handed over.
    """
    yield from blank(
        {
            "事项": instruction.title,
            "承办单位": instruction.unit,
            "批示领导": instruction.leader,
            "批示日期": instruction.given_on,
            "批示件名称和文号": instruction.document,
        }
    )
    lengths = (
        too_long("事项", instruction.title, TITLE_LENGTH),
        too_long("批示件", instruction.document, DOCUMENT_LENGTH),
    )
    yield from filter(None, lengths)
    if instruction.given_on and instruction.given_on > day:
        yield f"批示日期{instruction.given_on}还没有到"
    if instruction.due and instruction.due <= day:
        yield f"办理时限{instruction.due}须晚于今天"
