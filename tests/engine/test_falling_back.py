"""改送和送达告警: what cannot be delivered reaches the next post, and the office is told once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from engine.desk.alarming import GATHERS_FOR, raise_alarms
from engine.desk.falling_back import fall_back
from engine.desk.issuing import Desk, NoticeDraft, issue
from engine.desk.outbox import EMAIL
from engine.desk.transition import find_project
from engine.desk.undelivered import Undelivered
from engine.notices.explaining import explain_notice
from engine.rules.alarms import Alarm, AlarmKind, alarms_from_data
from engine.rules.words import NoticeKind, PostKind, Reason, Stage
from engine.store.directory import load_directory
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, history, program_chain, project_chain
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice, Person
from tests.engine.builders import (
    CONTACT,
    DEPUTY,
    LEADER,
    OFFICE,
    OTHER_CONTACT,
    OTHER_HEAD,
    RULEBOOK,
    SECOND_OFFICER,
    World,
    program_of,
    race,
)

WHY = "邮箱不存在或已停用"
FAULT = "服务器答复 550 5.1.1 no such user"


def put(world: World, code: str, *posts: PostKind, kind: NoticeKind = NoticeKind.CHASE) -> int:
    """Issue a notice on an item to these posts, to be sent by mail; answers its number."""
    with world.desk() as desk:
        project = find_project(desk, code)
        directory = load_directory(desk.session, desk.day, [project.lead_unit_id], [project.id])
        readers = {to.person_id: to for post in posts for to in directory.find_all(post, project)}
        count = len(desk.session.scalars(select(Notice.id)).all())
        draft = NoticeDraft(
            key=f"p{project.id}/test/{count}",
            kind=kind,
            stage=Stage.DURING,
            rule="test",
            occurrence=str(count),
            reason=Reason.OVERDUE,
            program_id=project.program_id,
            chain=project_chain(project.id),
            title=f"{project.code} {project.title}",
            facts={},
            recipients=tuple(readers.values()),
            project_id=project.id,
            unit_id=project.lead_unit_id,
        )
        issue(desk, [draft])
        return desk.session.scalars(select(Notice.id).where(Notice.key == draft.key)).one()


def letters(world: World, notice: int) -> list[Delivery]:
    """The mails that carry a notice, oldest first."""
    with world.database.read() as session:
        return list(
            session.scalars(
                select(Delivery)
                .join(DeliveryNotice, DeliveryNotice.delivery_id == Delivery.id)
                .where(DeliveryNotice.notice_id == notice, Delivery.channel == EMAIL)
                .order_by(Delivery.id)
            )
        )


def fail(
    world: World, notice: int, *names: str, disable: bool = True, passed_on: bool = True
) -> None:
    """The letters of a notice to these people fail for good, in one transaction."""
    with world.desk() as desk:
        fail_at(desk, notice, names, disable, passed_on)


def fail_at(desk: Desk, notice: int, names: Sequence[str], disable: bool, passed_on: bool) -> None:
    lost = []
    for name in names:
        person = desk.session.scalars(select(Person).where(Person.name == name)).one()
        row = desk.session.scalars(
            select(Delivery)
            .join(DeliveryNotice, DeliveryNotice.delivery_id == Delivery.id)
            .where(DeliveryNotice.notice_id == notice, Delivery.person_id == person.id)
        ).one()
        row.state, row.error = DeliveryState.FAILED, FAULT
        person.email_fault = FAULT if disable else ""
        lost.append(Undelivered(row, WHY, passed_on))
    fall_back(desk, lost)


def readers(world: World, notice: int) -> list[str]:
    """Who is to get a notice by a letter that has not failed."""
    with world.database.read() as session:
        return [
            session.get_one(Person, row.person_id).name
            for row in letters(world, notice)
            if row.state is not DeliveryState.FAILED
        ]


def alarms(world: World) -> list[Notice]:
    with world.database.read() as session:
        query = select(Notice).where(Notice.kind == NoticeKind.ALARM).order_by(Notice.id)
        return list(session.scalars(query))


def told(world: World) -> list[Alarm]:
    return [alarm for notice in alarms(world) for alarm in alarms_from_data(notice.facts)]


def last_event(world: World, code: str) -> Event:
    return world.journal(code)[-1]


def test_a_notice_falls_to_the_deputy_in_the_same_post_first(assigned: World) -> None:
    notice = put(assigned, "2023-01", PostKind.CONTACT)
    fail(assigned, notice, CONTACT)
    assert readers(assigned, notice) == [DEPUTY]


def test_with_nobody_in_the_post_it_falls_to_the_next_one_up(assigned: World) -> None:
    notice = put(assigned, "2023-02", PostKind.CONTACT)
    fail(assigned, notice, OTHER_CONTACT)
    assert readers(assigned, notice) == [OTHER_HEAD]
    failed, instead = letters(assigned, notice)
    assert instead.instead_of == failed.id
    assert instead.key == f"{failed.key}/next/email/{instead.person_id}"
    assert instead.post_kind is PostKind.UNIT_HEAD
    told = last_event(assigned, "2023-02")
    assert told.kind is EventKind.FELL_BACK
    assert told.data == {
        "notice": notice,
        "delivery": failed.id,
        "from": OTHER_CONTACT,
        "to": [OTHER_HEAD],
        "reason": "undelivered",
    }


def test_it_climbs_on_when_the_next_one_fails_as_well_and_ends_with_the_office(
    assigned: World,
) -> None:
    notice = put(assigned, "2023-02", PostKind.CONTACT)
    reached = []
    for name in (OTHER_CONTACT, OTHER_HEAD, LEADER):
        fail(assigned, notice, name)
        reached.append(readers(assigned, notice))
    assert reached == [[OTHER_HEAD], [LEADER], [OFFICE]]
    fail(assigned, notice, OFFICE)
    assert readers(assigned, notice) == [SECOND_OFFICER]
    fail(assigned, notice, SECOND_OFFICER)
    assert readers(assigned, notice) == []
    assert last_event(assigned, "2023-02").kind is EventKind.NO_RECIPIENT


def test_who_has_the_notice_already_gets_no_second_one(assigned: World) -> None:
    notice = put(assigned, "2023-02", PostKind.CONTACT, PostKind.UNIT_HEAD)
    fail(assigned, notice, OTHER_CONTACT)
    assert readers(assigned, notice) == [OTHER_HEAD]
    assert len(letters(assigned, notice)) == 2
    assert told(assigned)[0].instead == f"{OTHER_HEAD}（单位主要负责人）"


def test_two_that_fail_at_once_make_one_letter_to_the_next(assigned: World) -> None:
    notice = put(assigned, "2023-02", PostKind.CONTACT, PostKind.UNIT_HEAD)
    fail(assigned, notice, OTHER_CONTACT, OTHER_HEAD)
    assert readers(assigned, notice) == [LEADER]
    assert len(told(assigned)) == 2


def test_of_several_lead_units_the_failed_readers_own_is_climbed(assigned: World) -> None:
    notice = put(assigned, "2023-03", PostKind.CONTACT)
    fail(assigned, notice, OTHER_CONTACT)
    assert set(readers(assigned, notice)) == {CONTACT, OTHER_HEAD}


def test_a_letter_refused_to_a_good_address_falls_back_to_somebody_else(assigned: World) -> None:
    notice = put(assigned, "2023-02", PostKind.CONTACT)
    fail(assigned, notice, OTHER_CONTACT, disable=False)
    assert readers(assigned, notice) == [OTHER_HEAD]


def test_a_letter_that_cannot_be_written_is_passed_on_to_nobody(assigned: World) -> None:
    notice = put(assigned, "2023-02", PostKind.CONTACT)
    fail(assigned, notice, OTHER_CONTACT, disable=False, passed_on=False)
    assert readers(assigned, notice) == []
    assert told(assigned)[0].instead == ""


def test_what_was_answered_meanwhile_is_not_passed_on(assigned: World) -> None:
    notice = put(assigned, "2023-02", PostKind.CONTACT)
    with assigned.desk() as desk:
        row = desk.session.get_one(Notice, notice)
        row.answered_at, row.answered_by, row.answer = desk.at, OTHER_HEAD, "正在办理"
    fail(assigned, notice, OTHER_CONTACT)
    assert readers(assigned, notice) == []
    assert alarms(assigned) == []


def test_the_office_is_told_what_failed_why_and_who_got_it_instead(assigned: World) -> None:
    notice = put(assigned, "2023-02", PostKind.CONTACT)
    fail(assigned, notice, OTHER_CONTACT)
    [alarm] = alarms(assigned)
    assert assigned.mail_readers(alarm.id) == {OFFICE}
    assert (alarm.title, alarm.reason) == ("1处通知未送达，均已改送", Reason.UNDELIVERED)
    assert told(assigned) == [
        Alarm(
            AlarmKind.UNDELIVERED,
            f"{WHY}（{FAULT}）",
            project="催办：2023-02 义诊进乡村",
            person=OTHER_CONTACT,
            post="联系人",
            unit="市卫健局",
            address=f"{OTHER_CONTACT}@wz.example",
            instead=f"{OTHER_HEAD}（单位主要负责人）",
            delivery=letters(assigned, notice)[0].id,
        )
    ]
    with assigned.database.read() as session:
        assert explain_notice(session, alarm, RULEBOOK).same


def test_an_alarm_that_the_outbox_does_not_bear_out_is_not_explained(assigned: World) -> None:
    notice = put(assigned, "2023-02", PostKind.CONTACT)
    fail(assigned, notice, OTHER_CONTACT)
    with assigned.desk() as desk:
        row = desk.session.get_one(Delivery, letters(assigned, notice)[0].id)
        row.state, row.sent_at = DeliveryState.SENT, desk.at
    with assigned.database.read() as session:
        assert not explain_notice(session, alarms(assigned)[0], RULEBOOK).same


def test_failures_of_a_morning_make_one_letter_that_leaves_after_an_hour(assigned: World) -> None:
    first = put(assigned, "2023-01", PostKind.CONTACT)
    second = put(assigned, "2023-02", PostKind.CONTACT)
    fail(assigned, first, CONTACT)
    fail(assigned, second, OTHER_CONTACT)
    [alarm] = alarms(assigned)
    assert len(told(assigned)) == 2
    assert alarm.title == "2处通知未送达，均已改送"
    [letter] = letters(assigned, alarm.id)
    assert letter.next_attempt_at - letter.created_at == GATHERS_FOR == timedelta(hours=1)


def test_what_fails_after_the_alarm_has_left_makes_a_new_one(assigned: World) -> None:
    first = put(assigned, "2023-01", PostKind.CONTACT)
    second = put(assigned, "2023-02", PostKind.CONTACT)
    fail(assigned, first, CONTACT)
    with assigned.desk() as desk:
        row = desk.session.get_one(Delivery, letters(assigned, alarms(assigned)[0].id)[0].id)
        row.message = b"written"
    fail(assigned, second, OTHER_CONTACT)
    assert [len(alarms_from_data(alarm.facts)) for alarm in alarms(assigned)] == [1, 1]


def test_the_failure_of_an_alarm_raises_no_alarm_and_is_passed_on_to_nobody(
    assigned: World,
) -> None:
    notice = put(assigned, "2023-02", PostKind.CONTACT)
    fail(assigned, notice, OTHER_CONTACT)
    [alarm] = alarms(assigned)
    fail(assigned, alarm.id, OFFICE)
    assert len(alarms(assigned)) == 1
    assert readers(assigned, alarm.id) == []


def test_an_alarm_that_reaches_nobody_is_kept_and_journalled(assigned: World) -> None:
    for name in (OFFICE, SECOND_OFFICER):
        assigned.change_person(name, email_fault=FAULT)
    notice = put(assigned, "2023-02", PostKind.CONTACT)
    fail(assigned, notice, OTHER_CONTACT)
    [alarm] = alarms(assigned)
    assert letters(assigned, alarm.id) == []
    with assigned.database.read() as session:
        chain = history(session, program_chain(assigned.program().id))
    assert chain[-1].kind is EventKind.NO_RECIPIENT


def test_the_same_alarm_is_told_once(assigned: World) -> None:
    alarm = Alarm(AlarmKind.NO_RECIPIENT, "岗位空缺", project="提示：2023-01")
    for _ in range(2):
        with assigned.desk() as desk:
            raise_alarms(desk, program_of(desk).id, [alarm, alarm])
    assert told(assigned) == [alarm]
    [notice] = alarms(assigned)
    assert notice.reason is Reason.NO_RECIPIENT


def test_alarms_raised_at_once_by_two_all_arrive(assigned: World) -> None:
    alarm = Alarm(AlarmKind.NO_RECIPIENT, "岗位空缺")

    def about(project: str) -> Callable[[Desk], None]:
        return lambda desk: raise_alarms(
            desk, program_of(desk).id, [replace(alarm, project=project)]
        )

    race(assigned, about("甲"), about("乙"))
    assert {item.project for item in told(assigned)} == {"甲", "乙"}
    assert len(alarms(assigned)) == 1
