"""A form offers the last figures again; they may be confirmed unchanged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from engine.desk.transition import find_project
from engine.reports.last_values import UNCHANGED, OpenStep, offered, unchanged
from engine.reports.report_versions import versions_of
from engine.reports.reporting import ReportRefused, Statement, report
from engine.rules.policy import ReportCadence
from tests.engine.builders import CONTACT, TODAY, World

MAY = date(2023, 5, 20)


def say(world: World, period: str = "2023-04", day: date = TODAY, **said: Any) -> None:
    with world.desk(day) as desk:
        confirmed = said.pop("confirmed", "")
        project = find_project(desk, "2023-01")
        report(desk, project, Statement(period, **said), CONTACT, confirmed)


def test_the_form_shows_promises_last_figures_and_what_is_open(underway: World) -> None:
    say(underway, values={"学位": Decimal(900)}, percent=Decimal(12), text="顺利")
    say(underway, "2023-04", date(2023, 4, 6), milestones=["全部开工"], text="开工")
    with underway.desk(MAY) as desk:
        form = offered(desk, find_project(desk, "2023-01"))
    assert (form.period, form.every) == ("2023-05", ReportCadence.MONTHLY)
    assert form.due == date(2023, 5, 25)
    assert (form.last_period, form.percent, form.text) == ("2023-04", Decimal(12), "开工")
    assert [(f.name, f.unit, f.planned, f.last) for f in form.figures] == [
        ("学位", "个", Decimal(7500), Decimal(900)),
        ("幼儿园", "所", Decimal(6), None),
    ]
    assert form.steps == (OpenStep("主体完工", date(2023, 9, 28)),)
    assert form.doubts == ()


def test_the_form_reminds_of_the_doubts_of_the_last_time(underway: World) -> None:
    say(underway, text="已竣工", percent=Decimal(20), confirmed="指一期")
    with underway.desk(MAY) as desk:
        form = offered(desk, find_project(desk, "2023-01"))
    assert [(d.check.value, d.explanation) for d in form.doubts] == [("built_unfinished", "指一期")]


def test_a_form_for_a_past_period_offers_what_was_known_then(underway: World) -> None:
    say(underway, values={"学位": Decimal(100)})
    say(underway, "2023-05", MAY, values={"学位": Decimal(900)})
    with underway.desk(MAY) as desk:
        form = offered(desk, find_project(desk, "2023-01"), "2023-04")
    assert form.figures[0].last == Decimal(100)


def test_last_figures_are_confirmed_unchanged(underway: World) -> None:
    say(underway, values={"学位": Decimal(900)}, percent=Decimal(12))
    with underway.desk(MAY) as desk:
        project = find_project(desk, "2023-01")
        report(desk, project, unchanged(desk, project), CONTACT)
        said = versions_of(desk.session, project.id)[-1]
    assert (said.period, said.percent, said.text) == ("2023-05", Decimal(12), UNCHANGED)
    assert list(said.values.values()) == [Decimal(900)]


def test_nothing_reported_cannot_be_confirmed(underway: World) -> None:
    with underway.refuses(ReportRefused, "还没有填报过，没有上次的数据可以沿用") as desk:
        unchanged(desk, find_project(desk, "2023-01"))
