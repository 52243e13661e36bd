"""送达告警: what did not reach whom it was meant for, as the office is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.rules.words import Reason, Word


class AlarmKind(Word):
    """What went wrong on the way of a notice."""

    UNDELIVERED = "undelivered", "未送达"
    NO_RECIPIENT = "no_recipient", "无收件人"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that did not arrive.

    Attributes:
        text: why, in a plain Chinese sentence without its full stop.
        project: number and title of the item, or the paper's title.
        person, post, unit: whom it was meant for, as readers call them; empty where unknown.
        address: the address that failed; empty where there was none.
        instead: who got it in their place, such as 李某（单位主要负责人）; empty when nobody did.
        delivery: the number of the message that failed; 0 when there was none.
    """

    what: AlarmKind
    text: str
    project: str = ""
    person: str = ""
    post: str = ""
    unit: str = ""
    address: str = ""
    instead: str = ""
    delivery: int = 0

    @property
    def line(self) -> str:
        """All of it in one line."""
        outcome = f"已改送{self.instead}" if self.instead else "无人收到"
        return f"{self.project}，原送{self.unit}{self.person or self.post}：{self.text}；{outcome}"


def alarm_to_data(alarm: Alarm) -> dict[str, Any]:
    """Plain JSON values, kept with the notice."""
    return {**asdict(alarm), "what": alarm.what.value}


def alarm_from_data(data: dict[str, Any]) -> Alarm:
    """The exact alarm that ``alarm_to_data`` wrote."""
    return Alarm(**{**data, "what": AlarmKind(data["what"])})


def alarms_from_data(facts: dict[str, Any]) -> tuple[Alarm, ...]:
    """The alarms of a notice, in the order in which they were raised."""
    return tuple(alarm_from_data(data) for data in facts["alarms"])


def heading(alarms: Sequence[Alarm]) -> str:
    """What a list of notices shows."""
    lost = sum(not alarm.instead for alarm in alarms)
    return f"{len(alarms)}处通知未送达" + (f"，其中{lost}处无人收到" if lost else "，均已改送")


def reason_of(alarms: Sequence[Alarm]) -> Reason:
    """Why the office is told: somebody could not be reached, or nobody was there to be."""
    undelivered = any(alarm.what is AlarmKind.UNDELIVERED for alarm in alarms)
    return Reason.UNDELIVERED if undelivered else Reason.NO_RECIPIENT
