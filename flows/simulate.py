"""A rehearsal: a whole year day by day, under a virtual clock, through the code of production."""

from __future__ import annotations

import gc
import json
import time as stopwatch
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.scenario import Scenario, load_results, load_scenario
from config.settings import load_settings
from engine.assignment import assign
from engine.errors import DubanError
from engine.ledger import read_ledger
from engine.registering import register
from engine.rules.lifecycle import ProjectState
from engine.rules.periods import is_run_day
from engine.rules.words import Cadence, NoticeKind, NoticeState, ProjectKind, Stage
from engine.rules.zone import ZONE
from engine.store.journal import export, verify
from engine.store.tables import (
    Delivery,
    DeliveryState,
    Inspection,
    JournalEvent,
    Notice,
    Project,
)
from flows.catalogue import send_mail
from flows.clock import VirtualClock
from flows.rehearsal import office, units
from flows.rehearsal.counts import COUNTED
from flows.rehearsal.rederiving import Rederivation
from flows.rehearsal.report import write_report
from flows.rehearsal.scene import Cast, look
from flows.service import Service, open_service
from flows.tick import make_due_checkpoint, run_due_sweeps

Progress = Callable[[date, int, int], None]
"""Told the day that begins, its number, and the number of days."""

PEOPLE_ACT_AT = time(15, 0)
LAST_MAIL_AT = time(16, 0)


class FolderNotEmpty(DubanError):
    """预演的输出目录不是空的。"""


def simulate(path: Path, out: Path, progress: Progress) -> dict[str, Any]:
    """Rehearse a scenario into an empty folder.

    The folder then holds the store, every mail, the journal, the counts and the report.

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
            return _summary(service, scenario, again, out, days, begun)
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
        policy=scenario.policy,
        calendar=",".join(scenario.calendar),
        base_url="",
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
            register(desk, read_ledger(scenario.folder / scenario.ledger), scenario.office)
        if day == scenario.assigned_on:
            projects = session.scalars(select(Project).order_by(Project.id)).all()
            assign(desk, projects, scenario.office)
        elif day > scenario.assigned_on:
            scene = look(cast, desk)
            units.act(scene)
            office.act(scene)


def _summary(
    service: Service, scenario: Scenario, again: Rederivation, out: Path, days: int, begun: float
) -> dict[str, Any]:
    with service.database.read() as session:
        with (out / "journal.jsonl").open("wb") as stream:
            export(session, stream)
        faults = verify(session)
        unexplained = again.unexplained(session)
        summary = {
            "program": scenario.title,
            "projects": _count(session, Project, Project.kind == ProjectKind.PROJECT),
            "days": days,
            **_notices(session),
            "deliveries": _count(session, Delivery, Delivery.state == DeliveryState.SENT),
            "circulars_signed": _count(
                session,
                Notice,
                (Notice.kind == NoticeKind.CIRCULAR) & (Notice.state == NoticeState.ISSUED),
            ),
            "inspections": _count(session, Inspection),
            "rectifications": _count(session, Project, Project.kind == ProjectKind.RECTIFICATION),
            "closed": _count(
                session,
                Project,
                (Project.kind == ProjectKind.PROJECT) & (Project.state == ProjectState.CLOSED),
            ),
            "lights_at_end": _lights(session),
            "timeliness": _timeliness(session),
            "journal_events": _count(session, JournalEvent),
            "journal_verified": not faults,
            "explained": _count(session, Notice) - len(unexplained),
            "unexplained": unexplained,
        }
        write_report(session, scenario, summary, out / "report.html")
    # How long it took is told, but not kept: the same rehearsal leaves the same files.
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    (out / "summary.json").write_text(text + "\n", encoding="utf-8")
    return {**summary, "seconds": round(stopwatch.monotonic() - begun, 1)}


def _count(session: Session, table: type[Any], *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _notices(session: Session) -> dict[str, Any]:
    rows = session.execute(
        select(Notice.stage, Notice.kind, Notice.as_of).where(Notice.state.in_(COUNTED))
    ).all()
    stages = Counter(row.stage.value for row in rows)
    return {
        "notices": {stage.value: stages[stage.value] for stage in Stage},
        "by_kind": _sorted(Counter(row.kind.value for row in rows)),
        "by_month": _sorted(Counter(f"{row.as_of:%Y-%m}" for row in rows)),
    }


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _lights(session: Session) -> dict[str, int]:
    lights = session.scalars(select(Project.light).where(Project.kind == ProjectKind.PROJECT))
    return _sorted(Counter(light.value for light in lights))


def _timeliness(session: Session) -> dict[str, int]:
    classes = session.scalars(
        select(Project.timeliness).where(
            Project.kind == ProjectKind.PROJECT, Project.timeliness.is_not(None)
        )
    )
    return _sorted(Counter(c.value for c in classes if c))
