"""送达告警: what the office reads of notices that did not arrive."""

from __future__ import annotations

from dataclasses import dataclass

from engine.rules.alarms import Alarm, AlarmKind, alarms_from_data, heading
from notifications import phrases
from notifications.summaries import SummaryView, common
from notifications.words import Matter


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One notice that did not arrive: what it was, for whom, why, and who got it instead."""

    title: str
    meant_for: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class AlarmView(SummaryView):
    """The alarms of one list; ``lost`` tells that something reached nobody, ``addresses`` and
    ``posts`` what is there to be put right."""

    lines: tuple[AlarmLine, ...]
    lost: bool
    addresses: bool
    posts: bool

    @property
    def template(self) -> str:
        return "alarm"


def alarm_view(matter: Matter) -> AlarmView:
    """The view of an alarm."""
    alarms = alarms_from_data(matter.facts)
    return AlarmView(
        **common(matter, matter.program.name, heading(alarms)),
        lines=tuple(map(_line, alarms)),
        lost=not all(alarm.instead for alarm in alarms),
        addresses=any(alarm.what is AlarmKind.UNDELIVERED for alarm in alarms),
        posts=any(alarm.what is AlarmKind.NO_RECIPIENT for alarm in alarms),
    )


def _line(alarm: Alarm) -> AlarmLine:
    post = f"（{alarm.post}）" if alarm.person and alarm.post else alarm.post
    address = f"，{alarm.address}" if alarm.address else ""
    return AlarmLine(
        title=phrases.one_line(alarm.project),
        meant_for=f"{alarm.unit}{alarm.person}{post}{address}",
        why=phrases.one_line(alarm.text),
        instead=alarm.instead,
    )
