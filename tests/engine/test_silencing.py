"""暂缓提醒: with a reason, an author and an end; what is never silenced goes out all the same."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.lists.levels import UnitUnknown
from engine.notices import silencing
from engine.notices.explaining import explain
from engine.notices.silences import silences
from engine.notices.silencing import SilenceRefused
from engine.results.completing import terminate
from engine.rules.changes import Decision
from engine.rules.words import Cadence, DeadlineKind, NoticeKind
from engine.rules.zone import ZONE
from engine.store.event_kinds import EventKind
from engine.store.journal import PEOPLE_CHAIN, history
from engine.store.tables import Deadline, Notice, Project
from engine.sweeps.sweep import SweepReport, run_sweep
from tests.engine.builders import (
    CONTACT,
    LEADER,
    OFFICE,
    SECOND_OFFICER,
    TODAY,
    World,
    race,
)

END = date(2023, 4, 14)
LATEST = date(2023, 4, 18)
WHY = "市里防汛，十天内不打扰"


def sweep(world: World, day: date, cadence: Cadence = Cadence.DAILY) -> SweepReport:
    at = datetime.combine(day, time(9), ZONE)
    return run_sweep(
        world.database, world.rulebook, cadence, scheduled_at=at, as_of=at, now=lambda: at
    )


def silence(world: World, until: date = END, day: date = TODAY, code: str = "2023-01") -> int:
    with world.desk(day) as desk:
        return silencing.silence_item(desk, code, until, WHY, OFFICE).number


def issued(world: World, code: str = "2023-01") -> list[tuple[date, str]]:
    """Day and rule of all that went out on the milestones of an item."""
    with world.database.read() as session:
        rows = session.execute(
            select(Notice.as_of, Notice.rule)
            .join(Project, Notice.project_id == Project.id)
            .join(Deadline, Notice.deadline_id == Deadline.id)
            .where(Project.code == code, Deadline.kind == DeadlineKind.MILESTONE)
            .order_by(Notice.id)
        )
        return [(day, rule) for day, rule in rows]


def notice(world: World, kind: NoticeKind) -> Notice:
    with world.database.read() as session:
        query = select(Notice).where(Notice.kind == kind).order_by(Notice.id.desc()).limit(1)
        return session.scalars(query).one()


def test_a_silence_is_kept_with_reason_author_and_end(underway: World) -> None:
    number = silence(underway)
    with underway.database.read() as session:
        (told,) = silences(session, TODAY)
    assert (told.number, told.code, told.unit) == (number, "2023-01", "市教育局")
    assert (told.reason, told.author, told.ends_on) == (WHY, OFFICE, END)
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.actor) == (EventKind.SILENCE_SET, OFFICE)
    assert last.data == {"silence": number, "until": "2023-04-14", "reason": WHY}


def test_all_faults_are_told_at_once(underway: World) -> None:
    long = "最长暂缓10个工作日，最晚到2023年4月18日；需要更长时间的，请申请延期或免督；请写明理由"
    with underway.refuses(SilenceRefused, long) as desk:
        silencing.silence_item(desk, "2023-01", LATEST + timedelta(days=1), " ", OFFICE)
    with underway.refuses(SilenceRefused, "结束日期2023年4月2日已过") as desk:
        silencing.silence_item(desk, "2023-01", TODAY - timedelta(days=1), WHY, OFFICE)
    with underway.refuses(NotAllowed, "不在督查室岗位") as desk:
        silencing.silence_item(desk, "2023-01", END, WHY, CONTACT)
    with underway.refuses(UnitUnknown, "没有名为“市水利局”的单位") as desk:
        silencing.silence_unit(desk, "市水利局", END, WHY, OFFICE)


def test_the_last_day_allowed_is_allowed(underway: World) -> None:
    assert silence(underway, LATEST) > 0


def test_what_has_ended_is_not_silenced(underway: World) -> None:
    with underway.desk() as desk:
        decision = Decision("市人大常委会", "常发〔2023〕9号", TODAY)
        terminate(desk, find_project(desk, "2023-02"), decision, "不再实施", LEADER)
    with underway.refuses(SilenceRefused, "事项处于“已终止”，不在督办之中") as desk:
        silencing.silence_item(desk, "2023-02", END, WHY, OFFICE)


def test_what_is_silenced_is_not_silenced_again_until_it_is_lifted(underway: World) -> None:
    number = silence(underway)
    told = f"已由{OFFICE}暂缓至2023年4月14日（暂缓号 {number}），要改期的请先解除"
    with underway.refuses(SilenceRefused, told) as desk:
        silencing.silence_item(desk, "2023-01", LATEST, WHY, SECOND_OFFICER)
    with underway.desk() as desk:
        silencing.lift(desk, number, SECOND_OFFICER)
    assert silence(underway, LATEST) != number
    with underway.refuses(SilenceRefused, f"已由{SECOND_OFFICER}于2023年4月3日解除") as desk:
        silencing.lift(desk, number, OFFICE)
    with underway.refuses(SilenceRefused, "没有暂缓号 99") as desk:
        silencing.lift(desk, 99, OFFICE)
    with underway.refuses(SilenceRefused, "已于2023年4月18日到期", date(2023, 4, 19)) as desk:
        silencing.lift(desk, number + 1, OFFICE)


@pytest.mark.parametrize("unit", [False, True])
def test_of_two_who_silence_at_once_one_wins_and_the_other_is_told_who(
    underway: World, unit: bool
) -> None:
    def by(person: str) -> Any:
        def verb(desk: Any) -> None:
            if unit:
                silencing.silence_unit(desk, "市教育局", END, WHY, person)
            else:
                silencing.silence_item(desk, "2023-01", END, WHY, person)

        return verb

    told = race(underway, by(OFFICE), by(SECOND_OFFICER))
    (refusal,) = [error for error in told if error]
    assert told.count(None) == 1
    winner = OFFICE if told[0] is None else SECOND_OFFICER
    assert f"已由{winner}暂缓" in str(refusal)


def test_of_two_who_lift_at_once_one_wins(underway: World) -> None:
    number = silence(underway)
    told = race(underway, *(lambda desk: silencing.lift(desk, number, OFFICE) for _ in range(2)))
    assert told.count(None) == 1


def milestone_days(world: World) -> list[tuple[date, str]]:
    for offset in range(30):
        day = date(2023, 5, 19) + timedelta(days=offset)
        if world.rulebook.calendar.is_working(day):
            sweep(world, day)
    return issued(world)


def test_reminders_wait_and_the_ladder_goes_on_with_the_highest_step_still_true(
    underway: World,
) -> None:
    """Due on 31 May: T-7 on 22 May, T-1 on 30 May, the chase on 1 June."""
    silence(underway, date(2023, 6, 2), date(2023, 5, 25))
    days = milestone_days(underway)
    assert days[:3] == [
        (date(2023, 5, 22), "remind-milestone"),
        (date(2023, 6, 5), "chase-milestone"),
        (date(2023, 6, 8), "yellow-milestone-overdue"),
    ]
    chase = notice(underway, NoticeKind.CHASE)
    assert "remind-milestone@T-1" in str(chase.facts["decision"]["superseded"])


def test_a_lifted_silence_lets_the_ladder_go_on_in_the_next_check(underway: World) -> None:
    number = silence(underway, date(2023, 6, 6), date(2023, 5, 25))
    for day in (25, 26, 29, 30, 31):
        sweep(underway, date(2023, 5, day))
    assert issued(underway) == []
    with underway.desk(date(2023, 6, 1)) as desk:
        silencing.lift(desk, number, OFFICE)
    sweep(underway, date(2023, 6, 1))
    assert issued(underway) == [(date(2023, 6, 1), "chase-milestone")]
    lifted = [e for e in underway.journal("2023-01") if e.kind is EventKind.SILENCE_LIFTED]
    assert [(event.actor, event.data) for event in lifted] == [(OFFICE, {"silence": number})]


def test_a_red_warning_is_never_silenced(underway: World) -> None:
    silence(underway, date(2023, 6, 29), date(2023, 6, 15))
    sweep(underway, date(2023, 6, 21))
    assert issued(underway)[-1][1] == "red-milestone-overdue"
    red = notice(underway, NoticeKind.RED_WARNING)
    assert red.facts["project"]["silenced_until"] == "2023-06-29"
    with underway.database.read() as session:
        assert explain(session, red.id).same


def test_a_silenced_unit_keeps_its_line_in_the_weekly_papers(underway: World) -> None:
    with underway.desk(date(2023, 5, 19)) as desk:
        silencing.silence_unit(desk, "市教育局", date(2023, 5, 26), WHY, OFFICE)
    with underway.database.read() as session:
        assert history(session, PEOPLE_CHAIN)[-1].data["unit"] == "市教育局"
    sweep(underway, date(2023, 5, 22), Cadence.WEEKLY)
    digest = notice(underway, NoticeKind.WEEKLY_DIGEST)
    lines = [*digest.facts["paper"]["due_soon"], *digest.facts["paper"]["overdue"]]
    assert {line["silenced_until"] for line in lines if line["unit"] != "市教育局"} == {None}
    told = notice(underway, NoticeKind.WEEKLY_LIST)
    assert [(s["unit"], s["code"], s["reason"]) for s in told.facts["silences"]] == [
        ("市教育局", "", WHY)
    ]
    marked = [line for line in told.facts["paper"]["due_soon"] if line["code"] == "2023-01"]
    assert {line["silenced_until"] for line in marked} == {"2023-05-26"}
    with underway.database.read() as session:
        assert explain(session, told.id).same and explain(session, digest.id).same
    assert not [rule for _, rule in issued(underway)]


def test_the_office_is_told_of_a_silence_that_has_ended_once(underway: World) -> None:
    silence(underway, date(2023, 5, 18), date(2023, 5, 12))
    told = []
    for day in (15, 22, 29):
        sweep(underway, date(2023, 5, day), Cadence.WEEKLY)
        told.append(len(notice(underway, NoticeKind.WEEKLY_LIST).facts["silences"]))
    assert told == [1, 1, 0]
