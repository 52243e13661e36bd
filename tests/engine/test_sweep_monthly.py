"""一月一促: lights, warnings, the brief and the circular drafts of a month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from engine.rules.words import Cadence, Light, NoticeKind, NoticeState
from engine.store.tables import Delivery, LightRecord, Notice, Project
from engine.sweeps import periodic
from tests.engine.sweeping import GIVEN, City, at, begun
from tests.stores import Store, lend

APRIL = date(2023, 4, 4)  # the second working day; looks back on March
BRIEF = Notice.kind == NoticeKind.MONTHLY_BRIEF
CIRCULAR = Notice.kind == NoticeKind.CIRCULAR
DECEMBER = date(2023, 12, 4)


@pytest.fixture
def city(store: Store) -> Iterator[City]:
    """A list that lags by some twenty points at the end of March."""
    with lend(store, begun) as database:
        yield City(database, clock=at(GIVEN))


def lights(city: City) -> list[Light]:
    return [project.light for project in city.rows(Project)]


def test_a_month_gives_lights_warnings_and_a_brief(city):
    report = city.sweep(Cadence.MONTHLY, APRIL)
    assert lights(city) == [Light.YELLOW] * 4
    assert report.counts["notice.yellow_warning"] == 4
    assert report.counts["notice.monthly_brief"] == 1
    assert city.faults() == []


def test_the_brief_goes_to_leaders_and_the_office(city):
    city.sweep(Cadence.MONTHLY, APRIL)
    (brief,) = city.rows(Notice, BRIEF)
    assert brief.facts["paper"]["total"]["yellow"] == 4
    addresses = {letter.address for letter in city.rows(Delivery)}
    assert {"leader@city.example", "office@city.example"} <= addresses


def test_a_month_run_again_by_force_issues_nothing_twice_and_sets_nothing_aside(city):
    city.sweep(Cadence.MONTHLY, APRIL)
    before, records = city.notice_keys(), len(city.rows(LightRecord))
    city.forget_runs()
    again = city.sweep(Cadence.MONTHLY, APRIL)
    assert again.counts["reason.already_issued"] == 4
    assert "set_aside" not in again.counts
    assert city.notice_keys() == before
    assert len(city.rows(LightRecord)) == records
    assert city.faults() == []


def test_a_month_run_again_by_force_keeps_the_last_assessment(city):
    city.sweep(Cadence.MONTHLY, APRIL)
    city.forget_runs()
    city.report_all(date(2023, 4, 3), 60, "2023-03")
    city.sweep(Cadence.MONTHLY, APRIL)
    assert lights(city) == [Light.GREEN] * 4
    assert [record.colour for record in city.rows(LightRecord)] == [Light.GREEN] * 4


def test_a_gate_drafts_a_circular_that_reaches_nobody_before_it_is_signed(city):
    city.sweep(Cadence.MONTHLY, DECEMBER)
    (circular,) = city.rows(Notice, CIRCULAR)
    assert circular.state is NoticeState.DRAFT
    assert [item["standing"]["code"] for item in circular.facts["paper"]["named"]] == [
        "2023-01",
        "2023-02",
        "2023-03",
        "2023-04",
    ]
    assert not [event for event in city.events("notice_drafted") if event.data["to"]]


def test_a_list_that_is_over_gets_no_brief(city):
    city.execute("UPDATE projects SET state = 'closed', light = 'blue'")
    city.execute("UPDATE projects SET state = 'terminated', light = 'yellow' WHERE id = 1")
    assert city.sweep(Cadence.MONTHLY, APRIL).counts == {}
    assert city.notice_keys(BRIEF) == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE targets SET planned = 'viele' WHERE project_id = 2",
        "UPDATE progress_reports SET percent = 'NaN' WHERE project_id = 2",
        "UPDATE projects SET light = 'purple' WHERE id = 2",
    ],
)
def test_a_project_that_cannot_be_handled_keeps_nobody_from_the_brief(city, damage):
    city.execute(damage)
    report = city.sweep(Cadence.MONTHLY, APRIL)
    assert report.counts["projects"] == 3
    assert report.counts["set_aside"] == 1
    (brief,) = city.rows(Notice, BRIEF)
    assert brief.facts["paper"]["total"]["total"] == 3
    assert [event.chain for event in city.events("set_aside")] == ["project:2"]


def test_a_closed_project_that_cannot_be_read_keeps_nobody_from_the_brief(city):
    city.execute("UPDATE projects SET state = 'closed' WHERE id = 2")
    city.execute("UPDATE targets SET planned = 'viele' WHERE project_id = 2")
    report = city.sweep(Cadence.MONTHLY, APRIL)
    assert report.counts["notice.monthly_brief"] == 1
    assert report.counts["set_aside"] == 1


def test_a_quarter_drafts_its_circular_of_what_was_twice_behind(city):
    city.sweep(Cadence.MONTHLY, APRIL)
    city.sweep(Cadence.MONTHLY, date(2023, 5, 5))
    city.sweep(Cadence.QUARTERLY, date(2023, 7, 5))
    (circular,) = city.rows(Notice, CIRCULAR)
    assert circular.rule == "quarter-circular"
    assert circular.occurrence == "2023-Q2"


def test_a_warning_of_the_month_has_its_date_of_reply_looked_at(city):
    """A project's own ladder is climbed daily; a row must name the day after the reply date."""
    city.sweep(Cadence.DAILY, APRIL)
    city.sweep(Cadence.MONTHLY, APRIL)
    looked = city.sweep(Cadence.DAILY, date(2023, 4, 6))
    assert looked.counts["projects"] == 4


def test_a_large_list_is_gone_through_in_pieces_with_the_same_result(city, monkeypatch):
    monkeypatch.setattr(periodic, "PROJECTS", 1)
    city.sweep(Cadence.MONTHLY, APRIL)
    (brief,) = city.rows(Notice, BRIEF)
    assert brief.facts["paper"]["total"]["total"] == 4
