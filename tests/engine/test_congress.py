"""What the congress hands over: received, handed over, reported back on, evaluated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.assigning import assignment
from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed
from engine.desk.transition import ProjectChanged, find_project
from engine.results.completing import CompletionRefused, close, reopen
from engine.rules.completion import CompletionState
from engine.rules.congress import Opinion, Problem, ReportBack, Satisfaction
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import StepRefused
from engine.rules.words import DeadlineKind, Light, NoticeKind, ProjectKind, Timeliness
from engine.store.event_kinds import EventKind
from engine.store.tables import CompletionRequest, Notice, Project
from engine.tasks.congress import OpinionRefused, evaluate, receive, report_back
from engine.tasks.handing_over import HandingOverRefused, hand_over
from engine.tasks.opinions import OpinionView, opinion_views
from tests.engine.builders import (
    CONTACT,
    HEAD,
    LEADER,
    OFFICE,
    OTHER_CONTACT,
    SECOND_OFFICER,
    World,
    ask_completion,
    race,
    seen_by,
)

RECEIVED = date(2023, 11, 1)
REPORT_BY = date(2024, 1, 26)
CODE = "2023-议1"
COMPLETION = DeadlineKind.COMPLETION

CLASSES = Problem("三所学校大班额未化解", "市教育局", date(2023, 12, 15), "城南片区", "副市长")
CLINICS = Problem("村卫生室设备闲置", "市卫健局", date(2023, 11, 30))
OPINION = Opinion(
    title="关于2023年度民生实事办理情况报告的审议意见",
    body="市六届人大常委会",
    session="第十二次会议",
    document="吴人常发〔2023〕15号",
    held_on=date(2023, 10, 27),
    unit="市教育局",
    report_by=REPORT_BY,
    satisfaction=Satisfaction.SATISFIED,
    votes="满意31票、基本满意2票、不满意0票",
    problems=(CLASSES, CLINICS),
)
REPORT = ReportBack("吴政函〔2024〕3号", "问题已逐项整改")


def received(world: World, **changed: Any) -> None:
    with world.desk(RECEIVED) as desk:
        receive(desk, replace(OPINION, **changed), OFFICE)


def view_of(world: World) -> OpinionView:
    with world.database.read() as session:
        (view,) = opinion_views(session, CODE)
        return view


def settle(world: World, code: str, who: str, day: date) -> None:
    """A problem is put right, verified and closed."""
    with world.desk(day) as desk:
        project = find_project(desk, code)
        assignment.sign_for(desk, project, who)
        ask_completion(desk, project, who)
        close(desk, project, seen_by(SECOND_OFFICER), OFFICE)


def reported(world: World, day: date = date(2024, 1, 10), by: str = OFFICE) -> None:
    with world.desk(day) as desk:
        report_back(desk, find_project(desk, CODE), REPORT, by)


@pytest.fixture
def handed(assigned: World) -> World:
    """An opinion with two problems, given to their units."""
    received(assigned)
    return assigned


@pytest.fixture
def answered(handed: World) -> World:
    """Both problems are settled and reported back on."""
    settle(handed, f"{CODE}-1", CONTACT, date(2023, 12, 8))
    settle(handed, f"{CODE}-2", OTHER_CONTACT, date(2023, 12, 8))
    reported(handed)
    return handed


def test_an_opinion_and_its_problems_become_items_of_their_units(handed: World) -> None:
    view = view_of(handed)
    assert (view.state, view.unit, view.due) == (ProjectState.ASSIGNED, "市教育局", REPORT_BY)
    assert (view.satisfaction, view.votes) == (Satisfaction.SATISFIED, OPINION.votes)
    assert [(p.code, p.unit, p.due, p.state) for p in view.problems] == [
        (f"{CODE}-1", "市教育局", CLASSES.due, ProjectState.ASSIGNED),
        (f"{CODE}-2", "市卫健局", CLINICS.due, ProjectState.ASSIGNED),
    ]
    problem = handed.row(f"{CODE}-1")
    basis = "市六届人大常委会第十二次会议审议意见（吴人常发〔2023〕15号）"
    assert (problem.kind, problem.basis) == (ProjectKind.PROBLEM, basis)
    assert problem.parent_id == handed.row(CODE).id
    assert problem.assigned_by_document == OPINION.document
    assert problem.leader_post_id == handed.row("2023-01").leader_post_id
    assert set(handed.pending(f"{CODE}-1")) == {(COMPLETION, ""), (DeadlineKind.SIGN_FOR, "1")}


def test_the_journal_tells_what_was_received_and_handed_over(handed: World) -> None:
    events = handed.journal(CODE)
    assert [e.kind for e in events if e.kind is not EventKind.NOTICE_ISSUED] == [
        EventKind.PROJECT_REGISTERED,
        EventKind.DEADLINE_SET,
        EventKind.ASSIGNED,
        EventKind.DEADLINE_SET,
        EventKind.OPINION_RECEIVED,
        EventKind.HANDED_OVER,
        EventKind.HANDED_OVER,
    ]
    assert events[-1].data == {
        "code": f"{CODE}-2",
        "title": CLINICS.title,
        "unit": "市卫健局",
        "due": "2023-11-30",
    }
    first = handed.journal(f"{CODE}-1")[0]
    assert (first.kind, first.actor) == (EventKind.PROJECT_REGISTERED, OFFICE)
    assert OPINION.document in first.data["basis"]


def test_the_units_are_told_by_one_letter_each_on_what_it_rests(handed: World) -> None:
    with handed.database.read() as session:
        told = session.scalars(
            select(Notice)
            .join(Project, Notice.project_id == Project.id)
            .where(Notice.kind == NoticeKind.ASSIGNMENT, Project.parent_id.is_not(None))
        ).all()
        assert {notice.facts["project"]["code"] for notice in told} == {f"{CODE}-1", f"{CODE}-2"}
        assert all(OPINION.document in notice.facts["project"]["basis"] for notice in told)
        contents = {n.facts["project"]["code"]: n.facts["project"]["content"] for n in told}
    assert contents[f"{CODE}-1"] == "城南片区"


def test_all_that_an_opinion_lacks_is_told_at_once_and_nothing_is_kept(assigned: World) -> None:
    wrong = replace(
        OPINION,
        body=" ",
        document="",
        report_by=RECEIVED,
        held_on=date(2023, 11, 2),
        unit="市林业局",
        problems=(replace(CLASSES, due=None, unit="市国资委"), replace(CLINICS, title="")),
    )
    says = (
        "请写明人大机关、审议意见的文号；会议日期2023-11-02还没有到；报告时限2023-11-01须晚于今天；"
        "问题1：请写明办理时限；问题2：请写明问题；通讯录中没有单位“市林业局”.*"
        "问题1：通讯录中没有单位“市国资委”"
    )
    with assigned.refuses(OpinionRefused, says, RECEIVED) as desk:
        receive(desk, wrong, OFFICE)


def test_only_the_office_receives_and_hands_over(handed: World) -> None:
    with handed.refuses(NotAllowed, "不在督查室岗位", RECEIVED) as desk:
        receive(desk, replace(OPINION, document="另一件"), CONTACT)
    with handed.refuses(NotAllowed, "不在督查室岗位", RECEIVED) as desk:
        hand_over(desk, find_project(desk, CODE), (CLASSES,), LEADER)


def test_an_opinion_is_received_once(handed: World) -> None:
    says = f"吴人常发〔2023〕15号已由{OFFICE}于2023-11-01交办，编号{CODE}"
    with handed.refuses(OpinionRefused, says, date(2023, 11, 2)) as desk:
        receive(desk, OPINION, SECOND_OFFICER)


def test_of_two_who_receive_the_same_opinion_one_is_told_of_the_other(assigned: World) -> None:
    told = race(
        assigned,
        lambda desk: receive(desk, OPINION, OFFICE),
        lambda desk: receive(desk, OPINION, SECOND_OFFICER),
        day=RECEIVED,
    )
    assert told.count(None) == 1
    assert f"编号{CODE}" in str(next(error for error in told if error))
    assert len(view_of(assigned).problems) == 2


def test_further_problems_go_on_with_the_numbers(handed: World) -> None:
    more = (Problem("公厕夜间不开放", "市卫健局", date(2023, 12, 29)),)
    with handed.desk(date(2023, 11, 6)) as desk:
        (opened,) = hand_over(desk, find_project(desk, CODE), more, OFFICE)
        assert opened.code == f"{CODE}-3"


def test_a_problem_is_handed_over_once_and_if_one_cannot_be_none_is(handed: World) -> None:
    fresh = Problem("公厕夜间不开放", "市卫健局", date(2023, 12, 29))
    says = f"“{CLINICS.title}”已由{OFFICE}于2023-11-01交办，编号{CODE}-2"
    with handed.refuses(HandingOverRefused, says, RECEIVED) as desk:
        hand_over(desk, find_project(desk, CODE), (fresh, CLINICS), OFFICE)
    with handed.refuses(HandingOverRefused, "写了2次，请只留一条", RECEIVED) as desk:
        hand_over(desk, find_project(desk, CODE), (fresh, fresh), OFFICE)
    with handed.refuses(HandingOverRefused, "请至少写明一个问题", RECEIVED) as desk:
        hand_over(desk, find_project(desk, CODE), (), OFFICE)
    with handed.refuses(HandingOverRefused, "2023-01 不是审议意见", RECEIVED) as desk:
        hand_over(desk, find_project(desk, "2023-01"), (fresh,), OFFICE)


def test_of_two_who_hand_over_the_same_problem_one_is_told_of_the_other(handed: World) -> None:
    fresh = (Problem("公厕夜间不开放", "市卫健局", date(2023, 12, 29)),)
    told = race(
        handed,
        lambda desk: hand_over(desk, find_project(desk, CODE), fresh, OFFICE),
        lambda desk: hand_over(desk, find_project(desk, CODE), fresh, SECOND_OFFICER),
        day=RECEIVED,
    )
    assert told.count(None) == 1
    assert f"编号{CODE}-3" in str(next(error for error in told if error))


def test_a_report_ends_an_opinion_whose_problems_have_ended(answered: World) -> None:
    view = view_of(answered)
    assert view.state is ProjectState.CLOSED
    (report,) = view.reports
    assert (report.document, report.text) == (REPORT.document, REPORT.text)
    assert (report.reported_on, report.reported_by) == (date(2024, 1, 10), OFFICE)
    assert report.timeliness is Timeliness.ON_TIME
    assert answered.row(CODE).light is Light.BLUE
    assert answered.pending(CODE) == {}
    kinds = [event.kind for event in answered.journal(CODE)]
    assert kinds.count(EventKind.CLOSED) == 1
    assert kinds[-1] is EventKind.OPINION_REPORTED
    told = answered.journal(CODE)[-1].data
    assert told == {"document": REPORT.document, "text": REPORT.text, "unfinished": {}}


def test_a_report_says_of_each_open_problem_why(handed: World) -> None:
    settle(handed, f"{CODE}-1", CONTACT, date(2023, 12, 8))
    day = date(2024, 1, 10)
    says = f"请写明报告文号；以下交办问题尚未办结，请逐项说明：{CODE}-2；请写明办理情况"
    with handed.refuses(StepRefused, says, day) as desk:
        report_back(desk, find_project(desk, CODE), ReportBack("", " "), OFFICE)
    strange = replace(REPORT, unfinished={f"{CODE}-1": "已完", f"{CODE}-2": "招标中"})
    with handed.refuses(StepRefused, f"{CODE}-1 不是尚未办结的交办问题", day) as desk:
        report_back(desk, find_project(desk, CODE), strange, OFFICE)
    with handed.desk(day) as desk:
        said = replace(REPORT, unfinished={f"{CODE}-2": "设备招标中"})
        report_back(desk, find_project(desk, CODE), said, CONTACT)
    view = view_of(handed)
    assert view.reports[0].unfinished == {f"{CODE}-2": "设备招标中"}
    assert view.problems[1].is_open and view.state is ProjectState.CLOSED


def test_only_the_office_and_the_unit_report_and_only_an_opinion(handed: World) -> None:
    with handed.refuses(NotAllowed, "不在该事项牵头单位") as desk:
        report_back(desk, find_project(desk, CODE), REPORT, OTHER_CONTACT)
    with handed.refuses(OpinionRefused, "2023-01 不是审议意见") as desk:
        report_back(desk, find_project(desk, "2023-01"), REPORT, OFFICE)


def test_an_opinion_does_not_end_like_a_project(handed: World) -> None:
    with handed.desk(RECEIVED) as desk:
        assignment.sign_for(desk, find_project(desk, CODE), HEAD)
    with handed.refuses(CompletionRefused, "以书面报告办结，请用 duban opinion report") as desk:
        ask_completion(desk, find_project(desk, CODE), HEAD)


def test_of_two_reports_at_once_one_is_told_of_the_other(handed: World) -> None:
    settle(handed, f"{CODE}-1", CONTACT, date(2023, 12, 8))
    settle(handed, f"{CODE}-2", OTHER_CONTACT, date(2023, 12, 8))

    def reports(desk: Desk) -> None:
        report_back(desk, find_project(desk, CODE), REPORT, OFFICE)

    told = race(handed, reports, reports, day=date(2024, 1, 10))
    assert told.count(None) == 1
    error = next(error for error in told if error)
    assert isinstance(error, ProjectChanged | StepRefused) and "已销号" in str(error)
    assert len(view_of(handed).reports) == 1


def test_an_evaluation_is_recorded_for_ever(answered: World) -> None:
    on = date(2024, 1, 24)
    with answered.desk(date(2024, 1, 25)) as desk:
        due = evaluate(
            desk, find_project(desk, CODE), Satisfaction.BASICALLY, on, "基本满意20票", OFFICE
        )
    assert due is None
    (report,) = view_of(answered).reports
    assert (report.satisfaction, report.evaluated_on, report.votes) == (
        Satisfaction.BASICALLY,
        on,
        "基本满意20票",
    )
    assert answered.row(CODE).state is ProjectState.CLOSED
    last = answered.journal(CODE)[-1]
    assert (last.kind, last.data["satisfaction"]) == (EventKind.OPINION_EVALUATED, "basically")
    says = f"已由{OFFICE}登记测评结果“基本满意”，不能更改"
    with answered.refuses(OpinionRefused, says, date(2024, 1, 26)) as desk:
        evaluate(desk, find_project(desk, CODE), Satisfaction.SATISFIED, on, "", SECOND_OFFICER)


def test_dissatisfaction_opens_the_opinion_again_for_three_months(answered: World) -> None:
    on = date(2024, 1, 24)
    with answered.desk(date(2024, 1, 25)) as desk:
        due = evaluate(
            desk, find_project(desk, CODE), Satisfaction.DISSATISFIED, on, "不满意18票", OFFICE
        )
    assert due == date(2024, 4, 24)
    view = view_of(answered)
    assert (view.state, view.due, view.original_due) == (ProjectState.UNDERWAY, due, REPORT_BY)
    assert answered.row(CODE).light is Light.YELLOW
    reported(answered, date(2024, 4, 10), CONTACT)
    first, second = view_of(answered).reports
    assert (first.satisfaction, second.satisfaction) == (Satisfaction.DISSATISFIED, None)
    assert (first.timeliness, second.timeliness) == (Timeliness.ON_TIME, Timeliness.REWORKED)
    with answered.database.read() as session:
        states = session.scalars(
            select(CompletionRequest.state)
            .join(Project, Project.id == CompletionRequest.project_id)
            .where(Project.code == CODE)
            .order_by(CompletionRequest.number)
        ).all()
    assert states == [CompletionState.OVERTURNED, CompletionState.REQUESTED]
    with answered.desk(date(2024, 4, 30)) as desk:
        evaluate(
            desk,
            find_project(desk, CODE),
            Satisfaction.SATISFIED,
            date(2024, 4, 29),
            "",
            SECOND_OFFICER,
        )
    assert view_of(answered).reports[1].satisfaction is Satisfaction.SATISFIED


def test_an_evaluation_has_a_report_before_it_and_a_day_that_can_be(handed: World) -> None:
    def judge(desk: Desk, on: date) -> None:
        evaluate(desk, find_project(desk, CODE), Satisfaction.SATISFIED, on, "", OFFICE)

    day = date(2024, 1, 12)
    with handed.refuses(OpinionRefused, "还没有书面报告办理情况", day) as desk:
        judge(desk, day)
    settle(handed, f"{CODE}-1", CONTACT, date(2023, 12, 8))
    settle(handed, f"{CODE}-2", OTHER_CONTACT, date(2023, 12, 8))
    reported(handed)
    with handed.refuses(OpinionRefused, "2024年1月13日还没有到", day) as desk:
        judge(desk, date(2024, 1, 13))
    with handed.refuses(OpinionRefused, "不能早于报告日期2024年1月10日", day) as desk:
        judge(desk, date(2024, 1, 9))
    with handed.refuses(NotAllowed, "不在督查室岗位", day) as desk:
        evaluate(desk, find_project(desk, CODE), Satisfaction.SATISFIED, day, "", CONTACT)


def test_of_two_evaluations_at_once_one_is_told_of_the_other(answered: World) -> None:
    on = date(2024, 1, 24)

    def judges(who: str) -> Any:
        return lambda desk: evaluate(
            desk, find_project(desk, CODE), Satisfaction.SATISFIED, on, "", who
        )

    told = race(answered, judges(OFFICE), judges(SECOND_OFFICER), day=on)
    assert told.count(None) == 1
    assert "登记测评结果“满意”" in str(next(error for error in told if error))


def test_a_closed_problem_is_done_again_by_itself(answered: World) -> None:
    with answered.desk(date(2024, 1, 25)) as desk:
        reopen(desk, find_project(desk, f"{CODE}-1"), OFFICE, "代表视察未通过", date(2024, 3, 1))
    assert answered.row(f"{CODE}-1").state is ProjectState.UNDERWAY
    assert answered.row(CODE).state is ProjectState.CLOSED
