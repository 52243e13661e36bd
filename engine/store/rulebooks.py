"""Policies and calendars as they were used, kept by the hash of their content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.rules.calendar import Calendar
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.policy import Policy
from engine.rules.rulebook import Rulebook
from engine.rules.words import DeadlineState
from engine.rules.zone import local_day
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append
from engine.store.statements import insert_ignoring_doubles, table_of
from engine.store.tables import CalendarVersion, Deadline, PolicyVersion, Project, Setting

IN_FORCE = "rulebook"
"""The setting that names the policy and the calendar last adopted, with a stroke between."""


_SETTING = table_of(Setting)
_IN_FORCE = select(_SETTING.c.value).where(_SETTING.c.name == IN_FORCE).with_for_update()


class VersionUnknown(DubanError):
    """库中没有这一版规则或日历。"""


@dataclass(frozen=True, slots=True)
class Replaced:
    """The versions that are no longer in force: empty where there was none, or it still is."""

    policy: str
    calendar: str


def adopt(session: Session, rulebook: Rulebook, at: datetime) -> Replaced | None:
    """Put this rulebook in force; when another was, every open date is looked at again at the
    next sweep. A return to an earlier one is a change like any other.

    Returns:
        What it takes the place of; None when nothing about it differs from what was in force.
    """
    in_force = session.scalar(_IN_FORCE)
    if in_force is None:
        session.execute(insert_ignoring_doubles(session, Setting).values(name=IN_FORCE, value="/"))
        in_force = session.execute(_IN_FORCE).scalar_one()
    policy, calendar = in_force.split("/")
    events = []
    if policy != rulebook.policy.version:
        events.append(_adopt_policy(session, rulebook.policy, at))
    if calendar != rulebook.calendar.version:
        events.append(_adopt_calendar(session, rulebook.calendar, at))
    if not events:
        return None
    now_in_force = f"{rulebook.policy.version}/{rulebook.calendar.version}"
    session.execute(update(_SETTING).where(_SETTING.c.name == IN_FORCE).values(value=now_in_force))
    append(session, events)
    _look_again(session, at)
    return Replaced(
        policy if policy != rulebook.policy.version else "",
        calendar if calendar != rulebook.calendar.version else "",
    )


def _adopt_policy(session: Session, policy: Policy, at: datetime) -> Event:
    session.execute(
        insert_ignoring_doubles(session, PolicyVersion).values(
            version=policy.version,
            title=policy.title,
            content=policy.to_data(),
            first_used_at=at,
        )
    )
    data = {"version": policy.version, "title": policy.title}
    return Event(ENGINE_CHAIN, EventKind.POLICY_ADOPTED, at, "系统", data)


def _adopt_calendar(session: Session, calendar: Calendar, at: datetime) -> Event:
    session.execute(
        insert_ignoring_doubles(session, CalendarVersion).values(
            version=calendar.version, content=calendar.to_data(), first_used_at=at
        )
    )
    data = {"version": calendar.version}
    return Event(ENGINE_CHAIN, EventKind.CALENDAR_ADOPTED, at, "系统", data)


def _look_again(session: Session, at: datetime) -> None:
    session.execute(
        update(Deadline)
        .where(
            Deadline.state == DeadlineState.PENDING,
            Deadline.project_id.in_(select(Project.id).where(Project.state.in_(OPEN_STATES))),
        )
        .values(next_check_on=local_day(at))
    )


def calendar_of(session: Session, version: str) -> Calendar:
    """A calendar that was once in force.

    Raises:
        VersionUnknown: it was never used here.
    """
    row = session.get(CalendarVersion, version)
    if row is None:
        raise VersionUnknown(f"库中没有日历 {version}")
    return Calendar.from_data(row.content)


def recall(session: Session, policy_version: str, calendar_version: str) -> Rulebook:
    """The rulebook a notice was decided under.

    Raises:
        VersionUnknown: one of the versions was never used here.
    """
    policy = session.get(PolicyVersion, policy_version)
    calendar = session.get(CalendarVersion, calendar_version)
    if policy is None or calendar is None:
        raise VersionUnknown(f"库中没有规则 {policy_version} 或日历 {calendar_version}")
    return Rulebook(Policy.from_data(policy.content), Calendar.from_data(calendar.content))
