"""What an older store holds is carried over into the tables of this version."""

from __future__ import annotations

from datetime import date

from alembic import command
from sqlalchemy import select, text

from config.calendar_loader import load_calendar
from engine.dates.clocks import clocks_of
from engine.rules.clocks import ClockAct, read
from engine.rules.drafts import DraftState
from engine.store.database import Database
from engine.store.schema import config, upgrade
from engine.store.tables import Batch, Draft, DraftVersion, Leave, Project
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


def a_circular(number: int, state: str, issued: str) -> str:
    """A notice as the first version kept it."""
    return (
        "INSERT INTO notices (id, key, program_id, kind, stage, rule, occurrence, reason, state,"
        " title, as_of, policy_version, calendar_version, facts, created_at, issued_at,"
        " answered_by, answer, signed_by, signed_basis)"
        f" VALUES ({number}, 'k{number}', 1, 'circular', 'after', 'r', '2023', 'gate', '{state}',"
        f" '通报', '2023-04-04', 'p', 'c', '{{}}', '2023-04-04 01:00:00', {issued},"
        " '', '', '', '')"
    )


def test_drafts_from_before_come_to_the_signing_desk(store: Store) -> None:
    """What was signed already stays as it is."""
    with store.empty() as url:
        database = older(url)
        with database.engine.begin() as connection:
            for values in ((1, "draft", "NULL"), (2, "issued", "'2023-04-06 01:00:00'")):
                connection.execute(text(a_circular(*values).replace(":00:", "\\:00\\:")))
        upgrade(database)
        with database.read() as session:
            (draft,) = session.scalars(select(Draft)).all()
            (version,) = session.scalars(select(DraftVersion)).all()
        assert (draft.notice_id, draft.state, draft.number) == (1, DraftState.WRITTEN, 0)
        assert (version.number, version.title, version.author) == (0, "通报", "督办引擎")
        database.close()
