"""A rehearsal: a whole year day by day, under a virtual clock, through the code of production."""

from __future__ import annotations

import gc
import json
import time as stopwatch
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from config.channels_loader import SHIPPED as SHIPPED_CHANNELS
from config.scenario import Scenario, load_results, load_scenario
from config.settings import load_settings
from engine.assigning.assignment import assign
from engine.errors import DubanError
from engine.ledger import read_ledger
from engine.ledger.values import Ledger
from engine.lists.registering import register
from engine.rules.periods import is_run_day
from engine.rules.words import Cadence
from engine.rules.zone import ZONE
from engine.store.journal import export, verify
from engine.store.tables import Notice, Project
from flows.catalogue import send_mail
from flows.clock import VirtualClock
from flows.rehearsal import acts, office, units
from flows.rehearsal.documents import write_documents
from flows.rehearsal.publishing import write_board
from flows.rehearsal.rederiving import Rederivation
from flows.rehearsal.report import write_report
from flows.rehearsal.scene import Cast, look
from flows.rehearsal.summary import count, count_everything
from flows.rehearsal.workbooks import write_log_beside, write_workbooks
from flows.service import Service, open_service
from flows.tick import make_due_checkpoint, run_due_sweeps

Progress = Callable[[date, int, int], None]
"""Told the day that begins, its number, and the number of days."""

SECRET = "a rehearsal signs nothing that leaves the house"
"""The same in every rehearsal, so that two leave the same files."""

PEOPLE_ACT_AT = time(15, 0)
LAST_MAIL_AT = time(16, 0)


class FolderNotEmpty(DubanError):
    """预演的输出目录不是空的。"""


def simulate(path: Path, out: Path, progress: Progress) -> dict[str, Any]:
    """Rehearse a scenario into an empty folder.

    The folder then holds the store, every mail and document, the journal, the counts and the
    report.

    Returns:
        Counts by stage, kind and month, and whether the journal holds and all is explained.

    Raises:
        ConfigError, LedgerErrors: the scenario or its list cannot be read.
        FolderNotEmpty: ``out`` holds something already.
    """
    begun = stopwatch.monotonic()
    _spare_the_collector()
    scenario = load_scenario(path)
    if out.exists() and any(out.iterdir()):
        raise FolderNotEmpty(f"目录“{out}”不是空的，请换一个新目录，以免混入上次的结果")
    service = _open(scenario, out)
    try:
        cast = Cast(scenario, service.rulebook.calendar, load_results(scenario))
        days = (scenario.last - scenario.first).days + 1
        with Rederivation(str(service.database.engine.url)) as again:
            for number in range(days):
                day = scenario.first + timedelta(days=number)
                progress(day, number + 1, days)
                _live_through(service, cast, day)
                if day.day == 1:
                    with service.database.read() as session:
                        again.go_on(session)
            return _summary(service, cast, again, out, days, begun)
    finally:
        service.database.close()


def _spare_the_collector() -> None:
    """A rehearsal makes many small values and few circles: looking for circles at Python's usual
    rate costs a twentieth of its time (measured in pairs)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _open(scenario: Scenario, out: Path) -> Service:
    settings = load_settings(
        home=out,
        database_url=f"sqlite:///{out.absolute() / 'duban.db'}",
        smtp_url=None,
        policy=scenario.policy_source,
        calendar=",".join(scenario.calendar),
        base_url="",
        secret=SECRET,
        channels=SHIPPED_CHANNELS,
    )
    clock = VirtualClock(_at(scenario.first, time(0, 0)))
    return open_service(settings, clock, durable=False)


def _at(day: date, local: time) -> datetime:
    return datetime.combine(day, local, ZONE).astimezone(UTC)


def _live_through(service: Service, cast: Cast, day: date) -> None:
    clock = service.now
    if not isinstance(clock, VirtualClock):
        raise TypeError("a rehearsal needs a virtual clock")
    if service.rulebook.calendar.is_working(day):
        for local in _sweep_times(service, day):
            clock.at = _at(day, local)
            run_due_sweeps(service)
        send_mail(service)
        clock.at = _at(day, PEOPLE_ACT_AT)
        _people_act(service, cast, day)
        clock.at = _at(day, LAST_MAIL_AT)
        send_mail(service)
    clock.at = _at(day, service.schedule.checkpoint)
    make_due_checkpoint(service)


def _sweep_times(service: Service, day: date) -> list[time]:
    """The hours of a day at which some sweep falls due, in their order."""
    due = (c for c in Cadence if is_run_day(c, day, service.rulebook.calendar))
    return sorted({service.schedule.at(cadence) for cadence in due})


def _people_act(service: Service, cast: Cast, day: date) -> None:
    scenario = cast.scenario
    with service.database.begin() as session:
        desk = service.desk(session)
        if day == scenario.registered_on:
            register(desk, _list_of(scenario), scenario.office)
        if day == scenario.assigned_on:
            projects = session.scalars(select(Project).order_by(Project.id)).all()
            assign(desk, projects, scenario.office)
        scene = look(cast, desk)
        if acts.act(scene):
            scene = look(cast, desk)
        if day > scenario.assigned_on:
            units.act(scene)
            office.act(scene)


def _list_of(scenario: Scenario) -> Ledger:
    """The list, with the proposals written in that each item takes up (来源建议)."""
    ledger = read_ledger(scenario.folder / scenario.ledger)
    taken = scenario.sources
    items = (replace(p, sources=taken.get(p.number, p.sources)) for p in ledger.projects)
    return replace(ledger, projects=tuple(items))


def _summary(
    service: Service, cast: Cast, again: Rederivation, out: Path, days: int, begun: float
) -> dict[str, Any]:
    scenario = cast.scenario
    url = str(service.database.engine.url)
    log = again.beside(write_log_beside, url, out, scenario.last)
    documents = again.beside(write_documents, url, out)
    board = again.beside(write_board, url, out, service.rulebook.policy.publicity)
    with service.database.read() as session:
        with (out / "journal.jsonl").open("wb") as stream:
            export(session, stream)
        faults = verify(session)
        unexplained = again.unexplained(session)
        summary = {
            "program": scenario.title,
            "days": days,
            **count_everything(session),
            "refused": len(cast.refused),
            "journal_verified": not faults,
            "explained": count(session, Notice) - len(unexplained),
            "unexplained": unexplained,
        }
        write_report(session, scenario, summary, out / "report.html", cast.refused)
        write_workbooks(session, out, scenario)
    log.result()
    documents.result()
    board.result()
    # How long it took is told, but not kept: the same rehearsal leaves the same files.
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    (out / "summary.json").write_text(text + "\n", encoding="utf-8")
    return {**summary, "seconds": round(stopwatch.monotonic() - begun, 1)}
