"""Two hundred drafts, eight processes: numbers without a gap and without a double, also when the
processes are killed over a signature."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from engine.notices.numbering import series_lines
from engine.rules.drafts import DraftState, PublicAttribute
from engine.rules.words import NoticeKind, NoticeState, PostKind
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import verify
from engine.store.tables import DocumentNumber, Draft, JournalEvent, Notice
from tests.crash.signers import sign_in_processes
from tests.engine.builders import World, assign_all, draft_notice, register_list
from tests.stores import Store, lend

DRAFTS, PROCESSES, KILLED = 200, 8, 4


def with_drafts(database: Database) -> None:
    """Circulars that were checked and wait for their signature."""
    world = World(database)
    register_list(world)
    assign_all(world, "2023-01")
    for number in range(DRAFTS):
        audience = (PostKind.UNIT_HEAD,)
        draft_notice(world, "2023-01", NoticeKind.CIRCULAR, audience, None, rule=f"r{number}")
    with database.begin() as session:
        checked = {"state": DraftState.CHECKED, "public": PublicAttribute.PUBLIC}
        session.execute(update(Draft).values(checked))


@pytest.fixture
def drafted(store: Store) -> Iterator[Database]:
    with lend(store, with_drafts) as database:
        yield database


def waiting(database: Database) -> list[int]:
    with database.read() as session:
        draft = Notice.state == NoticeState.DRAFT
        return list(session.scalars(select(Notice.id).where(draft).order_by(Notice.id)))


def sign_all(database: Database, drafts: list[int], processes: int, kill_at: str = "") -> list[int]:
    """So many processes sign an equal share each; returns their exit codes."""
    url = database.engine.url.render_as_string(hide_password=False)
    return sign_in_processes(url, [drafts[n::processes] for n in range(processes)], kill_at)


def assert_whole(database: Database, drafts: list[int]) -> None:
    """Each draft bears one of the numbers from 1 on, and the journal says which."""
    given = JournalEvent.kind == EventKind.NUMBER_GIVEN.value
    with database.read() as session:
        rows = session.scalars(select(DocumentNumber)).all()
        events = session.scalars(select(JournalEvent).where(given))
        told = {event.data["notice"]: event.data["document"] for event in events}
        assert [series.gaps for series in series_lines(session)] == [()]
        assert verify(session) == []
    assert sorted(row.number for row in rows) == list(range(1, len(drafts) + 1))
    assert sorted(row.notice_id for row in rows) == drafts
    assert told == {row.notice_id: row.text for row in rows}


def test_eight_processes_number_two_hundred_drafts_without_gap_or_double(
    drafted: Database,
) -> None:
    drafts = waiting(drafted)
    assert len(drafts) == DRAFTS
    assert sign_all(drafted, drafts, PROCESSES) == [0] * PROCESSES
    assert_whole(drafted, drafts)


def test_processes_killed_over_a_signature_leave_no_gap(drafted: Database) -> None:
    """The first process dies over its first signature, the second over its second, and so on."""
    drafts = waiting(drafted)[: KILLED * KILLED]
    codes = sign_all(drafted, drafts, KILLED, "sign.numbered:{}")
    assert codes == [-signal.SIGKILL] * KILLED
    left = [number for number in waiting(drafted) if number in drafts]
    assert len(drafts) - len(left) == sum(range(KILLED))
    assert sign_all(drafted, left, KILLED) == [0] * KILLED
    assert_whole(drafted, drafts)
