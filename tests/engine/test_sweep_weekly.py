"""一周一督: one digest for each unit that has something before it, one list for the office."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from engine.desk.issuing import Desk
from engine.notices.explaining import explain
from engine.publicity.objections import Objector, receive
from engine.publicity.publishing import publish
from engine.rules.words import Cadence, NoticeKind, Reason
from engine.store.database import Database
from engine.store.tables import Delivery, DeliveryState, Notice, Person, Program, Project
from engine.sweeps import sweep, weekly
from tests.engine.sweeping import GIVEN, OFFICE, City, at, begun
from tests.stores import Store, lend

MONDAY = date(2023, 4, 17)  # the step of the 28th is ten working days off
DIGEST = Notice.kind == NoticeKind.WEEKLY_DIGEST
LIST = Notice.kind == NoticeKind.WEEKLY_LIST


@pytest.fixture
def city(store: Store) -> Iterator[City]:
    with lend(store, begun) as database:
        yield City(database, clock=at(GIVEN))


def test_each_unit_gets_one_digest_and_the_office_one_list(city):
    report = city.sweep(Cadence.WEEKLY, MONDAY)
    assert report.counts == {"notice.weekly_digest": 2, "notice.weekly_list": 1}
    assert city.notice_keys(DIGEST) == ["g1/weekly/u3/2023-W16", "g1/weekly/u4/2023-W16"]
    letters = city.rows(Delivery, Delivery.run_id.is_not(None))
    assert [letter.address for letter in letters] == [
        "u1@city.example",
        "u2@city.example",
        "office@city.example",
    ]
    assert {letter.state for letter in letters} == {DeliveryState.QUEUED}


def test_the_office_sees_what_its_units_see(city):
    city.sweep(Cadence.WEEKLY, MONDAY)
    (whole,) = city.rows(Notice, LIST)
    parts = city.rows(Notice, DIGEST)
    seen = [item["code"] for part in parts for item in part.facts["paper"]["due_soon"]]
    assert sorted(seen) == sorted(item["code"] for item in whole.facts["paper"]["due_soon"])
    assert whole.reason is Reason.ROUTINE


def test_the_papers_of_another_years_list_say_so_in_their_titles(city):
    city.execute("UPDATE programs SET year = 2024")
    city.sweep(Cadence.WEEKLY, MONDAY)
    titles = [notice.title for notice in city.rows(Notice, DIGEST | LIST)]
    assert titles == [
        "单位1一周一督（2023-W16，2024年度清单）",
        "单位2一周一督（2023-W16，2024年度清单）",
        "督查室周清单（2023-W16，2024年度清单）",
    ]


def test_an_item_that_two_units_lead_is_in_both_digests_and_once_in_the_office_list(city):
    city.execute(
        "INSERT INTO project_units (project_id, unit_id, leads)"
        " SELECT 1, lead_unit_id, true FROM projects WHERE id = 2"
    )
    city.sweep(Cadence.WEEKLY, MONDAY)
    first, second = city.rows(Notice, DIGEST)
    assert [p["id"] for p in first.facts["projects"]] == [1, 3]
    assert [p["id"] for p in second.facts["projects"]] == [1, 2, 4]
    assert (first.title, second.title) == (
        "单位1一周一督（2023-W16）",
        "单位2一周一督（2023-W16）",
    )
    (whole,) = city.rows(Notice, LIST)
    codes = [item["code"] for item in whole.facts["paper"]["due_soon"]]
    assert codes.count("2023-01") == codes.count("2023-02") == 2
    letters = city.rows(Delivery, Delivery.run_id.is_not(None))
    assert [letter.address for letter in letters][:2] == ["u1@city.example", "u2@city.example"]
    with city.database.read() as session:
        assert all(explain(session, n.id).same for n in (first, second, whole))


def test_nothing_is_sent_when_there_is_nothing(city):
    report = city.sweep(Cadence.WEEKLY, date(2023, 4, 3))  # the step is nineteen days off
    assert report.claimed and report.counts == {}
    assert city.notice_keys(DIGEST | LIST) == []


def test_an_objection_that_is_overdue_is_told_in_a_quiet_week_too(city):
    with city.database.begin() as session:
        desk = Desk(session, city.rules, at(GIVEN))
        program = session.get_one(Program, 1)
        publish(desk, program, OFFICE)
        said = Objector("丁先生", "1", "没有动工", GIVEN)
        receive(desk, session.scalars(select(Project).order_by(Project.id)).first(), said, OFFICE)
    city.sweep(Cadence.WEEKLY, date(2023, 4, 3))
    assert city.notice_keys(DIGEST) == []
    (whole,) = city.rows(Notice, LIST)
    assert [told["number"] for told in whole.facts["objections"]] == ["1"]
    with city.database.read() as session:
        assert explain(session, whole.id).same


def test_a_week_is_run_once_and_by_force_issues_nothing_twice(city):
    city.sweep(Cadence.WEEKLY, MONDAY)
    before = city.notice_keys()
    assert not city.sweep(Cadence.WEEKLY, date(2023, 4, 18)).claimed
    city.forget_runs()
    assert city.sweep(Cadence.WEEKLY, MONDAY).counts == {}
    assert city.notice_keys() == before
    assert city.faults() == []


def test_of_two_that_fire_one_week_one_runs(city):
    start, reports = threading.Barrier(2), []
    url = city.database.engine.url.render_as_string(hide_password=False)

    def fire() -> None:
        own = City(Database(url))
        start.wait()
        reports.append(own.sweep(Cadence.WEEKLY, MONDAY).claimed)
        own.database.close()

    threads = [threading.Thread(target=fire) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reports) == [False, True]
    assert len(city.notice_keys(DIGEST)) == 2 and len(city.notice_keys(LIST)) == 1


def test_one_who_serves_two_units_gets_one_message(city):
    city.execute("UPDATE posts SET holder_id = 3 WHERE kind = 'contact'")
    city.sweep(Cadence.WEEKLY, MONDAY)
    letters = city.rows(Delivery, Delivery.run_id.is_not(None))
    assert [letter.person_id for letter in letters] == [3, 2]
    assert city.rows(Person)[2].email == "u1@city.example"


def test_a_contact_who_is_away_without_a_deputy_is_an_alarm_and_the_head_is_told(city):
    city.execute(
        "INSERT INTO leaves (person_id, starts_on, reason, recorded_by)"
        " SELECT id, '2023-04-17', '', '督查员' FROM persons WHERE email = 'u2@city.example'"
    )
    city.sweep(Cadence.WEEKLY, MONDAY)
    letters = city.rows(Delivery, Delivery.run_id.is_not(None))
    assert "head-u2@city.example" in [letter.address for letter in letters]
    (alarm,) = city.events("no_recipient")
    assert alarm.data["posts"] == ["contact"]


def test_a_project_that_cannot_be_read_keeps_no_unit_from_its_digest(city):
    city.execute("UPDATE targets SET planned = 'viele' WHERE project_id = 2")
    report = city.sweep(Cadence.WEEKLY, MONDAY)
    assert report.counts["notice.weekly_digest"] == 2
    assert report.counts["set_aside"] == 1
    digest = city.rows(Notice, DIGEST)[1]
    assert [p["id"] for p in digest.facts["projects"]] == [4]
    assert [event.chain for event in city.events("set_aside")] == ["project:2"]


def test_a_project_that_cannot_be_reckoned_keeps_no_unit_from_its_digest(city):
    city.execute("UPDATE progress_reports SET percent = 'NaN' WHERE project_id = 2")
    report = city.sweep(Cadence.WEEKLY, MONDAY)
    assert report.counts["notice.weekly_digest"] == 2
    assert report.counts["set_aside"] == 1


def test_who_comes_back_to_a_run_that_another_has_ended_spoils_nothing(city, monkeypatch):
    other = City(city.database)
    stalled: list[str] = []

    def stall(name: str) -> None:
        if name == "sweep.batch" and not stalled:
            stalled.append(name)
            other.clock = city.clock.replace(hour=10)
            assert other.sweep(Cadence.WEEKLY, MONDAY, other.clock).claimed

    monkeypatch.setattr(sweep, "reached", stall)
    monkeypatch.setattr(weekly, "UNITS", 1)
    assert not city.sweep(Cadence.WEEKLY, MONDAY).claimed
    assert stalled
    assert len(city.notice_keys(DIGEST)) == 2 and len(city.notice_keys(LIST)) == 1
    assert len(city.events("sweep_done")) == 1
