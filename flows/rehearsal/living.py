"""The days of a rehearsal as they are lived through: sweeps, mails and people, each at its hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from config.channels_loader import SHIPPED as SHIPPED_CHANNELS
from config.scenario import Scenario, load_results
from config.settings import Settings, load_settings
from engine.assigning.assignment import assign
from engine.ledger import read_ledger
from engine.ledger.values import Ledger
from engine.lists.registering import register
from engine.rules.periods import is_run_day
from engine.rules.words import Cadence
from engine.rules.zone import ZONE
from engine.store.statistics import count_anew
from engine.store.tables import Project
from flows.clock import VirtualClock
from flows.rehearsal import acts, office, units
from flows.rehearsal.scene import Cast, look
from flows.service import Service, open_service
from flows.tick import make_due_checkpoint, run_due_sweeps, send_mail

Sweep = Callable[[Service], object]
"""Runs the sweeps that are due by a service's clock, until none is."""

SECRET = "a rehearsal signs nothing that leaves the house"
"""The same in every rehearsal, so that two leave the same files."""

PEOPLE_ACT_AT = time(15, 0)
LAST_MAIL_AT = time(16, 0)


def settings_of(scenario: Scenario, home: Path, database_url: str = "") -> Settings:
    """How an installation that rehearses is set up; its store is a file in its home unless an
    address is given."""
    return load_settings(
        home=home,
        database_url=database_url or f"sqlite:///{home.absolute() / 'duban.db'}",
        smtp_url=None,
        policy=scenario.policy_source,
        calendar=",".join(scenario.calendar),
        base_url="",
        secret=SECRET,
        channels=SHIPPED_CHANNELS,
    )


def open_rehearsal(scenario: Scenario, home: Path, database_url: str = "") -> Service:
    """An installation whose clock stands at the beginning of a scenario."""
    clock = VirtualClock(_at(scenario.first, time(0, 0)))
    return open_service(settings_of(scenario, home, database_url), clock, durable=False)


def cast_of(scenario: Scenario, service: Service) -> Cast:
    """The people of a scenario, with the list that they are given."""
    calendar, results = service.rulebook.calendar, load_results(scenario)
    return Cast(scenario, calendar, list_of(scenario), results)


def list_of(scenario: Scenario) -> Ledger:
    """The list, with the proposals written in that each item takes up (来源建议)."""
    ledger = read_ledger(scenario.folder / scenario.ledger)
    taken = scenario.sources
    items = (replace(p, sources=taken.get(p.number, p.sources)) for p in ledger.projects)
    return replace(ledger, projects=tuple(items))


def live_through(service: Service, cast: Cast, day: date, sweep: Sweep = run_due_sweeps) -> None:
    """One day, with the sweeps that fall due on it."""
    clock = service.now
    if not isinstance(clock, VirtualClock):
        raise TypeError("a rehearsal needs a virtual clock")
    if service.rulebook.calendar.is_working(day):
        if service.database.is_sqlite and _has_grown(cast, day):
            count_anew(service.database)
        for local in _sweep_times(service, day):
            clock.at = _at(day, local)
            sweep(service)
        send_mail(service)
        clock.at = _at(day, PEOPLE_ACT_AT)
        _people_act(service, cast, day)
        clock.at = _at(day, LAST_MAIL_AT)
        send_mail(service)
    clock.at = _at(day, service.schedule.checkpoint)
    make_due_checkpoint(service)


def _has_grown(cast: Cast, day: date) -> bool:
    """Whether there is much more in the store than when its rows were last counted. A service that
    nobody waits for counts them every day."""
    first = cast.calendar.first_working_day_on_or_after
    return day in (first(day.replace(day=1)), first(cast.scenario.assigned_on + timedelta(days=1)))


def _at(day: date, local: time) -> datetime:
    return datetime.combine(day, local, ZONE).astimezone(UTC)


def _sweep_times(service: Service, day: date) -> list[time]:
    """The hours of a day at which some sweep falls due, in their order."""
    due = (c for c in Cadence if is_run_day(c, day, service.rulebook.calendar))
    return sorted({service.schedule.at(cadence) for cadence in due})


def _people_act(service: Service, cast: Cast, day: date) -> None:
    scenario = cast.scenario
    with service.database.begin() as session:
        desk = service.desk(session)
        if day == scenario.registered_on:
            register(desk, cast.ledger, scenario.office)
        if day == scenario.assigned_on:
            projects = session.scalars(select(Project).order_by(Project.id)).all()
            assign(desk, projects, scenario.office)
        scene = look(cast, desk)
        if acts.act(scene):
            scene = look(cast, desk)
        if day > scenario.assigned_on:
            units.act(scene)
            office.act(scene)
