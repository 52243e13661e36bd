"""Doubtful figures are shown before they are kept, and kept with what the unit says to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine.desk.transition import find_project
from engine.reports.doubting import DoubtsFound
from engine.reports.reporting import Statement, report
from engine.rules.honesty import HonestyCheck
from engine.rules.lifecycle import ProjectState
from engine.rules.targets import TargetForm
from engine.rules.words import DeadlineKind, ProjectKind
from engine.store.event_kinds import EventKind
from engine.store.tables import (
    ProgressReport,
    Project,
    ReportDoubt,
    ReportedValue,
    Target,
)
from tests.engine.builders import CONTACT, TODAY, World, race

MAY = date(2023, 5, 20)
WHY = "上月多报，已核减"


def say(
    world: World,
    period: str = "2023-04",
    day: date = TODAY,
    confirmed: str | Mapping[str, str] = "",
    **said: Any,
) -> None:
    with world.desk(day) as desk:
        project = find_project(desk, "2023-01")
        report(desk, project, Statement(period, **said), CONTACT, confirmed)


def seats(number: int) -> dict[str, Decimal]:
    return {"学位": Decimal(number)}


def kept(world: World) -> list[tuple[HonestyCheck, str]]:
    with world.database.read() as session:
        rows = session.execute(
            select(ReportDoubt.check, ReportDoubt.explanation).order_by(ReportDoubt.id)
        )
        return [(row.check, row.explanation) for row in rows]


def test_a_fall_is_refused_with_the_figures_and_nothing_is_kept(underway: World) -> None:
    say(underway, values=seats(900))
    says = "有1处疑点：\n（1）累计数下降：“学位”2023年4月累计900个，本期填850个，少了50个"
    with underway.refuses(DoubtsFound, says, MAY) as desk:
        statement = Statement("2023-05", seats(850))
        report(desk, find_project(desk, "2023-01"), statement, CONTACT, "  ")


def test_a_confirmed_doubt_is_kept_with_the_report_and_in_the_journal(underway: World) -> None:
    say(underway, values=seats(900))
    say(underway, "2023-05", MAY, WHY, values=seats(850))
    assert kept(underway) == [(HonestyCheck.FALLS, WHY)]
    told = [e for e in underway.journal("2023-01") if e.kind is EventKind.REPORT_SUBMITTED][-1]
    (doubt,) = told.data["doubts"]
    assert (doubt["check"], doubt["metric"], doubt["explanation"]) == ("falls", "学位", WHY)
    assert "少了50个" in doubt["text"]
    assert (DeadlineKind.REPORT, "2023-05") not in underway.pending("2023-01")


def test_each_doubt_may_have_its_own_explanation_and_none_may_lack_one(underway: World) -> None:
    say(underway, values=seats(900), percent=Decimal(15))
    fallen: dict[str, Any] = {"values": seats(850), "percent": Decimal(12), "text": "已竣工"}
    some = {"falls:学位": WHY, "late_jump": "集中验收"}
    with underway.refuses(DoubtsFound, "有1处疑点：\n（1）称已建成而形象进度不足100%", MAY) as desk:
        statement = Statement("2023-05", **fallen)
        report(desk, find_project(desk, "2023-01"), statement, CONTACT, some)
    say(underway, "2023-05", MAY, some | {"": "指一期"}, **fallen)
    assert kept(underway) == [
        (HonestyCheck.FALLS, WHY),
        (HonestyCheck.BUILT_UNFINISHED, "指一期"),
    ]


def test_all_doubts_are_named_at_once(underway: World) -> None:
    say(underway, values=seats(900))
    with pytest.raises(DoubtsFound) as refusal, underway.desk(MAY) as desk:
        statement = Statement("2023-05", seats(850), text="受理10件，办结5件，办结率60%。已建成。")
        report(desk, find_project(desk, "2023-01"), statement, CONTACT)
    assert [doubt.check for doubt in refusal.value.doubts] == [
        HonestyCheck.FALLS,
        HonestyCheck.BUILT_UNFINISHED,
        HonestyCheck.SHARE_WRONG,
    ]


def test_a_doubt_that_was_explained_and_stands_to_the_letter_is_not_asked_again(
    underway: World,
) -> None:
    say(underway, confirmed="指一期", percent=Decimal(50), text="已竣工")
    say(underway, "2023-05", MAY, percent=Decimal(50), text="已竣工")
    built = (HonestyCheck.BUILT_UNFINISHED, "指一期")
    assert kept(underway) == [built, (HonestyCheck.EARLIER_YEARS, "指一期"), built]
    with underway.refuses(DoubtsFound, "形象进度为60%", date(2023, 6, 20)) as desk:
        statement = Statement("2023-06", percent=Decimal(60), text="已竣工")
        report(desk, find_project(desk, "2023-01"), statement, CONTACT)


def test_a_correction_of_the_same_period_may_lower_its_own_figure(underway: World) -> None:
    say(underway, values=seats(900))
    say(underway, values=seats(90))
    assert kept(underway) == []


def test_a_correction_is_held_against_the_next_period(underway: World) -> None:
    say(underway, values=seats(100))
    say(underway, "2023-05", MAY, values=seats(900))
    with underway.refuses(DoubtsFound, "更正为950个，而2023年5月已填900个", MAY) as desk:
        report(desk, find_project(desk, "2023-01"), Statement("2023-04", seats(950)), CONTACT)


def test_a_jump_before_the_promised_date_is_doubted(underway: World) -> None:
    say(underway, values=seats(900))
    late = date(2023, 12, 4)
    with underway.refuses(DoubtsFound, "“学位”临近期末一次增加6600个（目标7500个）", late) as desk:
        report(desk, find_project(desk, "2023-01"), Statement("2023-12", seats(7500)), CONTACT)


def add_part(world: World, code: str, value: int | None) -> None:
    """A measure under the first item with the same metric, and its last figure."""
    with world.desk() as desk:
        parent = find_project(desk, "2023-01")
        part = Project(
            program_id=parent.program_id,
            parent_id=parent.id,
            kind=ProjectKind.MEASURE,
            code=code,
            title=code,
            lead_unit_id=parent.lead_unit_id,
            state=ProjectState.UNDERWAY,
            starts_on=desk.day,
        )
        desk.session.add(part)
        desk.session.flush()
        goal = add_target(desk, part)
        if value is not None:
            add_figure(desk, part, goal, value)


def add_target(desk: Any, project: Project) -> Target:
    row = Target(
        project_id=project.id,
        position=9,
        metric="学位",
        unit="个",
        form=TargetForm.AT_LEAST,
        planned=Decimal(7500),
        text="学位",
    )
    desk.session.add(row)
    desk.session.flush()
    return row


def add_figure(desk: Any, project: Project, goal: Target, value: int, version: int = 1) -> None:
    row = ProgressReport(
        project_id=project.id,
        period="2023-03",
        version=version,
        reported_at=desk.at,
        reported_by=CONTACT,
        percent=None,
    )
    desk.session.add(row)
    desk.session.flush()
    desk.session.add(ReportedValue(report_id=row.id, target_id=goal.id, value=Decimal(value)))


def test_the_whole_is_held_against_the_last_figures_of_its_parts(underway: World) -> None:
    add_part(underway, "2023-01-1", 300)
    add_part(underway, "2023-01-2", 500)
    with underway.refuses(DoubtsFound, "填900个，而各分项合计800个") as desk:
        report(desk, find_project(desk, "2023-01"), Statement("2023-04", seats(900)), CONTACT)
    say(underway, values=seats(800))
    assert kept(underway) == []


def test_the_result_of_last_years_item_is_not_this_years(underway: World) -> None:
    with underway.desk() as desk:
        project = find_project(desk, "2023-01")
        last_year = find_project(desk, "2023-02")
        goal = add_target(desk, last_year)
        add_figure(desk, last_year, goal, 700)
        add_figure(desk, last_year, goal, 720, version=2)
        project.origin_id = last_year.id
    with underway.refuses(
        DoubtsFound, "疑似计入往年数：“学位”填720个，与上年结果720个相同"
    ) as desk:
        report(desk, find_project(desk, "2023-01"), Statement("2023-04", seats(720)), CONTACT)


def test_of_two_reports_at_the_same_moment_the_doubtful_one_alone_is_refused(
    underway: World,
) -> None:
    say(underway, values=seats(100))

    def verb(value: int):
        statement = Statement("2023-05", seats(value))
        return lambda desk: report(desk, find_project(desk, "2023-01"), statement, CONTACT)

    told = race(underway, verb(90), verb(200), day=MAY)
    assert [type(error) for error in told] == [DoubtsFound, type(None)]
    assert kept(underway) == []
