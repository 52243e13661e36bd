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
CHOSEN_POLICY, CHOSEN_CALENDAR = "chosen_policy", "chosen_calendar"
"""The settings that name what the office has chosen itself, in the place of what files say."""
ENGINE = "系统"


_SETTING = table_of(Setting)
_IN_FORCE = select(_SETTING.c.value).where(_SETTING.c.name == IN_FORCE).with_for_update()
_CHOSEN = select(_SETTING.c.name, _SETTING.c.value).where(
    _SETTING.c.name.in_((CHOSEN_POLICY, CHOSEN_CALENDAR))
)


class VersionUnknown(DubanError):
    """库中没有这一版规则或日历。"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The versions that the office has chosen itself; empty where it has not."""

    policy: str = ""
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Replaced:
    """The versions that are no longer in force: empty where there was none, or it still is."""

    policy: str
    calendar: str


def chosen(session: Session) -> Chosen:
    """What the office has chosen itself."""
    values: dict[str, str] = {name: value for name, value in session.execute(_CHOSEN)}
    return Chosen(values.get(CHOSEN_POLICY, ""), values.get(CHOSEN_CALENDAR, ""))


def choose(session: Session, part: Policy | Calendar, at: datetime) -> None:
    """Let every process of the installation go by this policy or calendar from now on."""
    if isinstance(part, Policy):
        name = CHOSEN_POLICY
        _keep_policy(session, part, at)
    else:
        name = CHOSEN_CALENDAR
        _keep_calendar(session, part, at)
    session.merge(Setting(name=name, value=part.version))
    session.flush()


def adopt(session: Session, rulebook: Rulebook, at: datetime, by: str = ENGINE) -> Replaced | None:
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
        events.append(_adopt_policy(session, rulebook.policy, at, by))
    if calendar != rulebook.calendar.version:
        events.append(_adopt_calendar(session, rulebook.calendar, at, by))
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


def _adopt_policy(session: Session, policy: Policy, at: datetime, by: str) -> Event:
    _keep_policy(session, policy, at)
    data = {"version": policy.version, "title": policy.title}
    return Event(ENGINE_CHAIN, EventKind.POLICY_ADOPTED, at, by, data)


def _keep_policy(session: Session, policy: Policy, at: datetime) -> None:
    session.execute(
        insert_ignoring_doubles(session, PolicyVersion).values(
            version=policy.version,
            title=policy.title,
            content=policy.to_data(),
            first_used_at=at,
        )
    )


def _adopt_calendar(session: Session, calendar: Calendar, at: datetime, by: str) -> Event:
    _keep_calendar(session, calendar, at)
    data = {"version": calendar.version}
    return Event(ENGINE_CHAIN, EventKind.CALENDAR_ADOPTED, at, by, data)


def _keep_calendar(session: Session, calendar: Calendar, at: datetime) -> None:
    session.execute(
        insert_ignoring_doubles(session, CalendarVersion).values(
            version=calendar.version, content=calendar.to_data(), first_used_at=at
        )
    )


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


def policy_of(session: Session, version: str) -> Policy:
    """A policy that was once in force, or chosen.

    Raises:
        VersionUnknown: it was never used here.
    """
    row = session.get(PolicyVersion, version)
    if row is None:
        raise VersionUnknown(f"库中没有规则 {version}")
    return Policy.from_data(row.content)


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
