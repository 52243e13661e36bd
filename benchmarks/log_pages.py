"""``python -m benchmarks.log_pages``: how long a page of the log takes at a million events.

The first time it fills the store, which takes a minute and 1 GB; the folder is kept. The events
are like those of a year: made by rule, with hashes that nothing looks at here.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import gettempdir
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from benchmarks.measure import stopwatch
from benchmarks.seeding import at, fill
from engine.log_pages import log_page
from engine.logbook import Choice
from engine.rules.words import Reason
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, project_chain
from engine.store.schema import upgrade
from engine.store.statements import table_of
from engine.store.statistics import count_anew
from engine.store.tables import JournalEvent, Project, Unit

EVENTS, PROJECTS, AT_A_TIME, TURNS = 1_000_000, 2_000, 10_000, 7
FIRST, RARE = date(2023, 1, 3), 997
COMMON = (
    EventKind.REPORT_SUBMITTED,
    EventKind.NOTICE_ISSUED,
    EventKind.DEADLINE_MET,
    EventKind.LIGHT_CHANGED,
    EventKind.DEADLINE_SET,
)
REASONS = (Reason.DUE_SOON, Reason.OVERDUE, Reason.BEHIND_PLAN, Reason.ROUTINE)


def main() -> int:
    """Print the milliseconds of a page for each filter, and how the database goes about it."""
    parser = ArgumentParser(prog="python -m benchmarks.log_pages", description="日志翻页的耗时")
    parser.add_argument("--events", type=int, default=EVENTS, help="日志条数")
    parser.add_argument("--plans", action="store_true", help="列出查询计划")
    parser.add_argument(
        "--folder", type=Path, default=Path(gettempdir()) / "duban-log", help="库放在哪里"
    )
    given = parser.parse_args()
    database = _store(given.folder, given.events)
    with database.read() as session:
        for name, look in _looks(session, given.events):
            times = list(_times(look))
            print(f"{median(times):7.1f} 毫秒（最慢{max(times):6.1f}）  {name}")
    database.close()
    return 0


def _times(look: Callable[[], Any]) -> Iterator[float]:
    for _ in range(TURNS):
        with stopwatch() as watch:
            look()
        yield watch.seconds * 1000


def _looks(session: Session, events: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each filter of the page, and some of them together."""
    item = session.scalars(select(Project).order_by(Project.id)).first()
    unit = session.scalar(select(Unit.id).join(Project, Project.lead_unit_id == Unit.id))
    old, late = FIRST + timedelta(days=20), FIRST + timedelta(days=250)
    for name, choice in (
        ("不筛选", Choice()),
        ("一天", Choice(first=old, last=old)),
        ("一个月", Choice(first=old, last=old + timedelta(days=30))),
        ("自年初起", Choice(first=FIRST)),
        ("八月以前", Choice(last=late)),
        ("一个事项", Choice(project=item)),
        ("一个单位", Choice(unit=unit)),
        ("常见的种类", Choice(kinds=(EventKind.REPORT_SUBMITTED,))),
        ("少见的种类", Choice(kinds=(EventKind.NUMBER_VOIDED,))),
        ("没有的种类", Choice(kinds=(EventKind.TEMPLATE_FAILED,))),
        ("办得最多的人", Choice(person="督办引擎")),
        ("办得少的人", Choice(person="联系人7")),
        ("常见的理由", Choice(reason=Reason.DUE_SOON)),
        ("少见的理由", Choice(reason=Reason.UNDELIVERED)),
        ("种类和旧日期", Choice(kinds=(EventKind.NOTICE_ISSUED,), first=old, last=old)),
        ("单位和种类", Choice(unit=unit, kinds=(EventKind.LIGHT_CHANGED,))),
        ("单位和日期", Choice(unit=unit, first=old, last=old + timedelta(days=30))),
        ("单位和理由", Choice(unit=unit, reason=Reason.OVERDUE)),
        ("人和日期", Choice(person="督办引擎", first=old, last=old)),
    ):
        yield name, lambda choice=choice: log_page(session, choice)  # type: ignore[misc]
    yield "不筛选，翻到中间", lambda: log_page(session, Choice(), after=events // 2)
    common = Choice(kinds=(EventKind.REPORT_SUBMITTED,))
    yield "常见的种类，翻到中间", lambda: log_page(session, common, after=events // 2)


def _store(folder: Path, events: int) -> Database:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"log-{events}.db"
    database = Database(f"sqlite:///{path}", durable=False)
    upgrade(database)
    with database.read() as session:
        is_filled = session.scalar(select(JournalEvent.id).limit(1)) is not None
    if is_filled:
        return database
    fill(database, PROJECTS)
    with stopwatch() as watch, database.begin() as session:
        session.execute(text("DELETE FROM journal"))
        remaining = _events(events)
        while rows := list(islice(remaining, AT_A_TIME)):
            session.execute(insert(table_of(JournalEvent)), rows)
    count_anew(database)
    print(f"建库{watch.seconds:.0f}秒", file=sys.stderr)
    return database


def _events(count: int) -> Iterator[dict[str, Any]]:
    begun, step = at(FIRST), timedelta(days=350) / count
    for number in range(1, count + 1):
        yield _event(number, begun + step * number)


def _event(number: int, moment: datetime) -> dict[str, Any]:
    kind = EventKind.NUMBER_VOIDED if number % RARE == 0 else COMMON[number % len(COMMON)]
    is_own = kind is EventKind.REPORT_SUBMITTED
    chain = ENGINE_CHAIN if number % 50 == 0 else project_chain(number * 7 % PROJECTS + 1)
    return {
        "id": number,
        "chain": chain,
        "seq": number,
        "at": moment,
        "kind": kind.value,
        "actor": f"联系人{number % 300}" if is_own else "督办引擎",
        "data": _data(number, kind),
        "previous": "0" * 64,
        "hash": f"{number:064x}",
    }


def _data(number: int, kind: EventKind) -> dict[str, Any]:
    data = {"notice": number, "title": f"第{number}件事项的情况", "text": "按计划推进，" * 12}
    if kind in (EventKind.NOTICE_ISSUED, EventKind.LIGHT_CHANGED):
        reason = Reason.UNDELIVERED if number % 5_011 == 0 else REASONS[number % len(REASONS)]
        data["reason"] = reason.value
    return data


if __name__ == "__main__":
    sys.exit(main())
