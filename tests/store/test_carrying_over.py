"""What an older store holds is carried over into the tables of this version."""

from __future__ import annotations

from datetime import date

from alembic import command
from sqlalchemy import select, text

from config.calendar_loader import load_calendar
from engine.dates.clocks import clocks_of
from engine.rules.clocks import ClockAct, read
from engine.store.database import Database
from engine.store.schema import config, upgrade
from engine.store.tables import Batch, Leave, Project
from tests.stores import Store

OLDER = "0001"

ROWS = (
    "INSERT INTO units (id, name, kind) VALUES (1, '市教育局', '')",
    "INSERT INTO persons (id, unit_id, name, title, email, email_fault, away_from, away_until)"
    " VALUES (1, 1, '马晓明', '', '', '', '2023-07-10', '2023-07-28'),"
    " (2, 1, '杨洁', '', '', '', '2023-07-10', NULL), (3, 1, '白志强', '', '', '', NULL, NULL)",
    "INSERT INTO programs (id, year, title, issuer, basis) VALUES (1, 2023, '清单', '', '')",
    "INSERT INTO projects (id, program_id, kind, code, field, title, content, lead_unit_id,"
    " sponsor, urgency, remark, state, version, light, starts_on, exempt_reason, set_aside_error)"
    " VALUES (1, 1, 'project', '2023-01', '', '甲', '', 1, '', 'normal', '', 'assigned', 2,"
    " 'green', '2023-01-01', '', ''), (2, 1, 'project', '2023-02', '', '乙', '', 1, '', 'normal',"
    " '', 'registered', 1, 'green', '2023-01-01', '', '')",
    "INSERT INTO journal (id, chain, seq, at, kind, actor, data, previous, hash)"
    " VALUES (1, 'project:1', 1, '2023-03-29 02:00:00', 'assigned', '何督查', '{}', '', 'x')",
)


def older(url: str) -> Database:
    """A store of the first version with people, one of them away for good, and two items."""
    database = Database(url)
    with database.engine.begin() as connection:
        command.upgrade(config(connection), OLDER)
        for row in ROWS:
            connection.execute(text(row.replace(":1'", "\\:1'")))
    return database


def test_absences_become_leaves_from_all_posts(store: Store) -> None:
    with store.empty() as url:
        database = older(url)
        upgrade(database)
        with database.read() as session:
            leaves = session.scalars(select(Leave).order_by(Leave.id)).all()
            found = [(leave.person_id, leave.starts_on, leave.ends_on) for leave in leaves]
            assert {leave.post_id for leave in leaves} == {None}
        assert found == [(1, date(2023, 7, 10), date(2023, 7, 28)), (2, date(2023, 7, 10), None)]
        database.close()


def test_the_day_of_assignment_is_taken_from_the_journal(store: Store) -> None:
    with store.empty() as url:
        database = older(url)
        upgrade(database)
        with database.read() as session:
            days = session.scalars(select(Project.assigned_on).order_by(Project.id)).all()
        assert days == [date(2023, 3, 29), None]
        database.close()


def test_dates_and_pauses_from_before_have_clocks_that_go_on(store: Store) -> None:
    """Moved once to 22 December and now suspended: a promise that stands still from 8 May on."""
    columns = "(project_id, kind, slot, name, original_due, provisional, version, due, state)"
    moved = (
        f"INSERT INTO deadlines {columns} VALUES (1, 'completion', '', '办结', '2023-12-15', :no,"
    )
    with store.empty() as url:
        database = older(url)
        with database.engine.begin() as connection:
            for row in (
                f"{moved} 1, '2023-12-15', 'replaced')",
                f"{moved} 2, '2023-12-22', 'pending')",
            ):
                connection.execute(text(row), {"no": False})
            paused = "UPDATE projects SET state = 'suspended', suspended_on = '2023-05-08'"
            connection.execute(text(f"{paused} WHERE id = 1"))
        upgrade(database)
        with database.read() as session:
            (steps,) = clocks_of(session, [1]).values()
        assert [(step.act, step.due) for step in steps] == [
            (ClockAct.START, date(2023, 12, 22)),
            (ClockAct.PAUSE, None),
        ]
        assert read(steps, load_calendar(["national"])).stopped_on == date(2023, 5, 8)
        database.close()


def test_a_list_from_before_is_its_own_first_batch_with_what_is_known(store: Store) -> None:
    with store.empty() as url:
        database = older(url)
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE programs SET issuer = '市政府', basis = '决定'"))
        upgrade(database)
        with database.read() as session:
            [batch] = session.scalars(select(Batch)).all()
        assert (batch.program_id, batch.number, batch.issuer, batch.basis) == (
            1,
            1,
            "市政府",
            "决定",
        )
        assert (batch.document, batch.approver, batch.approved_on) == ("", "", None)
        database.close()
