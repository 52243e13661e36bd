from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from config.scoring_loader import load_scoring
from engine.assessment.assessed import Score, score_of, scores
from engine.assessment.assessing import AssessmentRefused, make, publish
from engine.assessment.objecting import ObjectionRefused, file_objection, settle
from engine.assigning import assignment
from engine.dates import suspending
from engine.dates.extending import decide, request, review
from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.notices.signing import sign
from engine.plans.breaking_down import break_down
from engine.reports.reporting import Statement, report
from engine.results import completing
from engine.rules.assessments import AssessmentState, ObjectionState, ScoreItem
from engine.rules.reviews import ReviewState
from engine.rules.steps import StepRefused
from engine.rules.words import DeadlineKind, NoticeKind, NoticeState, PostKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, history, program_chain, project_chain
from engine.store.tables import (
    Assessment,
    AssessmentObjection,
    JournalEvent,
    Notice,
    Person,
    ReviewRequest,
)
from tests.engine.builders import (
    CONTACT,
    LEADER,
    OFFICE,
    OTHER_CONTACT,
    SCHOOLS,
    SECOND_OFFICER,
    SIGNER,
    World,
    ask_completion,
    check_draft,
    draft_notice,
    figures,
    program_of,
    race,
    seen_by,
)

TABLE = load_scoring()
MAY, JANUARY = date(2023, 5, 8), date(2024, 1, 9)
SCHOOLS_UNIT, HEALTH_UNIT = "市教育局", "市卫健局"
Made = list[Assessment]


def assess(world: World, day: date = MAY, reason: str = "", by: str = OFFICE) -> Made:
    with world.desk(day) as desk:
        return make(desk, program_of(desk), TABLE, by, reason)


def tell(world: World, day: date = MAY, *units: str) -> Made:
    with world.desk(day) as desk:
        return publish(desk, program_of(desk), OFFICE, units)


def score(world: World, unit: str = SCHOOLS_UNIT, reader: str = OFFICE) -> Score:
    with world.desk() as desk:
        return score_of(desk.session, program_of(desk), unit, reader)


def points(world: World, item: ScoreItem, unit: str = SCHOOLS_UNIT) -> list[Decimal]:
    return [row.points for row in score(world, unit).rows if row.item is item]


def chain(world: World) -> list[Event]:
    with world.database.read() as session:
        return history(session, program_chain(world.program().id))


def contest(world: World, line: int | None = 2, day: date = MAY, **changed: Any) -> int:
    said: dict[str, Any] = {"by": CONTACT, "reason": "通知前一日已报送"} | changed
    with world.desk(day) as desk:
        row = desk.session.scalars(
            select(Assessment).where(
                Assessment.unit_id == find_project(desk, "2023-01").lead_unit_id,
                Assessment.state != AssessmentState.REPLACED,
            )
        ).one()
        return file_objection(desk, row, said["by"], said["reason"], line).id


def issued(world: World, kind: NoticeKind, code: str = "2023-01") -> int:
    """A notice that went out, told in the journal as issuing tells it."""
    number = draft_notice(world, code, kind, (PostKind.CONTACT,), state=NoticeState.ISSUED)
    with world.desk(MAY) as desk:
        chain = project_chain(find_project(desk, code).id)
        data = {"notice": number}
        append(desk.session, [Event(chain, EventKind.NOTICE_ISSUED, desk.at, "督办引擎", data)])
    return number


def test_every_lead_unit_gets_a_draft_whose_lines_sum_up_and_name_their_events(
    underway: World,
) -> None:
    made = assess(underway)
    assert [row.version for row in made] == [1, 1]
    for unit in (SCHOOLS_UNIT, HEALTH_UNIT):
        found = score(underway, unit)
        assert found.total == sum(row.points for row in found.rows)
        with underway.database.read() as session:
            for row in found.rows[1:]:
                if row.item is not ScoreItem.FLOOR:
                    event = session.get_one(JournalEvent, row.event)
                    assert event.chain.startswith("project:")
                    assert event.data["kind"] in ("first_report", "report", "plan")
    assert chain(underway)[-1].kind is EventKind.ASSESSED


def test_a_report_not_made_and_one_made_late_are_told_apart(underway: World) -> None:
    with underway.desk(date(2023, 4, 28)) as desk:
        statement = Statement("2023-04", {"学位": Decimal(800), "幼儿园": Decimal(0)})
        report(desk, find_project(desk, "2023-01"), statement, CONTACT)
    assess(underway)
    late = [row for row in score(underway).rows if row.item is ScoreItem.REPORT_LATE]
    assert {row.on for row in late} == {date(2023, 4, 28)}
    assert all("2023-01" in row.text for row in late)
    missed = [row for row in score(underway).rows if row.item is ScoreItem.REPORT_MISSED]
    assert all("2023-03" in row.text for row in missed)


def test_reports_that_measures_give_in_an_items_place_are_not_missed(underway: World) -> None:
    measure = replace(SCHOOLS, number=1, title="建设幼儿园", due=date(2023, 11, 30), milestones=())
    with underway.desk(date(2023, 4, 20)) as desk:
        codes = break_down(desk, find_project(desk, "2023-01"), [measure], OFFICE)
        part = find_project(desk, codes[0])
        assignment.assign(desk, [part], OFFICE)
        assignment.sign_for(desk, part, CONTACT)
    with underway.desk(date(2023, 7, 3)) as desk:
        whole, part = find_project(desk, "2023-01"), find_project(desk, codes[0])
        values = {"学位": Decimal(8040), "幼儿园": Decimal(6)}
        for item in (part, whole):
            report(desk, item, Statement("2023-07", values), CONTACT, "集中完工")
            ask_completion(desk, item, CONTACT)
            completing.close(desk, item, seen_by(OFFICE), OFFICE)
    assess(underway, JANUARY)
    missed = [row.text for row in score(underway).rows if row.item is ScoreItem.REPORT_MISSED]
    assert not [text for text in missed if text.startswith("2023-01 ") and "月进展填报" in text]


def test_support_units_are_not_scored_and_further_lead_units_are(underway: World) -> None:
    assess(underway)
    with underway.desk() as desk:
        names = [found.unit for found in scores(desk.session, program_of(desk), OFFICE)]
    assert names == [SCHOOLS_UNIT, HEALTH_UNIT]
    texts = [row.text for row in score(underway, HEALTH_UNIT).rows]
    assert any("2023-03" in text for text in texts)  # leads it with another unit
    assert not any("2023-01" in text for text in texts)  # supports it


def test_an_approved_extension_moves_the_date_that_counts(underway: World) -> None:
    later = date(2024, 1, 31)
    with underway.desk() as desk:
        project = find_project(desk, "2023-01")
        due = DeadlineKind.COMPLETION
        asked = request(desk, project, due, "", later, "汛期", "六成", CONTACT).id
    with underway.desk() as desk:
        review(desk, asked, OFFICE, "属实")
    with underway.desk() as desk:
        decide(desk, asked, LEADER, approve=True, decision="同意")
    assess(underway, JANUARY)
    late = [row.text for row in score(underway).rows if row.item is ScoreItem.FINISHED_LATE]
    assert not any("2023-01" in text for text in late)


def close_early(world: World) -> None:
    with world.desk(date(2023, 10, 9)) as desk:
        figures(desk, "2023-10")
    with world.desk(date(2023, 10, 10)) as desk:
        ask_completion(desk, find_project(desk, "2023-01"), CONTACT)
    with world.desk(date(2023, 10, 12)) as desk:
        completing.close(desk, find_project(desk, "2023-01"), seen_by(OFFICE), OFFICE)


def test_early_and_over_target_earn_points_until_a_recheck_fails(underway: World) -> None:
    close_early(underway)
    assess(underway, JANUARY)
    assert points(underway, ScoreItem.EARLY) == [2]
    assert points(underway, ScoreItem.OVER_TARGET) == []  # 7.2 % over
    with underway.desk(date(2024, 1, 10)) as desk:
        project = find_project(desk, "2023-01")
        completing.reopen(desk, project, OFFICE, "屋面渗漏", date(2024, 3, 1))
    assess(underway, date(2024, 1, 11))
    assert points(underway, ScoreItem.EARLY) == []
    assert points(underway, ScoreItem.RECHECK_FAILED) == [-5]
    (late,) = [
        row
        for row in score(underway).rows
        if row.item is ScoreItem.FINISHED_LATE and "2023-01" in row.text
    ]
    assert "计分时限2023年12月15日" in late.text  # the date of the re-check does not excuse


def test_while_an_item_is_suspended_nothing_more_counts_against_it(underway: World) -> None:
    with underway.desk(date(2023, 4, 20)) as desk:
        suspending.suspend(desk, find_project(desk, "2023-02"), OFFICE, "洪水")
    assess(underway)
    rows = score(underway, HEALTH_UNIT).rows
    assert not any("2023-02 4月" in row.text for row in rows)


def test_a_warning_counts_a_revoked_one_does_not_and_a_contested_one_waits(
    underway: World,
) -> None:
    number = issued(underway, NoticeKind.RED_WARNING)
    assess(underway)
    assert points(underway, ScoreItem.RED) == [-2]
    with underway.desk(MAY) as desk:
        project = find_project(desk, "2023-01")
        contested = ReviewRequest(
            project_id=project.id,
            notice_id=number,
            received_on=MAY,
            requested_on=MAY,
            requested_by=CONTACT,
            reason="已完成",
            state=ReviewState.REQUESTED,
            decide_by=JANUARY,
        )
        desk.session.add(contested)
    assess(underway)
    (waits,) = [row for row in score(underway).rows if row.item is ScoreItem.RED]
    assert waits.points == 0 and "异议复核中" in waits.text
    with underway.desk(MAY) as desk:
        notice = desk.session.get_one(Notice, number)
        notice.state, notice.issued_at = NoticeState.CANCELLED, None
    assess(underway)
    assert points(underway, ScoreItem.RED) == []


def test_a_circular_counts_from_its_signature_alone(underway: World) -> None:
    audience = (PostKind.UNIT_HEAD,)
    number = draft_notice(underway, "2023-01", NoticeKind.CIRCULAR, audience, None)
    assess(underway)
    assert points(underway, ScoreItem.CIRCULAR) == []
    check_draft(underway, number, day=MAY)
    with underway.desk(MAY) as desk:
        sign(desk, number, SIGNER, "市政府常务会议")
    assess(underway)
    (row,) = [row for row in score(underway).rows if row.item is ScoreItem.CIRCULAR]
    assert row.points == -5 and "2023-01" in row.text
    with underway.database.read() as session:
        event = session.get_one(JournalEvent, row.event)
    assert (event.kind, event.data["notice"]) == (EventKind.NOTICE_SIGNED.value, number)


def test_no_person_appears_anywhere_in_a_score(underway: World) -> None:
    assess(underway)
    tell(underway)
    with underway.database.read() as session:
        names = set(session.scalars(select(Person.name)))
    said = repr([score(underway, unit) for unit in (SCHOOLS_UNIT, HEALTH_UNIT)])
    assert not [name for name in names if name in said]


def test_scores_stand_in_the_order_of_the_roster_however_high_they_are(underway: World) -> None:
    issued(underway, NoticeKind.RED_WARNING)
    assess(underway)
    with underway.desk() as desk:
        listed = scores(desk.session, program_of(desk), OFFICE)
    assert [found.unit for found in listed] == [SCHOOLS_UNIT, HEALTH_UNIT]
    issued(underway, NoticeKind.RED_WARNING, "2023-02")
    issued(underway, NoticeKind.CHASE, "2023-02")
    assess(underway)
    with underway.desk() as desk:
        again = scores(desk.session, program_of(desk), OFFICE)
    assert [found.unit for found in again] == [found.unit for found in listed]
    highest = [max(found, key=lambda s: s.total).unit for found in (listed, again)]
    assert highest == [HEALTH_UNIT, SCHOOLS_UNIT]


def test_a_unit_sees_its_own_score_once_published_and_no_other(underway: World) -> None:
    assess(underway)
    with pytest.raises(AssessmentRefused, match="还没有送达"):
        score(underway, reader=CONTACT)
    tell(underway)
    assert score(underway, reader=CONTACT).unit == SCHOOLS_UNIT
    with pytest.raises(NotAllowed, match="只能查看本单位的得分"):
        score(underway, HEALTH_UNIT, CONTACT)
    with underway.desk() as desk, pytest.raises(NotAllowed, match="只能查看本单位的得分"):
        scores(desk.session, program_of(desk), CONTACT)


def test_scoring_again_replaces_a_draft_and_refuses_when_nothing_has_changed(
    underway: World,
) -> None:
    assess(underway)
    with underway.refuses(AssessmentRefused, "与何督查在2023年5月8日所作的评分相同", MAY) as desk:
        make(desk, program_of(desk), TABLE, SECOND_OFFICER)
    issued(underway, NoticeKind.RED_WARNING)
    made = assess(underway)
    assert [row.version for row in made] == [2]
    assert score(underway).version == 2 and score(underway, HEALTH_UNIT).version == 1


def test_a_published_score_is_replaced_only_with_a_reason(underway: World) -> None:
    assess(underway)
    tell(underway)
    issued(underway, NoticeKind.RED_WARNING)
    with underway.refuses(AssessmentRefused, "市教育局的得分已经送达", MAY) as desk:
        make(desk, program_of(desk), TABLE, OFFICE)
    (row,) = assess(underway, reason="补计漏报的警示")
    assert (row.version, row.state) == (2, AssessmentState.DRAFT)
    assert chain(underway)[-1].data["reason"] == "补计漏报的警示"


def test_only_the_office_scores_and_publishes(underway: World) -> None:
    with underway.refuses(NotAllowed, "不在督查室岗位", MAY) as desk:
        make(desk, program_of(desk), TABLE, CONTACT)
    assess(underway)
    with underway.refuses(NotAllowed, "不在督查室岗位", MAY) as desk:
        publish(desk, program_of(desk), LEADER)


def test_publishing_tells_each_unit_until_when_it_may_object(underway: World) -> None:
    assess(underway)
    (one,) = tell(underway, MAY, SCHOOLS_UNIT)
    assert (one.published_on, one.object_by) == (MAY, date(2023, 5, 15))
    with underway.refuses(AssessmentRefused, "市教育局的得分已于2023年5月8日送达", MAY) as desk:
        publish(desk, program_of(desk), OFFICE, [SCHOOLS_UNIT])
    with underway.refuses(AssessmentRefused, "“市公安局”没有考核评分", MAY) as desk:
        publish(desk, program_of(desk), OFFICE, ["市公安局"])
    assert len(tell(underway)) == 1
    with underway.refuses(AssessmentRefused, "没有待送达", MAY) as desk:
        publish(desk, program_of(desk), OFFICE)


def test_an_objection_names_all_that_is_wrong_with_it(underway: World) -> None:
    assess(underway)
    with pytest.raises(ObjectionRefused, match=r"拟定，不能提出异议；请写明理由；没有第99项"):
        contest(underway, 99, reason=" ")
    tell(underway)
    with pytest.raises(ObjectionRefused, match="异议须在2023年5月15日前提出，现已逾期"):
        contest(underway, day=date(2023, 5, 16))
    with pytest.raises(NotAllowed, match="只能对本单位的得分提出异议"):
        contest(underway, by=OTHER_CONTACT)
    contest(underway, day=date(2023, 5, 15))
    with pytest.raises(ObjectionRefused, match="马晓明已提出同一异议"):
        contest(underway)


GRANTED: dict[str, Any] = {"accept": True, "reason": "经查属实"}


def settled(world: World, number: int, by: str = SECOND_OFFICER, **given: Any) -> None:
    with world.desk(MAY) as desk:
        settle(desk, number, by, **(GRANTED | given))


def test_an_accepted_objection_gives_the_points_back_in_a_new_version(underway: World) -> None:
    assess(underway)
    tell(underway)
    before = score(underway)
    settled(underway, contest(underway))
    after = score(underway, reader=CONTACT)
    assert (after.version, after.state) == (2, AssessmentState.PUBLISHED)
    assert after.total == before.total - before.rows[1].points
    correction = next(row for row in after.rows if row.item is ScoreItem.CORRECTION)
    assert "异议1成立：经查属实" in correction.text
    with underway.database.read() as session:
        event = session.get_one(JournalEvent, correction.event)
    assert event.kind == EventKind.ASSESSMENT_SETTLED.value
    assert event.data["corrects"] == before.rows[1].event
    assert [row for row in after.rows if row.number <= len(before.rows)][1] == before.rows[1]


def test_a_correction_outlives_a_new_score_as_long_as_what_it_corrects(underway: World) -> None:
    assess(underway)
    tell(underway)
    settled(underway, contest(underway))
    issued(underway, NoticeKind.RED_WARNING)
    assess(underway, reason="补计")
    assert len(points(underway, ScoreItem.CORRECTION)) == 1


def test_a_rejected_objection_leaves_the_score_as_it_is(underway: World) -> None:
    assess(underway)
    tell(underway)
    number = contest(underway, None)
    settled(underway, number, accept=False, reason="记录无误")
    assert score(underway).version == 1
    (objection,) = score(underway, reader=CONTACT).objections
    assert (objection.state, objection.decision) == (ObjectionState.REJECTED, "记录无误")


def test_who_made_the_score_does_not_settle_an_objection_to_it(underway: World) -> None:
    assess(underway)
    tell(underway)
    number = contest(underway)
    with underway.refuses(NotAllowed, "这次评分由何督查所作", MAY) as desk:
        settle(desk, number, OFFICE, accept=True, reason="属实")


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"reason": " "}, StepRefused, "请写明理由"),
        ({"points": Decimal(0)}, ObjectionRefused, "不能为0"),
        ({"accept": False, "points": Decimal(3)}, ObjectionRefused, "得分不变"),
    ],
)
def test_a_settlement_that_is_not_whole_is_refused(underway: World, given, error, says) -> None:
    assess(underway)
    tell(underway)
    number = contest(underway)
    with underway.refuses(error, says, MAY) as desk:
        settle(desk, number, SECOND_OFFICER, **({"accept": True, "reason": "属实"} | given))


def test_an_objection_to_the_whole_needs_the_points_that_are_given(underway: World) -> None:
    assess(underway)
    tell(underway)
    number = contest(underway, None)
    with underway.refuses(ObjectionRefused, "请用 --points 写明更正几分", MAY) as desk:
        settle(desk, number, SECOND_OFFICER, accept=True, reason="属实")
    before = score(underway).total
    settled(underway, number, points=Decimal("2.5"))
    assert score(underway).total == before + Decimal("2.5")


def test_an_objection_that_waits_goes_over_to_the_corrected_score(underway: World) -> None:
    assess(underway)
    tell(underway)
    first, second = contest(underway, 2), contest(underway, 3)
    settled(underway, first)
    found = score(underway)
    waiting = next(o for o in found.objections if o.number == second)
    assert (waiting.line, waiting.state) == (3, ObjectionState.FILED)
    with underway.refuses(AssessmentRefused, "市教育局的异议还没有处理", JANUARY) as desk:
        make(desk, program_of(desk), TABLE, OFFICE, "年底重评")
    settled(underway, second)
    assert score(underway).version == 3


def test_of_two_who_score_at_once_one_is_told_who_did(underway: World) -> None:
    told = race(
        underway,
        lambda desk: make(desk, program_of(desk), TABLE, OFFICE),
        lambda desk: make(desk, program_of(desk), TABLE, SECOND_OFFICER),
        day=MAY,
    )
    (refused,) = [error for error in told if error]
    assert "所作的评分相同" in str(refused)
    assert score(underway).version == 1


def test_of_two_who_publish_at_once_one_finds_nothing_left(underway: World) -> None:
    assess(underway)
    told = race(
        underway,
        lambda desk: publish(desk, program_of(desk), OFFICE),
        lambda desk: publish(desk, program_of(desk), SECOND_OFFICER),
        day=MAY,
    )
    (refused,) = [error for error in told if error]
    assert "没有待送达的考核评分" in str(refused)


def test_of_two_who_object_or_settle_at_once_one_is_told_who_was_first(underway: World) -> None:
    assess(underway)
    tell(underway)

    def file(desk: Any) -> None:
        row = desk.session.scalars(
            select(Assessment).where(
                Assessment.unit_id == find_project(desk, "2023-01").lead_unit_id
            )
        ).one()
        file_objection(desk, row, CONTACT, "已报送", 2)

    told = race(underway, file, file, day=MAY)
    (refused,) = [error for error in told if error]
    assert "马晓明已提出同一异议" in str(refused)
    with underway.database.read() as session:
        number = session.scalars(select(AssessmentObjection.id)).one()
    told = race(
        underway,
        lambda desk: settle(desk, number, SECOND_OFFICER, accept=True, reason="属实"),
        lambda desk: settle(desk, number, SECOND_OFFICER, accept=False, reason="不属实"),
        day=MAY,
    )
    (refused,) = [error for error in told if error]
    assert "已由周督查处理" in str(refused)
