"""挂图作战: bars on an axis of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.overseeing.wall import WallItem
from engine.rules.facts import MilestoneFacts
from engine.rules.lifecycle import ProjectState
from engine.rules.words import Light
from tests.engine.builders import CONTACT, OFFICE, RULEBOOK, TODAY
from tests.web.console.conftest import ConsoleOffice
from web.console.wall_drawing import StepState, Zoom, axis, bar

ITEM = WallItem(
    group="教育",
    code="2023-01",
    title="新增学位",
    unit="市教育局",
    state=ProjectState.UNDERWAY,
    light=Light.YELLOW,
    begins=date(2023, 1, 1),
    due=date(2023, 12, 31),
    original_due=date(2023, 10, 31),
    done_on=None,
    percent=None,
    planned=None,
    milestones=[
        MilestoneFacts("开工", date(2023, 3, 1), None, date(2023, 2, 20)),
        MilestoneFacts("主体", date(2023, 3, 31), None, None),
        MilestoneFacts("完工", date(2024, 3, 1), None, None),
    ],
)


@pytest.mark.parametrize(
    ("zoom", "first", "last", "title"),
    [
        (Zoom.YEAR, date(2023, 1, 1), date(2023, 12, 31), "2023年"),
        (Zoom.QUARTER, date(2023, 4, 1), date(2023, 6, 30), "2023年第二季度"),
        (Zoom.MONTH, date(2023, 4, 1), date(2023, 4, 30), "2023年4月"),
    ],
)
def test_the_axis_shows_the_whole_of_its_time(
    zoom: Zoom, first: date, last: date, title: str
) -> None:
    on = axis(zoom, TODAY, TODAY)
    assert (on.first, on.last, on.title) == (first, last, title)
    assert on.today is not None and 0 < on.today < 100
    before = axis(zoom, on.earlier, TODAY)
    assert before.last < on.first
    assert before.today is None
    assert axis(zoom, on.later, TODAY).first > on.last


def test_a_bar_reaches_from_the_assignment_to_the_promise_and_remembers_the_first_one() -> None:
    on = axis(Zoom.YEAR, TODAY, TODAY)
    drawn = bar(ITEM, on, RULEBOOK.calendar, TODAY)
    assert (drawn.x, drawn.width, drawn.filled) == (0, 100, 0)
    assert drawn.end == 100
    assert drawn.ghost is not None and 83 < drawn.ghost < 84
    assert [step.state for step in drawn.steps] == [StepState.DONE, StepState.MISSED]
    assert "还有" in drawn.left
    assert "原定2023年10月31日" in drawn.told


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (ProjectState.UNDERWAY, "逾期3个工作日"),
        (ProjectState.COMPLETION_REQUESTED, "申请办结"),
        (ProjectState.SUSPENDED, "已暂停"),
    ],
)
def test_nobody_is_late_while_the_clock_stands(state: ProjectState, left: str) -> None:
    on, past = axis(Zoom.YEAR, TODAY, TODAY), replace(ITEM, state=state, due=date(2023, 3, 29))
    drawn = bar(past, on, RULEBOOK.calendar, TODAY)
    assert (drawn.left, drawn.is_late) == (left, state is ProjectState.UNDERWAY)


def test_what_lies_outside_of_the_axis_is_cut_off() -> None:
    on = axis(Zoom.MONTH, date(2024, 2, 1), TODAY)
    drawn = bar(ITEM, on, RULEBOOK.calendar, TODAY)
    assert drawn.width == 0
    assert (drawn.end, drawn.ghost, drawn.steps) == (None, None, [])


def test_the_wall_groups_and_filters_and_is_the_same_for_programs(underway: ConsoleOffice) -> None:
    program = underway.program(OFFICE)
    told = program.get("/wall").json()
    assert [group["name"] for group in told["groups"]] == ["教育", "卫生"]
    assert (told["total"], told["pages"]) == (3, 1)
    by_unit = program.get("/wall", by="unit", state="underway").json()
    assert [g["name"] for g in by_unit["groups"]] == ["市教育局", "市卫健局"]
    assert program.get("/wall", page=99).json()["page"] == 1
    assert program.get("/wall", zoom="decade").status_code == 422


def test_a_wall_shows_no_menu_and_goes_on_by_itself(underway: ConsoleOffice) -> None:
    page = underway.browser(OFFICE).page("/wall?mode=wall")
    assert 'data-refresh="60"' in page
    assert "data-next=" in page
    assert 'aria-label="菜单"' not in page
    assert "退出大屏" in page
    assert "亮色为已完成" in page and "深色为已完成" in underway.browser(OFFICE).page("/wall")


def test_a_unit_has_its_own_items_on_the_wall(underway: ConsoleOffice) -> None:
    page = underway.browser(CONTACT).page("/wall?zoom=quarter")
    assert "新增学位" in page
    assert "义诊进乡村" not in page
    assert "没有与您有关的事项" in underway.browser().page("/wall")
