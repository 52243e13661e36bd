from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update

from engine.dates import extending
from engine.dates.suspending import suspend
from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, PersonUnknown
from engine.desk.transition import ProjectChanged, find_project
from engine.results.completing import (
    ReopeningRefused,
    close,
    reopen,
    request_completion,
    send_back,
    terminate,
)
from engine.results.proving import request_views
from engine.rules.changes import Decision
from engine.rules.completion import (
    Claim,
    CompletionState,
    ProofFile,
    Verification,
    VerificationMethod,
)
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import StepRefused
from engine.rules.words import (
    DeadlineKind,
    DeadlineState,
    Light,
    NoticeKind,
    NoticeState,
    PostKind,
    Reason,
    Timeliness,
)
from engine.store.event_kinds import EventKind
from engine.store.tables import (
    CompletionRequest,
    Deadline,
    Evidence,
    LightRecord,
    Person,
    Post,
    Project,
    Unit,
)
from tests.engine.builders import (
    CONTACT,
    LEADER,
    OFFICE,
    OTHER_CONTACT,
    SECOND_OFFICER,
    World,
    ask_completion,
    bound_dates,
    draft_notice,
    figures,
    race,
    seen_by,
)

COMPLETION = DeadlineKind.COMPLETION
DUE = date(2023, 12, 15)


JPEG = b"\xff\xd8\xff\xe0" + bytes(64)


def requests(world: World) -> list[CompletionRequest]:
    """What was asked for on the first project, oldest first."""
    with world.database.read() as session:
        query = select(CompletionRequest).join(Project, Project.id == CompletionRequest.project_id)
        return list(
            session.scalars(
                query.where(Project.code == "2023-01").order_by(CompletionRequest.number)
            )
        )


def ask(world: World, day: date) -> None:
    """All figures are reported and completion is asked for."""
    with world.desk(day) as desk:
        figures(desk, f"{day:%Y-%m}")
        ask_completion(desk, find_project(desk, "2023-01"), CONTACT)


def finish(world: World, day: date) -> None:
    with world.desk(day) as desk:
        close(desk, find_project(desk, "2023-01"), seen_by(SECOND_OFFICER), OFFICE)


def extend(world: World, to: date) -> None:
    with world.desk() as desk:
        project = find_project(desk, "2023-01")
        asked = extending.request(desk, project, COMPLETION, "", to, "汛期", "过半", CONTACT)
        extending.review(desk, asked.id, OFFICE, "属实")
        extending.decide(desk, asked.id, LEADER, approve=True, decision="同意")


@pytest.mark.parametrize(
    ("asked_on", "extended_to", "how"),
    [
        (date(2023, 11, 15), None, Timeliness.EARLY),
        (date(2023, 11, 16), None, Timeliness.ON_TIME),
        (DUE, None, Timeliness.ON_TIME),
        (date(2023, 12, 18), None, Timeliness.LATE),
        (DUE, date(2023, 12, 28), Timeliness.ON_TIME),
        (date(2023, 12, 18), date(2023, 12, 28), Timeliness.EXTENDED),
        (date(2023, 12, 29), date(2023, 12, 28), Timeliness.LATE),
    ],
)
def test_early_timely_extended_and_late_are_told_apart(
    underway: World, asked_on: date, extended_to: date | None, how: Timeliness
) -> None:
    if extended_to:
        extend(underway, extended_to)
    ask(underway, asked_on)
    finish(underway, date(2024, 1, 4))
    row = underway.row("2023-01")
    assert (row.timeliness, row.closed_on) == (how, date(2024, 1, 4))
    end = underway.dates("2023-01", COMPLETION)[-1]
    assert (end.state, end.met_on, end.original_due) == (DeadlineState.MET, asked_on, DUE)


def test_a_closed_item_is_blue_and_nothing_about_it_binds(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    finish(underway, date(2023, 11, 3))
    row = underway.row("2023-01")
    assert (row.state, row.light) == (ProjectState.CLOSED, Light.BLUE)
    assert underway.pending("2023-01") == {}
    events = underway.journal("2023-01")[-3:]
    assert [event.kind for event in events] == [
        EventKind.CLOSED,
        EventKind.DEADLINE_MET,
        EventKind.LIGHT_CHANGED,
    ]
    assert (events[0].actor, events[0].data["verified_by"]) == (OFFICE, SECOND_OFFICER)
    assert events[0].data["reason"] == "提前办结"
    assert events[2].data == {"from": "green", "to": "blue", "reason": "closed"}


def test_completion_is_asked_for_only_with_every_figure(underway: World) -> None:
    with underway.desk(date(2023, 11, 1)) as desk:
        figures(desk, "2023-11", day_values={"学位": 8040})
    with underway.refuses(StepRefused, "以下指标尚未填报最终结果：幼儿园（所）") as desk:
        ask_completion(desk, find_project(desk, "2023-01"), CONTACT)


def test_only_the_unit_asks_and_only_the_office_closes_or_sends_back(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    for name in (CONTACT, LEADER):
        with underway.refuses(NotAllowed, f"{name}不在督查室岗位") as desk:
            close(desk, find_project(desk, "2023-01"), seen_by(OFFICE), name)
        with underway.refuses(NotAllowed, f"{name}不在督查室岗位") as desk:
            close(desk, find_project(desk, "2023-01"), seen_by(name), OFFICE)
        with underway.refuses(NotAllowed, f"{name}不在督查室岗位") as desk:
            send_back(desk, find_project(desk, "2023-01"), name, "缺验收")
    with underway.refuses(NotAllowed, "不在该事项牵头单位") as desk:
        ask_completion(desk, find_project(desk, "2023-01"), OTHER_CONTACT)


def test_an_item_is_closed_only_when_somebody_verified_it(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    with underway.refuses(StepRefused, "销号前须由督查室核验，请写明核验人") as desk:
        close(desk, find_project(desk, "2023-01"), seen_by("  "), OFFICE)
    with underway.refuses(PersonUnknown, "通讯录中没有“谁”") as desk:
        close(desk, find_project(desk, "2023-01"), seen_by("谁"), OFFICE)


def test_an_item_is_closed_only_on_request_and_only_once(underway: World) -> None:
    with underway.refuses(StepRefused, "事项处于“推进中”，不能核验销号") as desk:
        close(desk, find_project(desk, "2023-01"), seen_by(OFFICE), OFFICE)
    ask(underway, date(2023, 11, 1))
    seen = underway.row("2023-01")
    finish(underway, date(2023, 11, 3))
    with underway.refuses(StepRefused, "事项处于“已销号”，不能核验销号") as desk:
        close(desk, find_project(desk, "2023-01"), seen_by(OFFICE), OFFICE)
    with underway.refuses(ProjectChanged, f"刚刚由{OFFICE}办理了销号，现在为“已销号”") as desk:
        close(desk, desk.session.merge(seen, load=False), seen_by(OFFICE), OFFICE)


def test_sending_back_lets_the_old_dates_bind_again(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    dates = underway.pending("2023-01")
    with underway.desk(date(2023, 11, 2)) as desk:  # as a sweep does while the office has it
        desk.session.execute(update(Deadline).values(next_check_on=None))
    with underway.refuses(StepRefused, "不能退回重办：请写明理由") as desk:
        send_back(desk, find_project(desk, "2023-01"), OFFICE, "")
    with underway.desk(date(2023, 11, 6)) as desk:
        project = find_project(desk, "2023-01")
        send_back(desk, project, OFFICE, "缺验收材料")
        assert {d.next_check_on for d in bound_dates(desk, project)} == {desk.day}
    assert underway.pending("2023-01") == dates
    row = underway.row("2023-01")
    assert (row.state, row.requested_on) == (ProjectState.UNDERWAY, None)
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.data["reason"]) == (EventKind.SENT_BACK, "缺验收材料")


def test_the_day_of_the_last_request_counts(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    with underway.desk(date(2023, 11, 6)) as desk:
        send_back(desk, find_project(desk, "2023-01"), OFFICE, "缺验收材料")
    ask(underway, date(2023, 12, 18))
    finish(underway, date(2023, 12, 19))
    assert underway.row("2023-01").timeliness is Timeliness.LATE


@pytest.fixture
def closed(underway: World) -> World:
    ask(underway, date(2023, 11, 1))
    finish(underway, date(2023, 11, 3))
    return underway


def test_a_reopened_item_has_a_new_date_and_keeps_the_first(closed: World) -> None:
    day, due = date(2023, 12, 20), date(2024, 1, 31)
    with closed.desk(day) as desk:
        reopen(desk, find_project(desk, "2023-01"), OFFICE, "复查不合格", due)
    row = closed.row("2023-01")
    assert (row.state, row.light) == (ProjectState.UNDERWAY, Light.YELLOW)
    assert (row.closed_on, row.requested_on, row.timeliness) == (None, None, None)
    old, new = closed.dates("2023-01", COMPLETION)
    assert old.state is DeadlineState.REPLACED
    assert (new.version, new.due, new.original_due) == (2, due, DUE)
    assert (new.state, new.next_check_on) == (DeadlineState.PENDING, day)
    told = [event.kind for event in closed.journal("2023-01")]
    assert told[told.index(EventKind.REOPENED) :][:3] == [
        EventKind.REOPENED,
        EventKind.LIGHT_CHANGED,
        EventKind.DEADLINE_MOVED,
    ]


@pytest.mark.parametrize(
    ("day", "due", "done", "how"),
    [
        (date(2023, 12, 20), date(2024, 1, 31), date(2024, 1, 30), Timeliness.REWORKED),
        (date(2023, 12, 20), date(2024, 1, 31), date(2024, 2, 1), Timeliness.LATE),
        (date(2023, 11, 6), date(2023, 12, 8), date(2023, 12, 7), Timeliness.REWORKED),
        (date(2023, 11, 6), date(2023, 12, 8), date(2023, 12, 11), Timeliness.LATE),
    ],
)
def test_what_failed_a_re_check_is_never_again_on_time(
    closed: World, day: date, due: date, done: date, how: Timeliness
) -> None:
    with closed.desk(day) as desk:
        reopen(desk, find_project(desk, "2023-01"), OFFICE, "复查不合格", due)
    ask(closed, done)
    finish(closed, done)
    assert closed.row("2023-01").timeliness is how
    first, second = requests(closed)
    assert (first.state, first.timeliness) == (CompletionState.OVERTURNED, Timeliness.EARLY)
    assert (first.overturned_on, first.overturned_for) == (day, "复查不合格")
    assert (second.state, second.timeliness) == (CompletionState.VERIFIED, how)


def test_what_was_late_stays_late_when_it_is_done_again(underway: World) -> None:
    ask(underway, date(2023, 12, 18))
    finish(underway, date(2023, 12, 19))
    with underway.desk(date(2023, 12, 20)) as desk:
        reopen(desk, find_project(desk, "2023-01"), OFFICE, "复查不合格", date(2024, 1, 31))
    ask(underway, date(2024, 1, 5))
    finish(underway, date(2024, 1, 8))
    assert underway.row("2023-01").timeliness is Timeliness.LATE


def test_two_failed_re_checks_are_both_remembered(closed: World) -> None:
    for day, due in ((date(2023, 12, 20), date(2024, 1, 31)), (date(2024, 2, 6), date(2024, 3, 1))):
        with closed.desk(day) as desk:
            reopen(desk, find_project(desk, "2023-01"), OFFICE, f"{day}复查不合格", due)
        ask(closed, due)
        finish(closed, due)
    states = [request.state for request in requests(closed)]
    assert states == [
        CompletionState.OVERTURNED,
        CompletionState.OVERTURNED,
        CompletionState.VERIFIED,
    ]
    assert closed.row("2023-01").timeliness is Timeliness.REWORKED


def test_a_request_says_what_proves_every_target(underway: World) -> None:
    with underway.desk(date(2023, 11, 1)) as desk:
        figures(desk, "2023-11")
        project = find_project(desk, "2023-01")
        said = {"学位": "学籍系统截图编号12", "幼儿园（所）": "竣工验收备案6份"}
        photo = ProofFile("验收单.jpg", JPEG, "幼儿园")
        request_completion(desk, project, Claim("六所幼儿园投用", said, (photo,)), CONTACT)
    with underway.desk() as desk:
        (view,) = request_views(desk.session, find_project(desk, "2023-01"))
        (kept,) = desk.session.scalars(select(Evidence)).all()
    assert (view.number, view.state, view.requested_by) == (1, CompletionState.REQUESTED, CONTACT)
    assert view.statement == "六所幼儿园投用"
    assert [(p.target, p.text, p.files) for p in view.proofs] == [
        ("学位（个）", "学籍系统截图编号12", ()),
        ("幼儿园（所）", "竣工验收备案6份", (kept.id,)),
    ]
    asked = next(
        event
        for event in underway.journal("2023-01")
        if event.kind is EventKind.COMPLETION_REQUESTED
    )
    assert asked.data["statement"] == "六所幼儿园投用"


def test_all_that_a_request_lacks_is_told_at_once(underway: World) -> None:
    with underway.desk(date(2023, 11, 1)) as desk:
        figures(desk, "2023-11", day_values={"学位": 8040})
    lacking = Claim(" ", {"学位": "  ", "医院": "验收"}, (ProofFile("说明.txt", b"abc"),))
    says = (
        "尚未填报最终结果：幼儿园（所）；请写明办理结果；没有指标“医院”，本事项的指标为："
        "学位（个）、幼儿园（所）；以下指标没有佐证说明：学位（个）、幼儿园（所）；.*说明.txt"
    )
    with underway.refuses(StepRefused, says) as desk:
        request_completion(desk, find_project(desk, "2023-01"), lacking, CONTACT)


def test_of_two_who_ask_at_once_one_is_told_of_the_other(underway: World) -> None:
    with underway.desk(date(2023, 11, 1)) as desk:
        figures(desk, "2023-11")

    def asks(desk: Desk) -> None:
        ask_completion(desk, find_project(desk, "2023-01"), CONTACT)

    told = race(underway, asks, asks)
    assert told.count(None) == 1
    assert "申请办结" in str(next(error for error in told if error))
    assert len(requests(underway)) == 1


def test_of_two_who_close_and_send_back_at_once_one_is_told_of_the_other(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    told = race(
        underway,
        lambda desk: close(desk, find_project(desk, "2023-01"), seen_by(OFFICE), OFFICE),
        lambda desk: send_back(desk, find_project(desk, "2023-01"), SECOND_OFFICER, "缺验收"),
        day=date(2023, 11, 3),
    )
    assert told.count(None) == 1
    assert len(requests(underway)) == 1


def test_a_verification_keeps_how_and_what_was_seen(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    finish(underway, date(2023, 11, 3))
    (request,) = requests(underway)
    assert (request.state, request.method) == (CompletionState.VERIFIED, VerificationMethod.ON_SITE)
    assert (request.verified_on, request.verified_by) == (date(2023, 11, 3), SECOND_OFFICER)
    assert request.finding == "现场查看，与申报一致"
    assert request.timeliness is Timeliness.EARLY
    told = next(e for e in underway.journal("2023-01") if e.kind is EventKind.CLOSED)
    assert (told.data["method"], told.data["finding"]) == ("on_site", "现场查看，与申报一致")


def test_a_verification_says_how_and_what_was_seen(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    says = "请写明核验人；请写明核验方式（现场核验或书面核验）；请写明核验情况"
    with underway.refuses(StepRefused, says) as desk:
        close(desk, find_project(desk, "2023-01"), Verification("", None, " "), OFFICE)


def test_nobody_verifies_what_they_asked_for(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    with underway.desk() as desk:
        person = desk.session.scalars(select(Person).where(Person.name == CONTACT)).one()
        office = desk.session.scalars(select(Unit).where(Unit.name == "督查室")).one()
        desk.session.add(
            Post(unit_id=office.id, kind=PostKind.OFFICE, title="借调", holder_id=person.id)
        )
    with underway.refuses(StepRefused, f"{CONTACT}是办结申请人，须由他人核验") as desk:
        close(desk, find_project(desk, "2023-01"), seen_by(CONTACT), OFFICE)
    finish(underway, date(2023, 11, 3))


def test_what_was_sent_back_keeps_the_reason(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    with underway.desk(date(2023, 11, 6)) as desk:
        send_back(desk, find_project(desk, "2023-01"), OFFICE, "缺验收材料")
    ask(underway, date(2023, 11, 8))
    finish(underway, date(2023, 11, 9))
    first, second = requests(underway)
    assert (first.state, first.finding) == (CompletionState.SENT_BACK, "缺验收材料")
    assert (first.verified_by, first.timeliness) == (OFFICE, None)
    assert (second.number, second.state) == (2, CompletionState.VERIFIED)
    assert underway.row("2023-01").timeliness is Timeliness.EARLY


def test_reopening_needs_a_reason_a_later_date_and_a_closed_item(closed: World) -> None:
    day, due = date(2023, 12, 20), date(2024, 1, 31)
    with closed.refuses(StepRefused, "请写明理由", day) as desk:
        reopen(desk, find_project(desk, "2023-01"), OFFICE, " ", due)
    with closed.refuses(ReopeningRefused, "新的完成时限2023年12月20日须晚于今天", day) as desk:
        reopen(desk, find_project(desk, "2023-01"), OFFICE, "复查不合格", day)
    with closed.refuses(StepRefused, "事项处于“推进中”，不能复查不合格重新办理", day) as desk:
        reopen(desk, find_project(desk, "2023-02"), OFFICE, "复查不合格", due)
    with closed.refuses(NotAllowed, "不在督查室岗位", day) as desk:
        reopen(desk, find_project(desk, "2023-01"), CONTACT, "复查不合格", due)


DECISION = Decision("市人大常委会", "吴人发〔2023〕5号", date(2023, 3, 30))


def end(desk: Desk, by: str = LEADER, decision: Decision = DECISION, reason: str = "规划调整"):
    terminate(desk, find_project(desk, "2023-01"), decision, reason, by)


@pytest.mark.parametrize("paused", [False, True])
def test_a_termination_ends_all_dates_and_records_the_decision(
    underway: World, paused: bool
) -> None:
    with underway.desk() as desk:
        if paused:
            suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
        end(desk)
    assert underway.row("2023-01").state is ProjectState.TERMINATED
    assert underway.pending("2023-01") == {}
    told = next(e for e in underway.journal("2023-01") if e.kind is EventKind.TERMINATED)
    assert told.data["basis"] == "市人大常委会 吴人发〔2023〕5号（2023年3月30日）"
    assert (told.data["document"], told.data["decided_on"]) == ("吴人发〔2023〕5号", "2023-03-30")


def test_what_was_drafted_on_a_terminated_item_can_no_longer_be_signed(underway: World) -> None:
    audience = (PostKind.LEADER, PostKind.OFFICE)
    waiting = draft_notice(underway, "2023-01", NoticeKind.SUMMONS_PROPOSAL, audience)
    of_another = draft_notice(underway, "2023-02", NoticeKind.SUMMONS_PROPOSAL, audience)
    with underway.desk() as desk:
        end(desk)
    assert underway.notice(waiting).state is NoticeState.CANCELLED
    assert underway.notice(of_another).state is NoticeState.DRAFT
    told = [e.data for e in underway.journal("2023-01") if e.kind is EventKind.NOTICE_CANCELLED]
    assert told == [{"notice": waiting, "why": "事项已终止"}]


def test_an_item_that_was_not_signed_for_yet_can_be_terminated(assigned: World) -> None:
    with assigned.desk() as desk:
        end(desk)
    assert assigned.row("2023-01").state is ProjectState.TERMINATED


def test_a_termination_needs_a_leader_and_all_of_the_decision(underway: World) -> None:
    missing = Decision("市人大常委会", " ", None)
    says = "终止须有原审议机关的决定；请写明决定文号、决定日期；请写明理由"
    with underway.refuses(StepRefused, says) as desk:
        end(desk, decision=missing, reason="")
    with underway.refuses(StepRefused, "决定日期2023年4月4日晚于今天") as desk:
        end(desk, decision=replace(DECISION, decided_on=date(2023, 4, 4)))
    with underway.refuses(NotAllowed, "不在领导岗位") as desk:
        end(desk, by=OFFICE)


def test_what_is_terminated_by_two_is_terminated_once(underway: World) -> None:
    told = race(underway, end, end)
    assert told.count(None) == 1
    assert "终止" in str(next(error for error in told if error))


def test_the_lights_of_closing_and_reopening_are_kept(underway: World) -> None:
    ask(underway, date(2023, 12, 14))
    finish(underway, date(2023, 12, 15))
    with underway.desk(date(2023, 12, 20)) as desk:
        reopen(desk, find_project(desk, "2023-01"), OFFICE, "复查漏报", date(2024, 1, 31))
    number = underway.row("2023-01").id
    with underway.database.read() as session:
        query = select(LightRecord).where(LightRecord.project_id == number)
        rows = session.scalars(query.order_by(LightRecord.id)).all()
    assert [(r.on_day, r.period, r.colour, r.reason, r.text) for r in rows] == [
        (date(2023, 12, 15), "", Light.BLUE, Reason.CLOSED, "按期办结"),
        (date(2023, 12, 20), "", Light.YELLOW, Reason.REOPENED, "复查漏报"),
    ]
