from __future__ import annotations

from datetime import date

from sqlalchemy import select

from engine.assigning.assignment import sign_for
from engine.desk.people import NotAllowed
from engine.desk.transition import ProjectChanged, find_project, hold
from engine.inspections.inspected import inspection_card
from engine.inspections.inspecting import InspectionRefused
from engine.notices.answering import AnswerRefused, answer
from engine.notices.explaining import explain_notice
from engine.rules.evidence import File
from engine.rules.inspections import FindingState, InspectionState, conclusion_from_data
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import StepRefused
from engine.rules.words import DeadlineKind, NoticeKind, ProjectKind
from engine.store.event_kinds import EventKind
from engine.store.tables import Notice
from tests.engine.builders import (
    CONTACT,
    HEAD,
    OFFICE,
    OTHER_CONTACT,
    OTHER_HEAD,
    RULEBOOK,
    SECOND_OFFICER,
    TODAY,
    World,
    race,
)
from tests.engine.inspections import (
    DUE,
    PDF,
    PNG,
    conclude_one,
    concluded,
    opened,
    planned,
    put_right,
)


def conclusions(world: World) -> list[Notice]:
    with world.database.read() as session:
        query = select(Notice).where(Notice.kind == NoticeKind.CONCLUSION).order_by(Notice.id)
        return list(session.scalars(query))


def card(world: World, number: int):
    with world.database.read() as session:
        return inspection_card(session, number)


def test_a_finding_becomes_a_rectification_with_clocks_of_its_own(underway: World) -> None:
    number = opened(underway)
    with underway.desk() as desk:
        codes = conclude_one(desk, number, ("2023-01", "围挡缺失", DUE))
    assert codes == ["2023-01-改1"]
    row = underway.row("2023-01-改1")
    assert (row.kind, row.state) == (ProjectKind.RECTIFICATION, ProjectState.ASSIGNED)
    assert (row.title, row.parent_id) == ("新增学位：围挡缺失", underway.row("2023-01").id)
    assert underway.pending("2023-01-改1") == {
        (DeadlineKind.SIGN_FOR, "1"): date(2023, 4, 4),
        (DeadlineKind.RECTIFICATION, ""): DUE,
    }
    assert "春季督查" in underway.journal("2023-01-改1")[0].data["basis"]
    assert underway.kinds("2023-01", 2) == [EventKind.RECTIFICATION_OPENED, EventKind.INSPECTED]
    assert underway.kinds("2023-02", 1) == [EventKind.INSPECTED]


def test_several_findings_at_one_item_are_put_right_one_by_one(underway: World) -> None:
    number = opened(underway)
    with underway.desk() as desk:
        findings = [("2023-01", text, DUE) for text in ("围挡缺失", "扬尘")]
        codes = conclude_one(desk, number, *findings)
    assert codes == ["2023-01-改1", "2023-01-改2"]
    put_right(underway, "2023-01-改2")
    shown = card(underway, number)
    assert (shown.line.findings, shown.line.closed) == (2, 1)
    states = [finding.state for finding in shown.findings]
    assert states == [FindingState.OPEN, FindingState.CLOSED]


def test_every_inspected_unit_is_told_the_conclusion_with_what_was_found_at_its_items(
    underway: World,
) -> None:
    number = opened(underway, "2023-01", "2023-03")
    with underway.desk() as desk:
        conclude_one(desk, number, ("2023-01", "围挡缺失", DUE), conclusion="总体有序")
    education, health = conclusions(underway)
    assert underway.mail_readers(education.id) == {CONTACT, HEAD}
    assert underway.mail_readers(health.id) == {OTHER_CONTACT, OTHER_HEAD}
    told = conclusion_from_data(education.facts["conclusion"])
    assert (told.text, told.review_within) == ("总体有序", "30个自然日")
    assert [(item.code, item.findings) for item in told.items] == [
        ("2023-01", (("围挡缺失", "2023-01-改1", DUE),)),
        ("2023-03", ()),
    ]
    other = conclusion_from_data(health.facts["conclusion"])
    assert [item.code for item in other.items] == ["2023-03"]
    assert (education.project_id, education.reply_by) == (None, date(2023, 4, 4))


def test_the_unit_signs_for_the_conclusion_and_the_day_is_its_receipt(underway: World) -> None:
    number = concluded(underway, codes=["2023-01"])
    (notice,) = conclusions(underway)
    with underway.refuses(NotAllowed, f"{OTHER_CONTACT}不在市教育局的岗位上") as desk:
        answer(desk, notice.id, "", OTHER_CONTACT)
    with underway.desk(date(2023, 4, 6)) as desk:
        answer(desk, notice.id, "", CONTACT)
    (receipt,) = card(underway, number).receipts
    assert (receipt.unit, receipt.signed_on, receipt.signed_by) == (
        "市教育局",
        date(2023, 4, 6),
        CONTACT,
    )
    with underway.refuses(AnswerRefused, f"已由{CONTACT}答复") as desk:
        answer(desk, notice.id, "", HEAD)


def test_a_conclusion_is_explained_and_a_changed_one_is_seen(underway: World) -> None:
    concluded(underway, ("2023-01", "围挡缺失", DUE))
    for notice in conclusions(underway):
        with underway.database.read() as session:
            explained = explain_notice(session, notice, RULEBOOK)
        assert explained.same
        assert "第十六条" in explained.source
    with underway.database.begin() as session:
        row = session.get_one(Notice, conclusions(underway)[0].id)
        row.facts = {**row.facts, "conclusion": {**row.facts["conclusion"], "text": "很好"}}
    with underway.database.read() as session:
        assert not explain_notice(session, conclusions(underway)[0], RULEBOOK).same


def test_evidence_is_kept_with_the_item_it_is_about(underway: World) -> None:
    number = opened(underway)
    files = [("2023-01", File("现场/围挡.PNG", PNG)), ("2023-02", File("记录", PDF))]
    with underway.desk() as desk:
        conclude_one(desk, number, ("2023-01", "围挡缺失", DUE), evidence=files)
    kept = card(underway, number).evidence
    assert [(piece.code, piece.name) for piece in kept] == [
        ("2023-01", "围挡.png"),
        ("2023-02", "记录.pdf"),
    ]
    assert EventKind.EVIDENCE_ADDED in underway.kinds("2023-02", 2)


def test_all_that_is_wrong_with_a_conclusion_is_said_at_once(underway: World) -> None:
    number = opened(underway, "2023-01")
    findings = [("2023-02", "扬尘", DUE), ("2023-01", " ", TODAY)]
    says = (
        "须写明督查结论；2023-02 不在本次督查的事项之中，不得越权督查；"
        "2023-01 的问题没有写明内容；2023-01 的整改时限2023年4月3日须晚于今天；“空.pdf”是空文件"
    )
    evidence = [("2023-01", File("空.pdf", b""))]
    with underway.refuses(InspectionRefused, says) as desk:
        conclude_one(desk, number, *findings, conclusion=" ", evidence=evidence)


def test_only_what_is_under_way_is_concluded_and_only_by_the_office(underway: World) -> None:
    number = planned(underway)
    with underway.refuses(StepRefused, "处于“计划中”，不能反馈结论") as desk:
        conclude_one(desk, number)
    with underway.refuses(NotAllowed, f"{HEAD}不在督查室岗位") as desk:
        conclude_one(desk, number, by=HEAD)


def test_a_finding_at_what_has_changed_since_is_refused(assigned: World) -> None:
    number = opened(assigned)
    seen = assigned.row("2023-01")
    with assigned.desk() as desk:
        sign_for(desk, find_project(desk, "2023-01"), CONTACT)
    with assigned.refuses(ProjectChanged, f"刚刚由{CONTACT}办理了签收") as desk:
        hold(desk, desk.session.merge(seen, load=False))
        conclude_one(desk, number, ("2023-01", "扬尘", DUE))


def test_of_two_who_conclude_one_wins_and_the_other_is_told(underway: World) -> None:
    number = opened(underway)
    said = race(
        underway,
        *(
            lambda desk, by=by: conclude_one(desk, number, ("2023-01", "围挡缺失", DUE), by=by)
            for by in (OFFICE, SECOND_OFFICER)
        ),
    )
    (refusal,) = [error for error in said if error]
    winner = SECOND_OFFICER if said[0] else OFFICE
    assert f"处于“已反馈结论”，不能反馈结论（督查{number}，上一步由{winner}办理）" in str(refusal)
    assert card(underway, number).line.findings == 1
    assert card(underway, number).line.state is InspectionState.CONCLUDED


def test_a_long_finding_is_kept_whole(underway: World) -> None:
    text = "现场围挡缺失，材料堆放混乱；" * 40
    concluded(underway, ("2023-01", text, DUE))
    row = underway.row("2023-01-改1")
    assert (row.content, len(row.title)) == (text, 300)
