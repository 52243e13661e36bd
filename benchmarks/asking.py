"""All that a running installation asks its store, on a store of the size of a country.

Every scene is taken back when it is over: it can be played again, and the next one finds the store
as it was. Whoever plays them is told what was done each time that something is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.seeding import CHUNK, DAY, PER_UNIT, at
from config.settings import Settings
from engine import listing
from engine.audit.auditing import Watch, audit
from engine.audit.kept import last_audit
from engine.census import last_finished
from engine.desk.issuing import ENGINE, Desk
from engine.desk.transition import find_project
from engine.desk.unsent import withdraw_unsent
from engine.notices.answering import answer
from engine.notices.inbox import inbox
from engine.notices.notice_list import draft_count, draft_lines
from engine.publicity.objection_list import open_objections
from engine.reports.reporting import Statement, report
from engine.rules.periods import moment_of
from engine.rules.words import Cadence
from engine.store import journal, parts
from engine.store.event_kinds import EventKind
from engine.store.job_history import last_done, looks, recent_runs
from engine.store.journal import Event, append, checkpoint, project_chain
from engine.store.runs import claim, hold
from engine.store.tables import Project
from engine.sweeps.finishing import finish
from engine.sweeps.run import Run
from engine.sweeps.sweep import STEPS
from engine.wording import spoilt_now
from flows.service import Service, open_service
from flows.tick import due_sweeps
from notifications.channels import Accepted
from notifications.outbox import count_due, lease
from notifications.receipts import settle
from web.metrics import Metrics

NOW = at(DAY, time(8, 29))
"""A minute before the first sweep of the day is due."""

RUNS = (
    (Cadence.DAILY, DAY),
    (Cadence.WEEKLY, date(2023, 6, 19)),
    (Cadence.MONTHLY, date(2023, 7, 4)),
    (Cadence.QUARTERLY, date(2023, 7, 5)),
)
LETTERS = 100
SHOWN = 100
"""How much of a list a page shows."""

_Scenes = tuple[tuple[str, Callable[[Service], None]], ...]


def opened(url: str, home: Path) -> Service:
    """An installation on such a store, at the same moment for ever."""
    return open_service(Settings(database_url=SecretStr(url), home=home), lambda: NOW)


def ask(service: Service) -> Iterator[str]:
    """What is asked all day long."""
    yield from _play(service, _ALL_DAY)


def ask_seldom(service: Service) -> Iterator[str]:
    """What is asked once an hour or less, and may read what is new since, or everybody's."""
    yield from _play(service, _SELDOM)


def _play(service: Service, scenes: _Scenes) -> Iterator[str]:
    for what, scene in scenes:
        scene(service)
        yield what


def sweep(service: Service, most: int, shards: int) -> Iterator[str]:
    """A sweep of each cadence shared out among so many; of each step at most so many parts."""
    for cadence, day in RUNS:
        yield from _sweep(service, cadence, at(day, time(9)), most, shards)


class _Over(Exception):
    """The scene is over; nothing of it stays."""


@contextmanager
def _scene(service: Service, moment: datetime = NOW) -> Iterator[Desk]:
    """A transaction that is taken back, with its journal."""
    try:
        with service.database.begin() as session:
            yield Desk(session, service.rulebook, moment)
            journal.write(session)
            raise _Over
    except _Over:
        pass


def _idle(service: Service) -> None:
    with service.database.read() as session:
        assert due_sweeps(session, service) == []


def _count(service: Service) -> None:
    with service.database.read() as session:
        assert count_due(session, NOW)


def _lease(service: Service) -> None:
    with _scene(service, at(DAY, time(8, 45))) as desk:
        until = at(DAY, time(9))
        held = lease(desk, "email", service.composer, until, LETTERS)
        assert held.letters and not held.failed
        settle(desk, until, {letter.id: Accepted() for letter in held.letters})


def _append(service: Service) -> None:
    with _scene(service) as desk:
        kind, data = EventKind.PROJECT_REGISTERED, {"title": "示例"}
        events = [Event(project_chain(n), kind, NOW, ENGINE, data) for n in range(1, CHUNK // 2)]
        append(desk.session, events)


def _seal(service: Service) -> None:
    with _scene(service) as desk:
        assert checkpoint(desk.session, NOW)


def _overview(service: Service) -> None:
    """What the pages about everything are put together from."""
    with service.database.read() as session:
        assert listing.light_counts(session).total()
        assert listing.worst_projects(session, SHOWN)
        assert listing.last_runs(session) or not last_finished(session)
        listing.delivery_counts(session)
        draft_count(session), draft_lines(session, SHOWN), open_objections(session)
        looks(session), last_done(session), recent_runs(session, SHOWN)
        spoilt_now(session), last_audit(session)


def _metrics(service: Service) -> None:
    assert Metrics(service, list).text()


def _audit(service: Service) -> None:
    channels = {channel.name: () for channel in service.channels}
    watch = Watch(NOW, service.rulebook.policy, (), (), channels, NOW)
    with service.database.read() as session:
        audit(session, watch)


def _report(service: Service) -> None:
    with _scene(service) as desk:
        project, person = _project(desk, 50), _name(desk.session, 50)
        said = Statement("2023-06", {"改造户数": Decimal(500)}, Decimal(50), "按计划推进")
        report(desk, project, said, person, "已核实")


def _answer(service: Service) -> None:
    with _scene(service) as desk:
        query = text("SELECT min(id) FROM notices WHERE project_id = 40 AND reply_by IS NOT NULL")
        answer(desk, desk.session.scalars(query).one(), "已经整改", _name(desk.session, 40))


def _withdraw(service: Service) -> None:
    with _scene(service) as desk:
        withdraw_unsent(desk, [11, 12, 13], "时限调整")


def _read_inbox(service: Service) -> None:
    with _scene(service) as desk:
        assert inbox(desk, _name(desk.session, 50))


def _project(desk: Desk, number: int) -> Project:
    return find_project(desk, f"2023-{number}")


def _name(session: Session, project: int) -> str:
    """The contact of a project's unit."""
    found: str = session.scalars(
        text(
            "SELECT persons.name FROM persons JOIN posts ON posts.holder_id = persons.id"
            " JOIN projects ON projects.lead_unit_id = posts.unit_id"
            " WHERE posts.kind = 'contact' AND projects.id = :project"
        ),
        {"project": project},
    ).one()
    return found


def _let_go(service: Service) -> None:
    """The end of a run with a letter to every unit, of two notices each."""
    moment = at(DAY, time(9))
    with _scene(service, moment) as desk:
        run = _claimed(service, desk, Cadence.DAILY, moment, 1)
        for statement in _TO_EVERY_UNIT:
            desk.session.execute(text(statement), {"run": run.id, "moment": moment})
        hold(desk.session, run.id)
        finish(run, desk.session)


_TO_EVERY_UNIT = (
    "INSERT INTO deliveries (key, run_id, person_id, post_kind, channel, address, state,"
    " created_at, next_attempt_at, attempts, message_id, error)"
    " SELECT 'all/' || unit_id, :run, holder_id, 'contact', 'email', 'a@example.gov.cn',"
    " 'gathering', :moment, :moment, 0, '', '' FROM posts WHERE kind = 'contact'",
    "INSERT INTO delivery_notices (delivery_id, notice_id)"
    " SELECT deliveries.id, notices.id FROM deliveries"
    " JOIN persons ON persons.id = deliveries.person_id"
    f" JOIN notices ON notices.id = {PER_UNIT} * (persons.unit_id - 3) + 1 + deliveries.id % 2"
    " WHERE deliveries.run_id = :run",
)


def _claimed(service: Service, desk: Desk, cadence: Cadence, moment: datetime, shards: int) -> Run:
    times = {"scheduled_at": moment, "as_of": moment, "now": moment}
    claimed = claim(desk.session, cadence, "rehearsal", **times)
    assert claimed
    period = moment_of(cadence, moment.date())
    book = desk.rulebook
    return Run(service.database, book, claimed.id, period, moment, lambda: moment, shards)


def _sweep(
    service: Service, cadence: Cadence, moment: datetime, most: int, shards: int
) -> Iterator[str]:
    with _scene(service, moment) as desk:
        session, run = desk.session, _claimed(service, desk, cadence, moment, shards)
        for number, step in enumerate(STEPS[cadence], 1):
            name = f"{cadence.label}第{number}步"
            spans = step.lay_out(run, session)
            if spans:
                parts.lay_out(session, run.id, spans)
            yield f"{name}：分成{len(spans)}份"
            for _ in range(min(most, len(spans))):
                part = parts.take(session, run.id)
                assert part
                outcome = step.work(run, run.desk(session), part.span)
                parts.close(session, part, moment, dict(outcome.counts), [])
                yield f"{name}：一份"
            parts.clear(session, run.id)  # the others are left undone
        hold(session, run.id)
        finish(run, session)
        journal.write(session)
        yield f"{cadence.label}：收尾"


_ALL_DAY: _Scenes = (
    ("看有无到期的检查（没有）", _idle),
    ("数到期的信", _count),
    ("租出、写成、销账100封信", _lease),
    ("写500条日志", _append),
    ("封存日志", _seal),
    ("总览", _overview),
    ("填报一次", _report),
    ("答复一次", _answer),
    ("撤回未发的信", _withdraw),
    ("收件箱", _read_inbox),
)
_SELDOM: _Scenes = (
    ("监控数字，要清点时", _metrics),
    ("巡检", _audit),
    ("检查收尾，每个单位一封信", _let_go),
)
