"""The journal holds what was written, in its order, and tells whatever was altered since."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from itertools import product
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from engine.store import chain as links
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, checkpoint, history, project_chain, verify
from engine.store.tables import Base, Checkpoint, JournalEvent, JournalHead
from tests.store.journals import (
    MORNING,
    Row,
    as_record,
    event,
    exported,
    rewrite,
    rows,
    write_small_journal,
)
from tests.stores import PostgresStore, SqliteStore, lend

SMALL = range(7)
PATIENCE = 60.0
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=8,
)
ENTRIES = st.tuples(st.sampled_from(["a", "b", "c"]), st.dictionaries(st.text(), JSON_VALUES))


@pytest.fixture
def journal(database: Database):
    """An open transaction over a small sound journal."""
    with database.begin() as session:
        write_small_journal(session)
        yield session
        session.rollback()


def test_a_new_journal_is_sound(journal: Session) -> None:
    assert verify(journal) == []


def test_an_empty_journal_is_sound(database: Database) -> None:
    with database.read() as session:
        assert verify(session) == []


def test_history_gives_the_events_of_one_chain_as_they_were_written(journal: Session) -> None:
    chain = project_chain(1)
    assert history(journal, chain) == [event(chain, n) for n in (1, 3, 5, 7)]
    assert history(journal, project_chain(2)) == []


def test_appending_nothing_writes_nothing(database: Database) -> None:
    with database.begin() as session:
        append(session, [])
        assert session.scalar(select(func.count()).select_from(JournalEvent)) == 0


@given(batches=st.lists(st.lists(ENTRIES, max_size=5), max_size=4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_chain_keeps_its_order_and_its_values(
    database: Database, batches: list[list[tuple[str, dict[str, Any]]]]
) -> None:
    written = [
        [Event(chain, EventKind.INSPECTED, MORNING, "督查室", data) for chain, data in batch]
        for batch in batches
    ]
    with database.begin() as session:
        for batch in written:
            append(session, batch)
        for chain in "abc":
            expected = [event for batch in written for event in batch if event.chain == chain]
            assert history(session, chain) == expected
        assert verify(session) == []
        session.rollback()


def test_the_hash_is_sha256_over_the_canonical_fields(database: Database) -> None:
    """A known answer, so that the format cannot change unnoticed."""
    with database.begin() as session:
        append(session, [event(project_chain(1), 1)])
    with database.read() as session:
        stored = session.scalars(select(JournalEvent)).one()
    assert links.canonical(as_record({"at": MORNING, "甲": [1, "乙"]})) == (
        '{"at":"2023-03-06T01:00:00.000000Z","甲":[1,"乙"]}'.encode()
    )
    assert stored.hash == "ad4430d55f4453da86d383decb7b56e8cdffb88cca4c773ecadcef79fa44449a"


@pytest.mark.parametrize("value", [date(2023, 6, 30), object()])
def test_values_that_are_not_json_are_refused(database: Database, value: object) -> None:
    refused = Event("a", EventKind.DEADLINE_SET, MORNING, "督查室", {"时限": value})
    with pytest.raises(TypeError), database.begin() as session:
        append(session, [refused])


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    refused = Event("a", EventKind.DEADLINE_SET, datetime(2023, 3, 6), "督查室", {})
    with pytest.raises(ValueError), database.begin() as session:
        append(session, [refused])


def test_two_writers_of_one_chain_wait_for_each_other(database: Database) -> None:
    chain = project_chain(1)
    with database.begin() as session:
        append(session, [event(chain, 0)])

    def write(writer: int) -> None:
        for number in range(10):
            with database.begin() as session:
                append(session, [event(chain, 100 * writer + number)])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, (1, 2)))
    with database.read() as session:
        assert len(history(session, chain)) == 21
        assert verify(session) == []


def test_two_writers_that_begin_the_same_chains_wait_for_each_other_too(
    database: Database,
) -> None:
    together, rounds = Barrier(2), 15

    def write(writer: int) -> None:
        for number in range(rounds):
            together.wait(PATIENCE)
            with database.begin() as session:
                append(session, [event(f"{number}:{chain}", writer) for chain in SMALL])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, (1, 2)))
    with database.read() as session:
        assert verify(session) == []
        for number, chain in product(range(rounds), SMALL):
            assert len(history(session, f"{number}:{chain}")) == 2


def test_a_checkpoint_covers_only_the_chains_that_moved(database: Database) -> None:
    with database.begin() as session:
        append(session, [event("a", 1), event("b", 2)])
        first = checkpoint(session, MORNING)
        append(session, [event("b", 3)])
        second = checkpoint(session, MORNING)
        assert first is not None and second is not None
        assert {chain: head["seq"] for chain, head in first.heads.items()} == {"a": 1, "b": 1}
        assert {chain: head["seq"] for chain, head in second.heads.items()} == {"b": 2}
        assert (second.seq, second.previous) == (2, first.hash)


def test_there_is_no_checkpoint_when_nothing_moved(journal: Session) -> None:
    assert checkpoint(journal, MORNING) is not None
    assert checkpoint(journal, MORNING) is None


def test_the_same_journal_exports_the_same_bytes_from_both_databases(
    sqlite_store: SqliteStore, postgres_store: PostgresStore
) -> None:
    exports = []
    for store in (sqlite_store, postgres_store):
        with store.new() as url:
            database = Database(url)
            with database.begin() as session:
                write_small_journal(session)
                append(session, [event(project_chain(number), number) for number in (10, 2, 9)])
                exports += [exported(session), exported(session)]
            database.close()
    assert exports[0] == exports[1] == exports[2] == exports[3]
    assert len(exports[0]) == 1 + 10 + 2 + 6


EDITS: dict[str, Callable[[Any], Any]] = {
    "id": lambda number: number + 100,
    "chain": lambda _: project_chain(9),
    "seq": lambda seq: seq + 100,
    "at": lambda at: at.replace(microsecond=1),
    "kind": lambda _: EventKind.CLOSED.value,
    "actor": lambda _: "某人",
    "data": lambda _: {"学位": 8040},
    "previous": lambda _: "f" * 64,
    "hash": lambda _: "f" * 64,
    "heads": lambda _: {project_chain(1): {"seq": 1, "hash": "f" * 64}},
    "checkpointed_seq": lambda seq: seq + 1,
}


Change = Callable[[list[Row]], list[Row]]


def edit(position: int, field: str) -> Change:
    def change(found: list[Row]) -> list[Row]:
        found[position][field] = EDITS[field](found[position][field])
        return found

    return change


def remove(position: int) -> Change:
    return lambda found: found[:position] + found[position + 1 :]


@contextmanager
def altered(
    journal: Session, change: Change, table: type[Base] = JournalEvent, order: str = "id"
) -> Iterator[list[links.Fault]]:
    """What the verifier finds after a change, which is then taken back."""
    savepoint = journal.begin_nested()
    rewrite(journal, change, table, order)
    yield verify(journal)
    savepoint.rollback()


def test_every_edited_field_is_found(journal: Session) -> None:
    for position, field in product(SMALL, links.SHAPES["event"]):
        whole = rows(journal, JournalEvent, "id")[position]
        with altered(journal, edit(position, field)) as faults:
            assert faults, f"{field} of event {position}"
            if field not in ("chain", "seq"):
                told = [(fault.chain, fault.seq) for fault in faults]
                assert (whole["chain"], whole["seq"]) in told


def test_every_removed_event_is_found(journal: Session) -> None:
    for position in SMALL:
        with altered(journal, remove(position)) as faults:
            assert faults, f"event {position}"


@pytest.mark.parametrize("kept", [("id",), ("id", "chain", "seq", "previous", "hash")])
def test_every_swapped_pair_of_events_is_found(journal: Session, kept: tuple[str, ...]) -> None:
    """Two neighbours change places whole, or only what they tell."""

    def swap(position: int, events: list[Row]) -> list[Row]:
        one, other = events[position : position + 2]
        events[position] = {**other, **{name: one[name] for name in kept}}
        events[position + 1] = {**one, **{name: other[name] for name in kept}}
        return events

    for position in SMALL[:-1]:
        with altered(journal, partial(swap, position)) as faults:
            assert faults, f"events {position} and {position + 1}"


def test_an_event_added_behind_the_engine_is_found(journal: Session) -> None:
    def add(events: list[Row]) -> list[Row]:
        last = events[-1]
        forged = {**last, "id": 8, "seq": last["seq"] + 1, "previous": last["hash"]}
        return [*events, {**forged, "hash": links.digest(as_record(forged))}]

    rewrite(journal, add)
    assert [fault.message for fault in verify(journal)] == ["链头记录与最后一个事件不符"]


def test_a_chain_that_was_forged_whole_is_found_by_its_checkpoints(journal: Session) -> None:
    """Every hash fits again, the head too: only the checkpoint remembers."""
    chain, tip = project_chain(1), links.GENESIS

    def forge(events: list[Row]) -> list[Row]:
        nonlocal tip
        for row in events:
            if row["chain"] == chain:
                row |= {"actor": "某人", "previous": tip}
                row["hash"] = tip = links.digest(as_record(row))
        return events

    rewrite(journal, forge)
    journal.execute(update(JournalHead).where(JournalHead.chain == chain).values(hash=tip))
    assert {fault.message for fault in verify(journal)} == {"与检查点记载的哈希不符"}


def test_every_edited_field_of_a_checkpoint_is_found(journal: Session) -> None:
    for position, field in product(range(2), ["seq", "at", "heads", "previous", "hash"]):
        with altered(journal, edit(position, field), Checkpoint, "seq") as faults:
            assert links.CHECKPOINTS in [fault.chain for fault in faults], f"{field} of {position}"


def test_a_removed_checkpoint_is_found(journal: Session) -> None:
    for position in range(2):
        with altered(journal, remove(position), Checkpoint, "seq") as faults:
            assert faults, f"checkpoint {position}"


def test_a_checkpoint_that_disagrees_with_its_event_is_found(journal: Session) -> None:
    """Its own hash fits; what it says of a chain does not."""

    def forge(checkpoints: list[Row]) -> list[Row]:
        last = checkpoints[-1]
        last["heads"][project_chain(1)]["hash"] = "f" * 64
        last["hash"] = links.digest(as_record(last) | {"hash": ""})
        return checkpoints

    rewrite(journal, forge, Checkpoint, "seq")
    (fault,) = verify(journal)
    assert (fault.chain, fault.seq) == (project_chain(1), 3)
    assert fault.message == "与检查点记载的哈希不符"


def test_every_edited_field_of_a_head_is_found(journal: Session) -> None:
    for position, field in product(range(3), ["chain", "seq", "hash", "checkpointed_seq"]):
        with altered(journal, edit(position, field), JournalHead, "chain") as faults:
            assert faults, f"{field} of {position}"


def test_a_removed_head_is_found(journal: Session) -> None:
    for position in range(3):
        with altered(journal, remove(position), JournalHead, "chain") as faults:
            assert [fault.message for fault in faults] == ["缺少链头记录"]


@pytest.mark.parametrize("damage", ["data = '{'", "data = '[]'", "at = '昨天'", "seq = '三'"])
def test_a_row_that_cannot_be_read_is_told_and_does_not_stop_the_verifier(
    sqlite_store: SqliteStore, damage: str
) -> None:
    with lend(sqlite_store) as database, database.begin() as session:
        write_small_journal(session)
        session.execute(text(f"UPDATE journal SET {damage} WHERE id = 3"))
        assert len(rows(session, JournalHead, "chain")) == 3
        assert verify(session)
        assert exported(session)
