"""(f) The journal: appending in batches and verifying, against hashing and raw sqlite3 alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from benchmarks.measure import Figure, Plan, by_turns, stopwatch
from benchmarks.seeding import at
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain, verify
from engine.store.schema import upgrade

CHAINS = 500
BATCH = 500
PEER = "sqlite3 加 sha256"
INSERT = "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
SELECT = "SELECT id, chain, seq, at, kind, actor, data, previous, hash FROM journal ORDER BY id"


def journal(plan: Plan) -> Iterator[Figure]:
    """Appending, then verifying what was appended."""
    events = _events(2_000 if plan.quick else 10_000)
    store = plan.folder / "journal.db"
    appended, floor = by_turns(
        plan, lambda: _append(_empty(store), events), lambda: _insert(_empty(store), events)
    )
    note = f"{len(events)}条，{CHAINS}链，每批{BATCH}条"
    yield _figure("日志追加", "journal append", len(events), appended, floor, note)
    _append(_empty(store), events)
    verified, floor = by_turns(plan, lambda: _verify(store), lambda: _read(store))
    yield _figure("日志核对", "journal verify", len(events), verified, floor, note)


def _figure(
    subject: str, english: str, events: int, ours: float, floor: float, note: str
) -> Figure:
    return Figure(subject, english, "条/秒", events / ours, events / floor, PEER, note)


def _events(count: int) -> list[Event]:
    begun = at(date(2023, 1, 3))
    return [
        Event(
            project_chain(n % CHAINS),
            EventKind.REPORT_SUBMITTED,
            begun + timedelta(minutes=n),
            "市教育局",
            {"period": "2023-06", "values": {"新增学位（个）": str(n)}, "text": "按计划推进"},
        )
        for n in range(count)
    ]


def _empty(store: Path) -> Path:
    for old in store.parent.glob(f"{store.name}*"):
        old.unlink()
    database = Database(f"sqlite:///{store}")
    upgrade(database)
    database.close()
    return store


def _append(store: Path, events: list[Event]) -> float:
    database = Database(f"sqlite:///{store}")
    with stopwatch() as watch:
        for first in range(0, len(events), BATCH):
            with database.begin() as session:
                append(session, events[first : first + BATCH])
    database.close()
    return watch.seconds


def _insert(store: Path, events: list[Event]) -> float:
    """The same rows, each hashed over its text and the hash before it."""
    connection = sqlite3.connect(store, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    tips: dict[str, tuple[int, str]] = {}
    with stopwatch() as watch:
        for first in range(0, len(events), BATCH):
            rows = []
            for number, event in enumerate(events[first : first + BATCH], first + 1):
                seq, previous = tips.get(event.chain, (0, ""))
                data = json.dumps(event.data, ensure_ascii=False)
                text = f"{number}{event.chain}{seq}{event.at}{event.kind}{data}{previous}"
                digest = sha256(text.encode()).hexdigest()
                tips[event.chain] = (seq + 1, digest)
                at = event.at.isoformat(" ")
                row = (number, event.chain, seq + 1, at, event.kind, event.actor)
                rows.append((*row, data, previous, digest))
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT, rows)
            connection.execute("COMMIT")
    connection.close()
    return watch.seconds


def _verify(store: Path) -> float:
    database = Database(f"sqlite:///{store}")
    with stopwatch() as watch, database.read() as session:
        faults = verify(session)
    database.close()
    if faults:
        raise RuntimeError(f"an untouched journal has faults: {faults[0]}")
    return watch.seconds


def _read(store: Path) -> float:
    """Read, parse, print and hash every event, and compare nothing."""
    connection = sqlite3.connect(store)
    with stopwatch() as watch:
        for row in connection.execute(SELECT):
            data = json.loads(row[6])
            record = json.dumps([*row[:6], data, row[7]], ensure_ascii=False, sort_keys=True)
            sha256(record.encode()).hexdigest()
    connection.close()
    return watch.seconds
