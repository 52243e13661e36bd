"""A rehearsal: a whole year day by day, under a virtual clock, through the code of production."""

from __future__ import annotations

import json
import time as stopwatch
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from config.calendar_loader import load_calendar
from config.policy_loader import load_policy
from config.scenario import load_results, load_scenario
from engine.errors import DubanError, cause_of
from engine.rules.conditions import written
from engine.store.journal import export, verify
from engine.store.tables import Notice
from flows.rehearsal.acts import RehearsalStopped
from flows.rehearsal.casting import refuse_misfits
from flows.rehearsal.documents import write_documents
from flows.rehearsal.living import list_of, live_through, open_rehearsal
from flows.rehearsal.publishing import write_board
from flows.rehearsal.rederiving import Rederivation
from flows.rehearsal.report import write_report
from flows.rehearsal.scene import Cast
from flows.rehearsal.summary import count, count_everything
from flows.rehearsal.workbooks import write_workbooks
from flows.service import Service

Progress = Callable[[date, int, int], None]
"""Told the day that begins, its number, and the number of days."""


class FolderNotEmpty(DubanError):
    """预演的输出目录不是空的。"""


class FolderUnusable(DubanError):
    """预演的输出目录建不了，或不能写入。"""


def simulate(path: Path, out: Path, progress: Progress) -> dict[str, Any]:
    """Rehearse a scenario into an empty folder.

    The folder then holds the store, every mail and document, the journal, the counts and the
    report.

    Returns:
        Counts by stage, kind and month, and whether the journal holds and all is explained.

    Raises:
        ConfigError, LedgerErrors: the scenario or its list cannot be read, or do not fit.
        FolderNotEmpty, FolderUnusable: ``out`` holds something already, or can hold nothing.
    """
    begun = stopwatch.monotonic()
    scenario = load_scenario(path)
    _make_ready(out)
    # All that can be wrong with the files is told while the folder is still empty.
    load_policy(scenario.policy_source)
    calendar, ledger = load_calendar(scenario.calendar), list_of(scenario)
    results = load_results(scenario)
    refuse_misfits(path, scenario, ledger, results)
    service = open_rehearsal(scenario, out)
    try:
        cast = Cast(scenario, calendar, ledger, results)
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


def _live_through(service: Service, cast: Cast, day: date) -> None:
    try:
        live_through(service, cast, day)
    except RehearsalStopped:
        raise
    except DubanError as error:
        raise RehearsalStopped(f"预演到{written(day)}做不下去：{error}") from error


def _make_ready(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        holds_something = any(out.iterdir())
    except OSError as error:
        raise FolderUnusable(f"目录“{out}”不能用（{cause_of(error)}），请换一个目录") from error
    if holds_something:
        raise FolderNotEmpty(f"目录“{out}”不是空的，请换一个新目录，以免混入上次的结果")


def _summary(
    service: Service, cast: Cast, again: Rederivation, out: Path, days: int, begun: float
) -> dict[str, Any]:
    scenario = cast.scenario
    log = again.write_log(out, scenario.last)
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
        write_documents(session, out)
    write_board(service.database, out, service.rulebook.policy.publicity)
    log.result()
    # How long it took is told, but not kept: the same rehearsal leaves the same files.
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    (out / "summary.json").write_text(text + "\n", encoding="utf-8")
    return {**summary, "seconds": round(stopwatch.monotonic() - begun, 1)}
