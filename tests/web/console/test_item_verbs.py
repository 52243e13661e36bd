"""The verbs on an item: each through its form, by who may, with what it refuses."""

from __future__ import annotations

import re

import pytest

from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, NoticeKind, NoticeState, PostKind
from tests.engine.builders import (
    CONTACT,
    LEADER,
    OFFICE,
    OTHER_CONTACT,
    SECOND_OFFICER,
    draft_notice,
)
from tests.web.console.conftest import INSTRUCTION, ConsoleOffice

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""The verbs themselves are tested on both databases where the engine's are."""

ITEM = "/projects/2023-01"
PDF = b"%PDF-1.4 test"


def state(office: ConsoleOffice, code: str = "2023-01") -> ProjectState:
    return office.world.row(code).state


def report_all(office: ConsoleOffice) -> None:
    given = {
        "figures": [{"metric": "学位", "value": 8040}, {"metric": "幼儿园", "value": 6}],
        "reasons": [
            {"code": f"{check}:{metric}", "reason": "集中完工"}
            for check in ("earlier_years", "late_jump")
            for metric in ("学位", "幼儿园")
        ],
    }
    answer = office.program(CONTACT).post(f"{ITEM}/report", given)
    assert answer.status_code == 200, answer.text


def test_all_that_is_registered_is_given_out_at_once(registered: ConsoleOffice) -> None:
    browser = registered.browser(OFFICE)
    assert "3项" in browser.page("/projects/assign-all")
    answer = browser.send("/projects/assign-all", document="宁政督〔2023〕1号")
    assert answer.status_code == 303
    assert state(registered) is ProjectState.ASSIGNED
    again = registered.program(OFFICE).post("/projects/assign-all").json()
    assert again["data"]["assigned"] == []


def test_one_item_is_given_out_signed_for_and_cannot_be_twice(registered: ConsoleOffice) -> None:
    office, unit = registered.program(OFFICE), registered.program(CONTACT)
    assert office.post(f"{ITEM}/assign").status_code == 200
    assert unit.post(f"{ITEM}/sign-for").json()["to"] == "/unit"
    refused = unit.post(f"{ITEM}/sign-for")
    assert refused.status_code == 409
    assert refused.json()["detail"]
    assert state(registered) is ProjectState.UNDERWAY


def test_an_item_given_back_is_listed_and_goes_to_another_unit(assigned: ConsoleOffice) -> None:
    unit, office = assigned.browser(OTHER_CONTACT), assigned.browser(OFFICE)
    assert "请填写" in unit.refused("/projects/2023-02/return", reason=" ")
    unit.do("/projects/2023-02/return", reason="属市教育局职责")
    assert "属市教育局职责" in office.page("/returned")
    office.send("/projects/2023-02/reassign", unit="市教育局", reason="按三定方案")
    assert state(assigned, "2023-02") is ProjectState.ASSIGNED
    assert "没有退回的事项" in office.page("/returned")


def test_a_date_is_asked_for_reviewed_and_decided(underway: ConsoleOffice) -> None:
    unit, office = underway.browser(CONTACT), underway.browser(OFFICE)
    leader = underway.browser(LEADER)
    asked = {"deadline": "milestone:1", "until": "2023-06-30", "reason": "雨季", "progress": "三成"}
    early = unit.refused(f"{ITEM}/extend", **asked | {"until": "2023-05-01"})
    assert "须晚于2023年5月31日" in early
    assert "等待督查室初审" in unit.do(f"{ITEM}/extend", **asked)
    assert "雨季" in office.page("/extensions")
    assert leader.refused("/extensions/1/decide", verdict="approve", decision="同意")
    assert "等待领导审批" in office.do("/extensions/1/review", opinion="理由成立")
    assert "理由成立" in leader.page("/extensions/1/decide")
    assert "已批准" in leader.do("/extensions/1/decide", verdict="approve", decision="同意")
    due = underway.world.pending("2023-01")[DeadlineKind.MILESTONE, "1"]
    assert due.isoformat() == "2023-06-30"
    assert "2023-01" in underway.browser(OTHER_CONTACT).page("/extensions")  # supports it
    assert office.look("/extensions/99/review").status_code == 404


def test_a_result_is_proved_sent_back_proved_again_verified_and_taken_up_again(
    underway: ConsoleOffice,
) -> None:
    unit, office = underway.browser(CONTACT), underway.browser(OFFICE)
    lacking = unit.refused(f"{ITEM}/complete", statement="全部完成")
    assert "学位" in lacking and "幼儿园" in lacking
    report_all(underway)
    proofs = {
        "proofs.0.metric": "学位（个）",
        "proofs.0.text": "学籍系统",
        "proofs.1.metric": "幼儿园（所）",
        "proofs.1.text": "验收单",
    }
    files = [("proofs.1.files", ("验收单.pdf", PDF, "application/pdf"))]
    unit.do(f"{ITEM}/complete", files, statement="全部完成", **proofs)
    assert "全部完成" in office.page("/completions")
    assert "验收单.pdf" in unit.page(f"{ITEM}/evidence")
    got = unit.look(f"{ITEM}/evidence/1")
    assert got.content == PDF and got.headers["content-type"] == "application/pdf"
    office.send(f"{ITEM}/complete-back", reason="验收单没有盖章")
    assert "验收单没有盖章" in unit.page("/unit")
    unit.do(f"{ITEM}/complete", statement="已补盖章", **proofs)
    seen = {"method": "on_site", "finding": "现场一致"}
    office.send(f"{ITEM}/close", verified_by=f"{SECOND_OFFICER}@督查室", **seen)
    assert state(underway) is ProjectState.CLOSED
    early = office.refused(f"{ITEM}/reopen", due="2023-01-01", reason="复查不合格")
    assert "须晚于今天" in early
    office.send(f"{ITEM}/reopen", due="2023-12-29", reason="复查不合格")
    assert state(underway) is ProjectState.UNDERWAY


def test_clocks_stop_and_go_on(underway: ConsoleOffice) -> None:
    office = underway.browser(OFFICE)
    office.send(f"{ITEM}/suspend", reason="等待批复")
    assert state(underway) is ProjectState.SUSPENDED
    assert "已停0个工作日" in office.page(f"{ITEM}/resume")
    office.send(f"{ITEM}/resume", reason="已批复")
    assert state(underway) is ProjectState.UNDERWAY


def test_an_item_is_silenced_and_the_silence_ends(underway: ConsoleOffice) -> None:
    office = underway.browser(OFFICE)
    said = office.refused(f"{ITEM}/silence", until="2023-12-01", reason="防汛")
    assert "最长" in said
    office.send(f"{ITEM}/silence", until="2023-04-07", reason="防汛")
    assert "防汛" in office.page("/silences")
    assert "防汛" in office.page(f"{ITEM}/silence-lift")
    office.send(f"{ITEM}/silence-lift")
    assert "没有正在暂缓提醒的事项" in office.page("/silences")
    assert "解除" in office.page("/silences?all=1")
    assert "无需解除" in office.refused(f"{ITEM}/silence-lift")
    assert "市卫健局" in office.do(
        "/silences/unit", unit="市卫健局", until="2023-04-06", reason="抗疫"
    )
    assert "已解除" in office.do("/silences/2/lift")


def test_leaders_exempt_change_and_end(underway: ConsoleOffice) -> None:
    leader = underway.browser(LEADER)
    leader.send(f"{ITEM}/exempt", until="2023-05-31", reason="资金未到位")
    assert "资金未到位" in leader.page(f"{ITEM}/exempt")
    decided = {
        "body": "市人大常委会",
        "document": "吴人常〔2023〕5号",
        "decided_on": "2023-04-01",
        "reason": "规划调整",
    }
    leader.send(f"{ITEM}/change", what="target", metric="学位（个）", to="7000个", **decided)
    assert "现为7000个" in leader.page(f"{ITEM}/change")
    late = leader.refused(f"{ITEM}/terminate", **decided | {"decided_on": "2023-05-01"})
    assert "晚于今天" in late
    leader.send(f"{ITEM}/terminate", **decided)
    assert state(underway) is ProjectState.TERMINATED


def test_a_plan_is_looked_at_before_it_is_written(registered: ConsoleOffice) -> None:
    office = registered.browser(OFFICE)
    steps = {"steps.0.name": "招标", "steps.0.days": "20", "steps.1.name": "施工"}
    steps |= {"steps.1.days": "120", "steps.1.percent": "90%"}
    shown = office.send(f"{ITEM}/plan", preview="1", **steps)
    assert "机动" in shown.text and "2023年12月15日" in shown.text
    assert registered.world.pending("2023-01")[DeadlineKind.MILESTONE, "1"].month == 5
    answer = registered.program(OFFICE).get(f"{ITEM}/plan/draft", step=["招标=20", "施工=120=90"])
    assert [step["days"] for step in answer.json()["steps"]] == [20, 120]
    bad = registered.program(OFFICE).get(f"{ITEM}/plan/draft", step=["招标"])
    assert bad.status_code == 422
    office.send(f"{ITEM}/plan", **steps)
    ends = registered.world.pending("2023-01")
    assert ends[DeadlineKind.MILESTONE, "4"].isoformat() == "2023-12-15"


def test_an_item_is_broken_down_and_every_fault_is_told_by_row(underway: ConsoleOffice) -> None:
    office = underway.browser(OFFICE)
    row = {"measures.0.title": "选址", "measures.0.unit": "市教育局", "measures.0.due": "6月底前"}
    bad = office.refused(f"{ITEM}/breakdown", **row | {"measures.0.due": "尽快"})
    assert "第1条" in bad
    office.send(f"{ITEM}/breakdown", **row)
    assert state(underway, "2023-01-1") is ProjectState.REGISTERED


def test_a_plan_of_implementation_is_handed_in_and_corrected(underway: ConsoleOffice) -> None:
    unit = underway.browser(CONTACT)
    parts = dict.fromkeys(("departments", "tasks", "schedule", "funds", "safeguards"), "见附表")
    assert "第1版" in unit.do(f"{ITEM}/implementation", **parts)
    form = unit.page(f"{ITEM}/implementation")
    assert 'name="corrects" value="1"' in form and "见附表" in form
    stale = unit.refused(f"{ITEM}/implementation", corrects="", **parts)
    assert "第1版" in stale and "请看过后再更正" in stale and "--" not in stale
    assert "第2版" in unit.do(f"{ITEM}/implementation", corrects="1", **parts)
    assert "第2版" in underway.browser(OFFICE).page(f"{ITEM}/implementation/versions")


def test_an_instruction_becomes_an_item(underway: ConsoleOffice) -> None:
    office = underway.browser(OFFICE)
    later = INSTRUCTION | {"given_on": "2023-05-02"}
    assert "批示日期" in office.refused("/instructions/new", **later)
    answer = office.send("/instructions/new", **INSTRUCTION)
    assert answer.headers["location"] == "/projects/2023-批1" or "%" in answer.headers["location"]
    assert state(underway, "2023-批1") is ProjectState.ASSIGNED


def test_a_notice_is_answered_once_and_only_by_its_unit(underway: ConsoleOffice) -> None:
    number = draft_notice(
        underway.world,
        "2023-01",
        NoticeKind.CHASE,
        (PostKind.CONTACT,),
        state=NoticeState.ISSUED,
    )
    unit, address = underway.browser(CONTACT), f"/notices/{number}/answer"
    assert "新增学位" in unit.page(address)
    assert "不能为空" in unit.refused(address)
    assert "已答复" in unit.do(address, text="5月底前完成")
    assert "已由马晓明答复" in unit.refused(address, text="再答")
    assert underway.browser(OFFICE).look(address).status_code == 403
    assert unit.look("/notices/999/answer").status_code == 404


def test_units_may_not_do_what_is_the_office_s_or_the_leaders(underway: ConsoleOffice) -> None:
    unit, program = underway.browser(CONTACT), underway.program(CONTACT)
    for act in ("assign", "reassign", "close", "suspend", "silence", "terminate"):
        assert unit.look(f"{ITEM}/{act}").status_code == 403
    assert program.post(f"{ITEM}/assign").status_code == 403


def test_another_unit_s_item_is_as_if_it_were_not_there(underway: ConsoleOffice) -> None:
    unit = underway.browser(CONTACT)
    for act in ("sign-for", "extend", "complete", "reports", "evidence"):
        assert unit.look(f"/projects/2023-02/{act}").status_code == 404
    assert underway.program(CONTACT).post("/projects/2023-02/sign-for").status_code == 404
    assert re.search("没有编号", underway.program(CONTACT).post("/projects/2023-02/sign-for").text)
