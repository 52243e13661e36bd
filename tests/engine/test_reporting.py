from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine.dates import suspending
from engine.desk.people import NotAllowed
from engine.desk.transition import ProjectChanged, find_project
from engine.reports.reporting import ReportRefused, Statement, report
from engine.reports.stating import REPORTING_STATES, WHY_NOT
from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, DeadlineState
from engine.store.event_kinds import EventKind
from engine.store.tables import ProgressReport, ReportedValue, Target
from tests.engine.builders import (
    CONTACT,
    OFFICE,
    OTHER_CONTACT,
    TODAY,
    World,
    race,
)


def say(world: World, period: str = "2023-04", day: date = TODAY, **said: Any) -> None:
    with world.desk(day) as desk:
        report(desk, find_project(desk, "2023-01"), Statement(period, **said), CONTACT)


def values(world: World, period: str, version: int = 1) -> dict[str, Decimal]:
    with world.database.read() as session:
        rows = session.execute(
            select(Target.metric, ReportedValue.value)
            .join(Target, ReportedValue.target_id == Target.id)
            .join(ProgressReport, ReportedValue.report_id == ProgressReport.id)
            .where(ProgressReport.period == period, ProgressReport.version == version)
        )
        return {metric: value for metric, value in rows}


def test_a_report_is_kept_and_told_in_the_journal(underway: World) -> None:
    say(underway, values={"学位": Decimal("1200.50")}, percent=Decimal(16), text="顺利")
    assert values(underway, "2023-04") == {"学位": Decimal("1200.50")}
    told = next(e for e in underway.journal("2023-01") if e.kind is EventKind.REPORT_SUBMITTED)
    assert told.actor == CONTACT
    assert told.data == {
        "period": "2023-04",
        "version": 1,
        "values": {"学位": "1200.50"},
        "percent": "16",
        "text": "顺利",
        "milestones": [],
        "doubts": [],
    }


def test_a_report_meets_its_own_month_those_before_and_the_first_feedback(underway: World) -> None:
    say(underway, "2023-05", date(2023, 5, 20), text="顺利")
    met = {
        slot: underway.dates("2023-01", DeadlineKind.REPORT, slot)[0].state
        for slot in ("2023-04", "2023-05", "2023-06")
    }
    assert met == {
        "2023-04": DeadlineState.MET,
        "2023-05": DeadlineState.MET,
        "2023-06": DeadlineState.PENDING,
    }
    (first,) = underway.dates("2023-01", DeadlineKind.FIRST_REPORT)
    assert (first.state, first.met_on) == (DeadlineState.MET, date(2023, 5, 20))


def test_a_report_of_a_past_month_leaves_the_present_one_open(underway: World) -> None:
    say(underway, "2023-04", date(2023, 5, 20), text="补报")
    assert (DeadlineKind.REPORT, "2023-05") in underway.pending("2023-01")
    assert (DeadlineKind.FIRST_REPORT, "") not in underway.pending("2023-01")


def test_figures_not_named_are_carried_over(underway: World) -> None:
    say(underway, values={"学位": Decimal(100), "幼儿园（所）": Decimal(1)})
    say(underway, "2023-05", date(2023, 5, 20), values={"学位（个）": Decimal(900)})
    assert values(underway, "2023-05") == {"学位": Decimal(900), "幼儿园": Decimal(1)}


def test_a_correction_is_a_new_version(underway: World) -> None:
    say(underway, values={"学位": Decimal(100)})
    say(underway, values={"幼儿园": Decimal(1)})
    assert values(underway, "2023-04", 1) == {"学位": Decimal(100)}
    assert values(underway, "2023-04", 2) == {"学位": Decimal(100), "幼儿园": Decimal(1)}


def test_a_correction_of_a_past_month_takes_no_figure_from_a_later_one(underway: World) -> None:
    say(underway, values={"学位": Decimal(100)})
    say(underway, "2023-05", date(2023, 5, 20), values={"学位": Decimal(900)})
    say(underway, "2023-04", date(2023, 5, 22), values={"幼儿园": Decimal(1)})
    assert values(underway, "2023-04", 2) == {"学位": Decimal(100), "幼儿园": Decimal(1)}


def test_a_step_is_done_once(underway: World) -> None:
    say(underway, milestones=["全部开工"])
    (row,) = underway.dates("2023-01", DeadlineKind.MILESTONE, "1")
    assert (row.state, row.met_on) == (DeadlineState.MET, TODAY)
    say(underway, "2023-05", date(2023, 5, 20), milestones=["全部开工"])
    kinds = underway.kinds("2023-01", 99)
    assert kinds.count(EventKind.MILESTONE_DONE) == 1


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"period": "2023-4", "text": "x"}, "期次“2023-4”应写成 2023-04 的形式"),
    ({"period": "2023-13", "text": "x"}, "期次“2023-13”应写成"),
    ({"period": "2023-W14", "text": "x"}, "期次“2023-W14”应写成 2023-04 的形式（本事项每月填报）"),
    ({"period": "2023-05", "text": "x"}, "期次“2023-05”还没有到，请填写本月或以前的月份"),
    ({"values": {"床位": Decimal(1)}}, "没有指标“床位”，本事项的指标为：学位（个）、幼儿园（所）"),
    ({"values": {"学位": Decimal(-1)}}, "“学位”应为不小于0的数：-1"),
    ({"values": {"学位": Decimal("NaN")}}, "“学位”应为不小于0的数"),
    ({"percent": Decimal("100.1")}, "形象进度应在0到100之间：100.1"),
    ({"percent": Decimal("NaN")}, "形象进度应在0到100之间"),
    ({"milestones": ["竣工"]}, "没有节点“竣工”，本事项的节点为：.*全部开工"),
    ({"text": "   "}, "没有填写任何内容，请填写"),
    ({"values": {"床位": Decimal(1)}, "milestones": ["竣工"]}, "床位.*；没有节点“竣工”"),
]


@pytest.mark.parametrize(("said", "says"), FAULTS, ids=[says[:14] for _, says in FAULTS])
def test_a_report_with_a_fault_is_refused_whole(
    underway: World, said: dict[str, Any], says: str
) -> None:
    with underway.refuses(ReportRefused, says) as desk:
        statement = Statement(**({"period": "2023-04"} | said))
        report(desk, find_project(desk, "2023-01"), statement, CONTACT)


def test_nothing_is_reported_before_signing_for_or_while_suspended(underway: World) -> None:
    with underway.refuses(ReportRefused, "事项处于“已交办”，签收后方可填报") as desk:
        report(desk, find_project(desk, "2023-03"), Statement("2023-04", text="x"), CONTACT)
    with underway.desk() as desk:
        suspending.suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    with underway.refuses(ReportRefused, "事项处于“已暂停”，恢复后方可填报") as desk:
        report(desk, find_project(desk, "2023-01"), Statement("2023-04", text="x"), CONTACT)


def test_every_state_without_reports_tells_what_must_come_first() -> None:
    assert {*REPORTING_STATES, *WHY_NOT} == {*ProjectState}


def test_only_a_lead_unit_reports(underway: World) -> None:
    with underway.refuses(NotAllowed, "不在该事项牵头单位") as desk:
        statement = Statement("2023-04", text="x")
        report(desk, find_project(desk, "2023-01"), statement, OTHER_CONTACT)


def test_a_report_on_what_has_changed_since_is_refused(underway: World) -> None:
    seen = underway.row("2023-01")
    with underway.desk() as desk:
        suspending.suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    with underway.refuses(ProjectChanged, f"刚刚由{OFFICE}办理了暂停") as desk:
        statement = Statement("2023-04", text="x")
        report(desk, desk.session.merge(seen, load=False), statement, CONTACT)


def test_two_reports_at_the_same_moment_are_two_versions(underway: World) -> None:
    def verb(value: int):
        statement = Statement("2023-04", {"学位": Decimal(value)})
        return lambda desk: report(desk, find_project(desk, "2023-01"), statement, CONTACT)

    assert race(underway, verb(1), verb(2)) == [None, None]
    both = [values(underway, "2023-04", version)["学位"] for version in (1, 2)]
    assert sorted(both) == [1, 2]
    assert underway.kinds("2023-01", 99).count(EventKind.REPORT_SUBMITTED) == 2
