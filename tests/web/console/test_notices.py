"""Notices in the console: what was sent to whom, why, and sending again what was given up."""

from __future__ import annotations

from sqlalchemy import select, update

from engine.notices.sendings import sending_lines
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice, Person
from tests.engine.builders import CONTACT, HEAD, OFFICE
from tests.web.console.conftest import ConsoleOffice


def first_of(office: ConsoleOffice, name: str) -> int:
    """The first notice that was sent to a person."""
    with office.service.database.read() as session:
        query = (
            select(DeliveryNotice.notice_id)
            .join(Delivery, Delivery.id == DeliveryNotice.delivery_id)
            .join(Person, Person.id == Delivery.person_id)
            .where(Person.name == name)
            .order_by(DeliveryNotice.notice_id)
        )
        number = session.scalars(query).first()
        assert number is not None
        return number


def give_up(office: ConsoleOffice, number: int) -> None:
    with office.service.database.begin() as session:
        carried = select(DeliveryNotice.delivery_id).where(DeliveryNotice.notice_id == number)
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(carried))
            .values(state=DeliveryState.FAILED, error="服务器答复 550 拒收", attempts=5)
        )


def test_a_notice_shows_its_words_its_readers_and_why_it_was_sent(assigned: ConsoleOffice) -> None:
    office = assigned.browser(OFFICE)
    number = first_of(assigned, CONTACT)
    assert f"/notices/{number}" in office.page("/notices")
    shown = office.page(f"/notices/{number}")
    assert "为什么发" in shown and "重新推算" in shown and "✔ 一致" in shown
    assert CONTACT in shown and "待发送" in shown
    paper = office.look(f"/notices/{number}/document")
    assert paper.content[:2] == b"PK"
    assert "凭码核验真伪" in office.page(f"/notices/{number}")


def test_notices_are_chosen_by_what_they_are_and_turned_page_by_page(
    assigned: ConsoleOffice,
) -> None:
    program = assigned.program(OFFICE)
    rows = program.get("/notices").json()["rows"]
    one = program.get("/notices", kind="assignment", project="2023-01").json()["rows"]
    assert {row["code"] for row in one} == {"2023-01"} and len(one) < len(rows)
    assert program.get("/notices", sending="failed").json()["rows"] == []
    assert len(program.get("/notices", sending="waiting").json()["rows"]) == len(rows)
    older = program.get("/notices", after=rows[0]["number"]).json()
    assert [row["number"] for row in older["rows"]] == [row["number"] for row in rows[1:]]
    newer = program.get("/notices", before=rows[-1]["number"]).json()
    assert [row["number"] for row in newer["rows"]] == [row["number"] for row in rows[:-1]]
    assert program.get("/notices", kind="no").status_code == 422


def test_a_unit_sees_what_it_was_sent_and_nothing_else(assigned: ConsoleOffice) -> None:
    unit, program = assigned.browser(CONTACT), assigned.program(CONTACT)
    own = {row["number"] for row in program.get("/notices").json()["rows"]}
    everything = {row["number"] for row in assigned.program(OFFICE).get("/notices").json()["rows"]}
    assert first_of(assigned, CONTACT) in own and own < everything
    codes = {row["code"] for row in program.get("/notices").json()["rows"]}
    rows = assigned.program(OFFICE).get("/notices").json()["rows"]
    stranger = next(row["number"] for row in rows if row["code"] not in codes)
    assert unit.look(f"/notices/{stranger}").status_code == 404
    assert unit.look(f"/notices/{stranger}/document").status_code == 404
    assert unit.look("/notices/load").status_code == 403
    mine = program.get(f"/notices/{first_of(assigned, CONTACT)}").json()
    assert mine["sendings"] == []


def test_what_was_given_up_is_sent_again_to_the_address_that_is_now_right(
    assigned: ConsoleOffice,
) -> None:
    number = first_of(assigned, CONTACT)
    office = assigned.browser(OFFICE)
    assert "没有发送失败" in office.refused(f"/notices/{number}/retry")
    give_up(assigned, number)
    assert "550 拒收" in office.page(f"/notices/{number}")
    assert f"/notices/{number}" in office.page("/notices?sending=failed")
    with assigned.service.database.begin() as session:
        session.execute(update(Person).where(Person.name == CONTACT).values(email="new@wz.example"))
    assert "重新列入发送" in office.do(f"/notices/{number}/retry")
    with assigned.service.database.read() as session:
        (line, *_) = [s for s in sending_lines(session, number) if s.reader == CONTACT]
    assert (line.state, line.address, line.attempts) == (DeliveryState.QUEUED, "new@wz.example", 0)
    assert "重新发送" in office.page("/log?kind=delivery_retried")
    assert assigned.browser(HEAD).look(f"/notices/{number}/retry").status_code == 403


def test_nothing_is_sent_again_to_an_address_that_is_shut_or_of_a_notice_withdrawn(
    assigned: ConsoleOffice,
) -> None:
    number = first_of(assigned, CONTACT)
    give_up(assigned, number)
    with assigned.service.database.begin() as session:
        session.execute(update(Person).values(email_fault="550 no such user"))
    office = assigned.browser(OFFICE)
    assert "邮箱已停用" in office.refused(f"/notices/{number}/retry")
    with assigned.service.database.begin() as session:
        row = session.get_one(Notice, number)
        row.state, row.issued_at = type(row.state)("cancelled"), None
    assert "不能重新发送" in office.refused(f"/notices/{number}/retry")


def test_the_load_of_each_unit_is_held_against_the_budget(assigned: ConsoleOffice) -> None:
    office = assigned.browser(OFFICE)
    assert "市教育局" in office.page("/notices/load?month=2023-03")
    assert "没有给单位发过" in office.page("/notices/load?month=2020-01")
    assert office.look("/notices/load?month=四月").status_code == 422
