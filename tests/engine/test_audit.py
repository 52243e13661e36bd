"""The audit over real stores: one in order gives nothing, each kind of damage is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from engine.audit.auditing import Audited, Watch, audit
from engine.audit.kept import keep, last_audit
from engine.audit.supervision import _MISSED, _UNWATCHED
from engine.rules.auditing import Finding, FindingKind, Watched
from engine.rules.words import UNIT_CLOCKS, Cadence
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import checkpoint
from engine.store.tables import JournalEvent, JournalHead
from tests.engine.sweeping import GIVEN, City, at, begun
from tests.stores import Store, lend, plan_of

DAY = date(2023, 3, 6)
HOUR = timedelta(hours=1)


@pytest.fixture
def city(store: Store):
    """Four items under way, swept on a Monday, the mail of that day sent, the journal sealed."""
    with lend(store, begun_and_swept) as database:
        yield City(database, clock=at(DAY, 9))


def begun_and_swept(database: Database) -> None:
    city = begun(database)
    city.sweep(Cadence.DAILY, DAY)
    city.execute("UPDATE deliveries SET state = 'sent', sent_at = created_at, lease_until = NULL")
    with database.begin() as session:
        checkpoint(session, at(DAY, 8, 45))


def watch(city: City, **other: Any) -> Watch:
    seal = at(DAY - timedelta(days=1), 23, 30)
    given = Watch(city.clock, city.rules.policy, (), (), {"email": ()}, seal)
    return replace(given, **other)


def look(city: City, **other: Any) -> Audited:
    with city.database.read() as session:
        return audit(session, watch(city, **other))


def found(city: City, **other: Any) -> list[tuple[FindingKind, str]]:
    return [(finding.kind, finding.text) for finding in look(city, **other).findings]


def keep_now(city: City, **other: Any) -> Audited:
    audited = look(city, **other)
    with city.database.begin() as session:
        keep(session, audited.findings, audited.journal, city.clock)
    return audited


def test_a_store_in_order_gives_nothing_in_part_or_in_full(city):
    assert found(city) == []
    assert found(city, full=True) == []


def test_a_run_that_stands_still_and_an_item_that_was_set_aside_are_found(city):
    city.execute(
        "INSERT INTO sweep_runs (cadence, period, scheduled_at, as_of, state, lease_until,"
        " started_at, cursor, counts) SELECT 'weekly', '2023-W10', scheduled_at, as_of, 'running',"
        " started_at, started_at, 0, counts FROM sweep_runs"
    )
    city.execute("UPDATE sweep_runs SET counts = '{\"set_aside\": 2}' WHERE cadence = 'daily'")
    assert found(city) == [
        (FindingKind.SWEEP_STILL, "一周一督 2023-W10 中断，至今没有接续"),
        (FindingKind.SET_ASIDE, "2个事项在日检查 2023-03-06 中出错，已搁置"),
    ]


def test_a_date_that_the_last_sweep_passed_over_is_found_but_not_one_set_since(city):
    pending = "UPDATE deadlines SET next_check_on = '{}' WHERE state = 'pending' AND project_id < 3"
    city.execute(pending.format(DAY))
    assert found(city) == []
    city.execute(pending.format(DAY - timedelta(days=1)))
    assert found(city) == [
        (
            FindingKind.LOOK_MISSED,
            "2个事项的时限应在2023年3月6日前检查，没有检查：2023-01、2023-02",
        )
    ]
    city.execute(f"UPDATE projects SET set_aside_until = '{DAY}', set_aside_error = 'x'")
    assert found(city) == []


def test_a_date_to_come_that_no_row_brings_back_is_found_unless_its_clock_stands(city):
    city.execute(
        "UPDATE deadlines SET next_check_on = NULL WHERE kind = 'completion' AND project_id = 1"
    )
    assert found(city) == [(FindingKind.UNWATCHED, "1个事项有时限无人看：2023-01")]
    city.execute("UPDATE projects SET state = 'suspended', suspended_on = '2023-03-06'")
    assert found(city) == []


def test_letters_that_are_stuck_late_or_never_let_go_are_found(city):
    city.execute(
        "UPDATE deliveries SET state = 'sending', sent_at = NULL, message = :m, lease_until = :then"
        " WHERE id = 1",
        m=b"x",
        then=_stored(city, city.clock - HOUR),
    )
    city.execute(
        "UPDATE deliveries SET state = 'queued', sent_at = NULL, next_attempt_at = :t WHERE id = 2",
        t=_stored(city, city.clock - 2 * HOUR),
    )
    assert [kind for kind, _ in found(city)] == [FindingKind.LEASE_OVER, FindingKind.LETTERS_LATE]
    city.execute("UPDATE deliveries SET state = 'gathering', sent_at = NULL, lease_until = NULL")
    assert [kind for kind, _ in found(city)] == [FindingKind.LETTERS_GATHERING]


def _stored(city: City, moment: Any) -> Any:
    """As a statement of SQLite, which has no zones, takes a moment."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%d %H:%M:%S.%f") if city.database.is_sqlite else utc


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE journal SET actor = '他人' WHERE id = (SELECT max(id) FROM journal)", "已被改动"),
        ("DELETE FROM journal WHERE id = (SELECT max(id) FROM journal)", "此后缺少事件"),
        ("UPDATE journal_heads SET hash = '0' WHERE chain = 'engine'", "链头记录"),
        (
            "DELETE FROM journal WHERE chain = 'engine' AND seq ="
            " (SELECT max(seq) - 1 FROM journal WHERE chain = 'engine')",
            "此前缺少",
        ),
    ],
)
def test_what_was_altered_since_the_last_audit_is_found(city, damage, words):
    keep_now(city)
    assert found(city) == []
    city.execute(damage)
    audited = look(city)
    assert [finding.kind for finding in audited.findings] == [FindingKind.JOURNAL_ALTERED]
    assert words in audited.findings[0].text
    city.sweep(Cadence.DAILY, DAY + timedelta(days=1))
    assert FindingKind.JOURNAL_ALTERED in {kind for kind, _ in found(city)}


def take_away_the_end(city: City) -> None:
    """The last event, and its chain's head put back, so that the chain looks whole."""
    with city.database.begin() as session:
        last = session.scalars(select(JournalEvent).order_by(JournalEvent.id.desc())).first()
        assert last is not None
        head = session.get_one(JournalHead, last.chain)
        head.seq, head.hash = last.seq - 1, last.previous
        head.checkpointed_seq = min(head.checkpointed_seq, head.seq)
        session.execute(delete(JournalEvent).where(JournalEvent.id == last.id))


def test_an_end_that_was_taken_away_is_found_by_every_audit_from_then_on(city):
    """The audits themselves write events, which on SQLite take the numbers of those."""
    keep_now(city)
    take_away_the_end(city)
    for full in (False, True, False, True):
        audited = keep_now(city, full=full)
        assert FindingKind.JOURNAL_ALTERED in {finding.kind for finding in audited.findings}


def test_an_alteration_of_long_ago_is_found_in_full_and_only_new_events_are_read_otherwise(
    city, monkeypatch
):
    monkeypatch.setattr("engine.audit.journal.AGAIN", 0)
    keep_now(city)
    city.execute("UPDATE journal SET actor = '他人' WHERE id = 1")
    assert found(city) == []
    assert [kind for kind, _ in found(city, full=True)] == [FindingKind.JOURNAL_ALTERED]


def test_a_long_journal_is_looked_at_in_portions(city, monkeypatch):
    monkeypatch.setattr("engine.audit.journal.MOST", 7)
    city.execute("UPDATE journal SET actor = '他人' WHERE id = 10")
    assert keep_now(city).journal == 7
    audited = look(city)
    assert [finding.kind for finding in audited.findings] == [FindingKind.JOURNAL_ALTERED]
    assert audited.journal == 7


def test_a_checkpoint_that_was_not_made_is_found_when_something_waits_for_it(city):
    late = at(DAY + timedelta(days=2), 1)
    due = late - 2 * HOUR
    city.clock = late
    assert found(city, checkpoint_due=due) == []
    city.sweep(Cadence.DAILY, DAY + timedelta(days=1))
    city.clock = late
    assert FindingKind.CHECKPOINT_MISSING in {k for k, _ in found(city, checkpoint_due=due)}


def test_a_number_that_vanished_and_a_clock_that_went_back_are_found(city):
    city.execute("INSERT INTO number_series (issuer, year, last) VALUES ('吴政督', 2023, 1)")
    city.clock = at(GIVEN, 9)
    assert found(city) == [
        (FindingKind.NUMBER_GAP, "吴政督〔2023〕缺1号"),
        (FindingKind.CLOCK_BEHIND, "现在是2023年3月1日 09:00，库中已有2023年3月6日 08:30的记录"),
    ]


def test_a_store_that_a_newer_program_has_brought_on_is_found(city):
    city.execute("UPDATE alembic_version SET version_num = '9999'")
    assert [kind for kind, _ in found(city)] == [FindingKind.STORE_NEWER]


def test_a_finding_is_kept_while_it_lasts_and_journalled_when_it_comes_and_goes(city):
    silent = Watched("board", "公示栏导出", HOUR, city.clock - 2 * HOUR)
    for _ in range(3):
        keep_now(city, jobs=(silent,))
        city.clock += HOUR
    with city.database.read() as session:
        kept = last_audit(session)
    assert [finding.kind for finding in kept.findings] == [FindingKind.JOB_SILENT]
    assert (kept.at, kept.clean_at) == (city.clock - HOUR, None)
    keep_now(city)
    with city.database.read() as session:
        kept = last_audit(session)
    assert kept.findings == () and kept.clean_at == kept.at == city.clock
    (appeared,) = city.events(EventKind.AUDIT_FOUND)
    (gone,) = city.events(EventKind.AUDIT_CLEARED)
    assert appeared.data["subject"] == gone.data["subject"] == "board"
    assert city.faults() == []


def test_of_two_audits_that_end_at_once_one_journals(city, monkeypatch):
    one = Finding(FindingKind.JOB_SILENT, "board", "没有动静")
    monkeypatch.setattr("engine.audit.kept._FINDINGS", text("SELECT 1, 1, 1, 1 WHERE 1 = 0"))
    for _ in range(2):  # each has read before the other wrote
        with city.database.begin() as session:
            keep(session, [one], 0, city.clock)
    assert len(city.events(EventKind.AUDIT_FOUND)) == 1


@pytest.mark.parametrize(
    ("query", "index"),
    [(_MISSED, "ix_deadlines_looked_at"), (_UNWATCHED, "ix_deadlines_unwatched")],
    ids=["missed", "unwatched"],
)
def test_an_audit_does_not_read_through_the_deadlines(sqlite_store, query, index):
    """PostgreSQL chooses by size: ``tests/store/test_plans.py``."""
    with lend(sqlite_store) as database:
        assert index in plan_of(database, query, day=DAY, kinds=UNIT_CLOCKS)
