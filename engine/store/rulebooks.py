"""Policies and calendars as they were used, kept by the hash of their content."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.errors import DubanError
from engine.rules.calendar import Calendar
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.policy import Policy
from engine.rules.rulebook import Rulebook
from engine.rules.words import DeadlineState
from engine.rules.zone import local_day
from engine.store.journal import ENGINE_CHAIN, Event, EventKind, append
from engine.store.tables import CalendarVersion, Deadline, PolicyVersion, Project


class VersionUnknown(DubanError):
    """库中没有这一版规则或日历。"""


def adopt(session: Session, rulebook: Rulebook, at: datetime) -> bool:
    """Keep this rulebook; when it is new, every open date is looked at again at the next sweep.

    Returns:
        Whether anything about it was new.
    """
    policy, calendar = rulebook.policy, rulebook.calendar
    events = []
    if session.scalar(_known(PolicyVersion.version, policy.version)) is None:
        row = PolicyVersion(
            version=policy.version,
            title=policy.title,
            content=policy.to_data(),
            first_used_at=at,
        )
        session.add(row)
        data = {"version": policy.version, "title": policy.title}
        events.append(Event(ENGINE_CHAIN, EventKind.POLICY_ADOPTED, at, "系统", data))
    if session.scalar(_known(CalendarVersion.version, calendar.version)) is None:
        session.add(
            CalendarVersion(version=calendar.version, content=calendar.to_data(), first_used_at=at)
        )
        data = {"version": calendar.version}
        events.append(Event(ENGINE_CHAIN, EventKind.CALENDAR_ADOPTED, at, "系统", data))
    session.flush()
    append(session, events)
    if events:
        _look_again(session, at)
    return bool(events)


def _known(column: InstrumentedAttribute[str], version: str) -> Select[str]:
    return select(column).where(column == version)


def _look_again(session: Session, at: datetime) -> None:
    session.execute(
        update(Deadline)
        .where(
            Deadline.state == DeadlineState.PENDING,
            Deadline.project_id.in_(select(Project.id).where(Project.state.in_(OPEN_STATES))),
        )
        .values(next_check_on=local_day(at))
    )


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
