"""督查 and 复核 in the console: planned, concluded with findings, looked at again, contested."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.engine.builders import (
    CONTACT,
    LEADER,
    OFFICE,
    OTHER_CONTACT,
    SECOND_OFFICER,
    TODAY,
)
from tests.engine.inspections import DUE, PDF, concluded, opened, planned, put_right
from tests.stores import SqliteStore
from tests.web.console.conftest import ConsoleOffice

FINDING = ("2023-01", "两所幼儿园未按期开工", DUE)


@pytest.fixture
def store(sqlite_store: SqliteStore) -> SqliteStore:
    """The screens need one database; what they ask of it is tested on both with the engine."""
    return sqlite_store


def test_an_inspection_is_planned_opened_and_concluded_with_what_is_to_be_put_right(
    underway: ConsoleOffice,
) -> None:
    browser = underway.browser(OFFICE)
    assert "还没有督查" in browser.page("/inspections")
    plan = {"title": "春季督查", "kind": "unannounced", "starts_on": str(TODAY)}
    page = browser.do("/inspections/plan", **plan, items=["2023-01"], more="2023-02")
    assert "计划中" in page and "启动督查" in page
    page = browser.do("/inspections/1/open", leader=SECOND_OFFICER, members="张三、李四")
    assert "成员张三、李四" in page
    row = {
        "findings.0.item": "2023-01",
        "findings.0.text": "两所幼儿园未按期开工",
        "findings.0.due": str(DUE),
        "evidence.0.code": "2023-01",
    }
    files = {"evidence.0.file": ("勘验.pdf", PDF)}
    page = browser.do("/inspections/1/conclude", files, conclusion="总体较好", **row)
    for said in ("1项限期整改已交办", "2023-01-改1", "尚未签收", "勘验.pdf"):
        assert said in page
    assert "销号0/1" in page


def test_all_that_is_wrong_with_a_conclusion_is_told_beside_its_field(
    underway: ConsoleOffice,
) -> None:
    number = opened(underway.world)
    browser = underway.browser(OFFICE)
    said = browser.refused(
        f"/inspections/{number}/conclude", **{"findings.0.item": "2023-01", "findings.0.due": "x"}
    )
    assert "请填写" in said and "不是日期" in said
    beyond = {"findings.0.item": "2023-03", "findings.0.text": "问题", "findings.0.due": str(DUE)}
    said = browser.refused(f"/inspections/{number}/conclude", conclusion="一般", **beyond)
    assert "不得越权督查" in said


def test_a_plan_against_the_limits_is_refused_with_the_earlier_one_named(
    underway: ConsoleOffice,
) -> None:
    planned(underway.world)
    browser = underway.browser(OFFICE)
    plan = {"title": "又一次", "kind": "on_site", "starts_on": str(TODAY + timedelta(days=9))}
    said = browser.refused("/inspections/plan", **plan, items=["2023-01"])
    assert "春季督查" in said and "批示依据" in said
    assert "--" not in said and "duban" not in said
    basis = "陈市长2023年4月3日批示，吴政批〔2023〕9号"
    assert "计划中" in browser.do("/inspections/plan", **plan, items=["2023-01"], basis=basis)


def test_a_unit_learns_of_an_inspection_by_its_conclusion_and_of_its_own_items_only(
    underway: ConsoleOffice,
) -> None:
    unit = underway.browser(CONTACT)
    planned(underway.world, "2023-02")
    assert "没有已反馈结论的督查" in unit.page("/inspections")
    assert unit.look("/inspections/1").status_code == 404
    number = concluded(underway.world, FINDING, codes=["2023-01"], title="学位督查")
    page = unit.page(f"/inspections/{number}")
    assert "2023-01-改1" in page and "市教育局" in page
    assert underway.browser(OTHER_CONTACT).look("/inspections").status_code == 200
    assert unit.look("/inspections/plan").status_code == 403
    assert underway.browser(LEADER).look(f"/inspections/{number}/cancel").status_code == 403
    api = underway.program(CONTACT).get("/inspections").json()
    assert [line["number"] for line in api["lines"]] == [number]


def test_a_rectification_that_was_closed_is_looked_at_again(underway: ConsoleOffice) -> None:
    concluded(underway.world, FINDING)
    put_right(underway.world, "2023-01-改1", TODAY)
    browser = underway.browser(OFFICE)
    address = "/rectifications/2023-01-改1/recheck"
    said = browser.refused(address, result="failed", text="仍未开工")
    assert "新的整改时限" in said
    answer = browser.send(address, result="failed", text="仍未开工", due=str(DUE))
    assert answer.status_code == 303
    assert "复查不合格，重新整改" in browser.page("/inspections/1")


def test_a_cancelled_inspection_counts_no_more(underway: ConsoleOffice) -> None:
    number = planned(underway.world)
    browser = underway.browser(OFFICE)
    assert "请填写" in browser.refused(f"/inspections/{number}/cancel")
    assert "已取消" in browser.do(f"/inspections/{number}/cancel", reason="与上级督查重复")


def test_a_unit_asks_for_a_review_and_who_took_part_does_not_decide_it(
    underway: ConsoleOffice,
) -> None:
    concluded(underway.world, FINDING, leader=SECOND_OFFICER)
    unit, office, leader = (underway.browser(n) for n in (CONTACT, OFFICE, LEADER))
    assert "2023-01-改1" in unit.page("/reviews")
    said = unit.refused("/reviews/request", subject="0:0:2023-01-改1")
    assert "请填写" in said
    page = unit.do("/reviews/request", subject="0:0:2023-01-改1", reason="已于3月开工，附证明")
    assert "标记为异议中" in page and "复核中" in page
    assert 'value="0:0:2023-01-改1"' not in unit.page("/reviews/request")
    form = leader.page("/reviews/1/decide")
    assert "须回避的" in form and SECOND_OFFICER in form
    decision = {"outcome": "revoked", "decision": "开工属实，撤销"}
    assert office.send("/reviews/1/decide", **decision).status_code == 403
    assert "撤销原结论" in leader.do("/reviews/1/decide", **decision)
    assert "撤销原结论" in unit.page("/reviews?all=true")
    assert "复核撤销" in unit.page("/inspections/1")


def test_a_request_is_withdrawn_by_its_unit_and_is_nobody_elses(underway: ConsoleOffice) -> None:
    number = concluded(underway.world, codes=["2023-01"])
    unit, other = underway.browser(CONTACT), underway.browser(OTHER_CONTACT)
    unit.do("/reviews/request", subject=f"{number}:0:2023-01", reason="与事实不符")
    assert "学位" not in other.page("/reviews?all=true")
    assert underway.browser(OFFICE).look("/reviews/request").status_code == 403
    api = underway.program(CONTACT)
    assert api.post("/reviews/1/withdraw", {"reason": "已说明"}).status_code == 200
    assert "已撤回" in unit.page("/reviews?all=true")
