"""人大交办 in the console: received with its problems, reported back on, evaluated."""

from __future__ import annotations

import pytest

from tests.engine.builders import CONTACT, LEADER, OFFICE, OTHER_CONTACT, TODAY
from tests.stores import SqliteStore
from tests.web.console.conftest import ConsoleOffice

OPINION = {
    "title": "关于民生实事办理情况报告的审议意见",
    "body": "市六届人大常委会",
    "session": "第十次会议",
    "document": "吴人常发〔2023〕5号",
    "held_on": "2023-03-30",
    "unit": "市教育局",
    "report_by": "2023-06-30",
}
PROBLEM = {
    "problems.0.title": "村卫生室设备闲置",
    "problems.0.unit": "市卫健局",
    "problems.0.due": "2023-05-31",
}
CODE = "2023-议1"


@pytest.fixture
def store(sqlite_store: SqliteStore) -> SqliteStore:
    """The screens need one database; what they ask of it is tested on both with the engine."""
    return sqlite_store


def test_an_opinion_is_received_reported_back_on_and_found_wanting(
    assigned: ConsoleOffice,
) -> None:
    office, unit = assigned.browser(OFFICE), assigned.browser(CONTACT)
    assert "还没有审议意见" in office.page("/opinions")
    page = office.do("/opinions/receive", **OPINION, **PROBLEM)
    assert CODE in page and "村卫生室设备闲置" in page
    assert "吴人常发〔2023〕5号已由" in office.refused("/opinions/receive", **OPINION)
    report = {"document": "吴政函〔2023〕3号", "text": "问题正在整改"}
    assert f"{CODE}-1" in unit.refused(f"/opinions/{CODE}/report", **report)
    unfinished = {"unfinished.0.code": f"{CODE}-1", "unfinished.0.why": "设备正在调配"}
    page = unit.do(f"/opinions/{CODE}/report", **report, **unfinished)
    assert "等待测评" in page and "设备正在调配" in page
    result = {"result": "dissatisfied", "evaluated_on": str(TODAY), "votes": "不满意18票"}
    page = office.do(f"/opinions/{CODE}/evaluate", **result)
    assert "不满意18票" in page and "前再报告" in page
    assert "不能" in office.refused(f"/opinions/{CODE}/evaluate", **result)


def test_all_that_is_wrong_with_an_opinion_is_told_and_nothing_is_handed_over(
    assigned: ConsoleOffice,
) -> None:
    office = assigned.browser(OFFICE)
    said = office.refused("/opinions/receive", **OPINION | {"report_by": "6月底"}, **PROBLEM)
    assert "不是日期" in said
    late = OPINION | {"report_by": "2023-03-31"}
    said = office.refused("/opinions/receive", **late, **PROBLEM | {"problems.0.due": "2023-04-01"})
    assert "报告时限" in said and "问题1" in said
    assert "还没有审议意见" in office.page("/opinions")


def test_a_unit_with_one_problem_sees_that_problem_and_no_other(assigned: ConsoleOffice) -> None:
    office = assigned.browser(OFFICE)
    own = {
        "problems.1.title": "大班额未化解",
        "problems.1.unit": "市教育局",
        "problems.1.due": "2023-05-31",
    }
    office.do("/opinions/receive", **OPINION, **PROBLEM, **own)
    other = assigned.browser(OTHER_CONTACT)
    page = other.page(f"/opinions/{CODE}")
    assert "村卫生室设备闲置" in page and "大班额未化解" not in page
    assert other.send(f"/opinions/{CODE}/report", document="x", text="x").status_code >= 400
    assert assigned.browser(LEADER).look("/opinions/receive").status_code == 403
    told = assigned.program(OTHER_CONTACT).get(f"/opinions/{CODE}").json()
    assert [problem["unit"] for problem in told["problems"]] == ["市卫健局"]
    assert assigned.browser(CONTACT).look("/opinions/2023-议9").status_code == 404


def test_further_problems_are_handed_over_one_by_one(assigned: ConsoleOffice) -> None:
    office = assigned.browser(OFFICE)
    office.do("/opinions/receive", **OPINION)
    assert f"{CODE}-1" in office.do(f"/opinions/{CODE}/problems", **PROBLEM)
    said = office.refused(f"/opinions/{CODE}/problems", **PROBLEM)
    assert "已由" in said and "交办" in said
