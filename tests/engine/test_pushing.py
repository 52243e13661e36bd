"""一周一督、一月一促 on exactly what the congress handed over."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select

from engine.assigning import assignment
from engine.dates.suspending import suspend
from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.notices.answering import AnswerRefused, answer
from engine.notices.explaining import explain
from engine.notices.silencing import silence_unit
from engine.reports import reporting
from engine.reports.reporting import Statement
from engine.rules.congress import Opinion, Problem
from engine.rules.words import Cadence, NoticeKind, Reason
from engine.rules.zone import ZONE
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import history, program_chain
from engine.store.tables import Notice
from engine.sweeps.sweep import SweepReport, run_sweep
from engine.tasks.congress import receive
from tests.engine.builders import (
    CONTACT,
    HEAD,
    OFFICE,
    OTHER_CONTACT,
    OTHER_HEAD,
    World,
    ask_completion,
)
from tests.engine.conftest import give_out
from tests.stores import Store, lend

RECEIVED = date(2023, 4, 4)
FAR = date(2023, 12, 20)
MAY, MONDAY = date(2023, 5, 5), date(2023, 4, 17)
PUSH, DIGEST = NoticeKind.MONTHLY_PUSH, NoticeKind.WEEKLY_DIGEST
CODE = "2023-议1"


def hand_over_some(database: Database) -> None:
    give_out(database)
    with World(database).desk(RECEIVED) as desk:
        problems = (
            Problem("大班额未化解", "市教育局", FAR),
            Problem("校车超员", "市教育局", date(2023, 4, 28)),
            Problem("设备闲置", "市卫健局", FAR),
        )
        given = ("审议意见", "市人大常委会", "第六次会议", "常发〔2023〕1号", date(2023, 3, 31))
        receive(desk, Opinion(*given, "督查室", FAR, problems=problems), OFFICE)


@pytest.fixture
def handed(store: Store) -> Iterator[World]:
    with lend(store, hand_over_some) as database:
        yield World(database)


def sweep(world: World, cadence: Cadence, day: date) -> SweepReport:
    at = datetime.combine(day, time(9), ZONE)
    return run_sweep(
        world.database, world.rulebook, cadence, scheduled_at=at, as_of=at, now=lambda: at
    )


def notices(world: World, kind: NoticeKind) -> list[Notice]:
    with world.database.read() as session:
        query = select(Notice).where(Notice.kind == kind).order_by(Notice.id)
        return list(session.scalars(query))


def listed(notice: Notice) -> list[str]:
    return [item["standing"]["code"] for item in notice.facts["paper"]["items"]]


def of_unit(world: World, kind: NoticeKind, name: str) -> Notice:
    found = [n for n in notices(world, kind) if n.title.startswith(name)]
    assert len(found) == 1
    return found[0]


def test_each_unit_is_pushed_once_a_month_for_all_it_has_open(handed: World) -> None:
    report = sweep(handed, Cadence.MONTHLY, MAY)
    assert report.counts["notice.monthly_push"] == 3
    schools = of_unit(handed, PUSH, "市教育局")
    assert schools.key.endswith("2023-05")
    assert listed(schools) == [f"{CODE}-1", f"{CODE}-2"]
    assert listed(of_unit(handed, PUSH, "市卫健局")) == [f"{CODE}-3"]
    assert listed(of_unit(handed, PUSH, "督查室")) == [CODE]
    assert handed.mail_readers(schools.id) == {CONTACT, HEAD}
    assert schools.reply_by == date(2023, 5, 11)
    texts = [item["texts"] for item in schools.facts["paper"]["items"]]
    assert texts == [
        ["已交办，时限2023年12月20日，还有159个工作日"],
        ["已交办，时限2023年4月28日，已过2个工作日"],
    ]
    assert not sweep(handed, Cadence.MONTHLY, MAY).claimed
    sweep(handed, Cadence.MONTHLY, date(2023, 6, 2))
    assert len(notices(handed, PUSH)) == 6


def test_a_month_run_again_by_force_pushes_nobody_twice(handed: World) -> None:
    sweep(handed, Cadence.MONTHLY, MAY)
    with handed.database.begin() as session:
        for statement in (
            "UPDATE notices SET run_id = NULL",
            "UPDATE deliveries SET run_id = NULL",
        ):
            session.connection().exec_driver_sql(statement)
        session.connection().exec_driver_sql("DELETE FROM sweep_runs")
    again = sweep(handed, Cadence.MONTHLY, MAY)
    assert "notice.monthly_push" not in again.counts
    assert len(notices(handed, PUSH)) == 3


def test_of_two_that_fire_one_month_one_pushes(handed: World) -> None:
    start, claimed = threading.Barrier(2), []
    url = handed.database.engine.url.render_as_string(hide_password=False)

    def fire() -> None:
        database = Database(url)
        start.wait()
        claimed.append(sweep(World(database), Cadence.MONTHLY, MAY).claimed)
        database.close()

    threads = [threading.Thread(target=fire) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == [False, True]
    assert len(notices(handed, PUSH)) == 3


def test_what_waits_for_the_office_or_stands_still_is_not_pushed(handed: World) -> None:
    with handed.desk(date(2023, 4, 6)) as desk:
        for code in (f"{CODE}-1", f"{CODE}-2"):
            assignment.sign_for(desk, find_project(desk, code), CONTACT)
        ask_completion(desk, find_project(desk, f"{CODE}-1"), CONTACT)
        suspend(desk, find_project(desk, f"{CODE}-2"), OFFICE, "等待上级批复")
    sweep(handed, Cadence.MONTHLY, MAY)
    assert [n.title[:4] for n in notices(handed, PUSH)] == ["督查室一", "市卫健局"]


def test_a_push_is_explained_by_taking_it_again(handed: World) -> None:
    sweep(handed, Cadence.MONTHLY, MAY)
    number = of_unit(handed, PUSH, "市教育局").id
    with handed.database.read() as session:
        told = explain(session, number)
    assert told.same and told.rule == "人大交办事项一月一促"
    assert f"{CODE}-2 校车超员：已交办，时限2023年4月28日，已过2个工作日" in told.texts
    with handed.database.begin() as session:
        notice = session.get_one(Notice, number)
        facts = dict(notice.facts)
        facts["projects"] = [facts["projects"][0]]
        notice.facts = facts
    with handed.database.read() as session:
        assert not explain(session, number).same


def test_a_unit_answers_its_push_once(handed: World) -> None:
    sweep(handed, Cadence.MONTHLY, MAY)
    number = of_unit(handed, PUSH, "市教育局").id
    with handed.refuses(NotAllowed, "不在市教育局的岗位上", MAY) as desk:
        answer(desk, number, "已安排", OTHER_CONTACT)
    with handed.desk(MAY) as desk:
        answer(desk, number, "下月完成", CONTACT)
    with handed.refuses(AnswerRefused, f"已由{CONTACT}答复", MAY) as desk:
        answer(desk, number, "再答", HEAD)
    with handed.database.read() as session:
        notice = session.get_one(Notice, number)
        last = history(session, program_chain(notice.program_id))[-1]
    assert (notice.answer, notice.answered_by) == ("下月完成", CONTACT)
    assert last.kind is EventKind.NOTICE_ANSWERED


def weekly_codes(world: World, name: str) -> list[str]:
    paper: dict[str, Any] = of_unit(world, DIGEST, name).facts["paper"]
    return [line["code"] for line in paper["problems"]]


def test_what_was_handed_over_has_its_line_every_week_though_nothing_is_due(handed: World) -> None:
    with handed.desk(date(2023, 4, 6)) as desk:
        for code, who in ((1, CONTACT), (2, CONTACT), (3, OTHER_CONTACT)):
            assignment.sign_for(desk, find_project(desk, f"{CODE}-{code}"), who)
        said = Statement("2023-04", text="设备已调剂到两个村")
        reporting.report(desk, find_project(desk, f"{CODE}-3"), said, OTHER_CONTACT)
    sweep(handed, Cadence.WEEKLY, MONDAY)
    assert weekly_codes(handed, "市教育局") == [f"{CODE}-1", f"{CODE}-2"]
    paper = of_unit(handed, DIGEST, "市卫健局").facts["paper"]
    (line,) = [line for line in paper["problems"] if line["code"] == f"{CODE}-3"]
    assert line["remark"] == "设备已调剂到两个村"
    assert not [item for item in paper["due_soon"] if item["code"] == f"{CODE}-3"]
    with handed.database.read() as session:
        assert explain(session, of_unit(handed, DIGEST, "市卫健局").id).same


def test_a_problem_that_was_settled_has_no_line_any_more(handed: World) -> None:
    with handed.database.begin() as session:
        session.connection().exec_driver_sql(
            f"UPDATE projects SET state = 'closed' WHERE code = '{CODE}-3'"
        )
    sweep(handed, Cadence.WEEKLY, MONDAY)
    sweep(handed, Cadence.MONTHLY, MAY)
    assert not [n for n in notices(handed, PUSH) if n.title.startswith("市卫健局")]
    assert f"{CODE}-3" not in str([n.facts["paper"] for n in notices(handed, DIGEST)])


def test_a_unit_without_a_contact_is_an_alarm_and_the_head_is_told(handed: World) -> None:
    handed.change_person(OTHER_CONTACT, email="")
    sweep(handed, Cadence.MONTHLY, MAY)
    push = of_unit(handed, PUSH, "市卫健局")
    assert handed.mail_readers(push.id) == {OTHER_HEAD}
    with handed.database.read() as session:
        told = history(session, program_chain(push.program_id))
    alarms = [e for e in told if e.kind is EventKind.NO_RECIPIENT and e.data["notice"] == push.id]
    assert [alarm.data["posts"] for alarm in alarms] == [["contact"]]


def test_a_problem_that_cannot_be_read_keeps_no_unit_from_its_push(handed: World) -> None:
    with handed.database.begin() as session:
        session.connection().exec_driver_sql(
            f"UPDATE projects SET light = 'purple' WHERE code = '{CODE}-1'"
        )
    report = sweep(handed, Cadence.MONTHLY, MAY)
    assert report.counts["notice.monthly_push"] == 3
    assert listed(of_unit(handed, PUSH, "市教育局")) == [f"{CODE}-2"]


def days_of_may(world: World, last: int) -> None:
    for number in range(8, last + 1):
        day = date(2023, 5, number)
        if world.rulebook.calendar.is_working(day):
            sweep(world, Cadence.DAILY, day)


def test_a_push_that_is_not_answered_in_time_climbs_once_and_is_quoted(handed: World) -> None:
    sweep(handed, Cadence.MONTHLY, MAY)
    first = of_unit(handed, PUSH, "市教育局")
    with handed.desk(MAY) as desk:
        answer(desk, of_unit(handed, PUSH, "市卫健局").id, "下月完成", OTHER_CONTACT)
        answer(desk, of_unit(handed, PUSH, "督查室").id, "按期书面报告", OFFICE)
    days_of_may(handed, 11)
    assert len(notices(handed, PUSH)) == 3
    days_of_may(handed, 31)
    (climbed,) = notices(handed, PUSH)[3:]
    assert (climbed.as_of, climbed.rule) == (date(2023, 5, 12), "push-unanswered")
    assert (climbed.reason, climbed.reply_by) == (Reason.UNANSWERED, date(2023, 5, 19))
    assert handed.mail_readers(climbed.id) == {HEAD, OFFICE}  # no leader: the next post up
    quoted = climbed.facts["decision"]["quoted"]
    assert (quoted["number"], quoted["reply_by"]) == (first.id, "2023-05-11")
    assert quoted["to"] == [f"{CONTACT}（联系人）", f"{HEAD}（单位主要负责人）"]
    assert quoted["asked"].startswith("请逐项说明进展")
    with handed.database.read() as session:
        told = explain(session, climbed.id)
    assert told.same
    assert any("限2023年5月11日前答复，至今未答复" in text for text in told.texts)
    sweep(handed, Cadence.MONTHLY, date(2023, 6, 2))
    assert [n.rule for n in notices(handed, PUSH)[4:]] == ["push-handed-over"] * 3


def test_an_altered_quotation_of_a_push_is_seen(handed: World) -> None:
    sweep(handed, Cadence.MONTHLY, MAY)
    days_of_may(handed, 12)
    climbed = notices(handed, PUSH)[-1]
    with handed.database.begin() as session:
        row = session.get_one(Notice, climbed.id)
        facts = json.loads(json.dumps(row.facts))
        facts["decision"]["quoted"]["reply_by"] = "2023-05-12"
        row.facts = facts
    with handed.database.read() as session:
        assert not explain(session, climbed.id).same


def test_a_push_about_nothing_but_what_is_silenced_waits_with_its_climb(handed: World) -> None:
    sweep(handed, Cadence.MONTHLY, MAY)
    with handed.desk(date(2023, 5, 11)) as desk:
        silence_unit(desk, "市教育局", date(2023, 5, 16), "迎检", OFFICE)
    days_of_may(handed, 16)
    assert not [n for n in notices(handed, PUSH)[3:] if n.title.startswith("市教育局")]
    sweep(handed, Cadence.DAILY, date(2023, 5, 17))
    assert [n.title[:4] for n in notices(handed, PUSH)[3:]][-1] == "市教育局"
