"""A unit's feed as a calendar program fetches it."""

from __future__ import annotations

import icalendar
import vobject

from engine.desk.transition import find_project
from engine.reports.reporting import Statement, report
from engine.staff.feeds import feed_named, renew
from tests.engine.builders import CONTACT, OFFICE
from tests.web.conftest import Office

UNIT = "市教育局"


def address(office: Office) -> str:
    with office.service.database.read() as session:
        found = feed_named(session, UNIT)
    return office.service.links.feed(found.id, found.serial)


def test_a_feed_is_fetched_without_signing_in_and_two_programs_read_it(underway: Office) -> None:
    answer = underway.look(address(underway))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert any("全部开工·新增学位" in str(event["summary"]) for event in events)
    assert len(vobject.readOne(answer.text).vevent_list) == len(events)


def test_what_a_reader_has_already_is_not_sent_again_until_something_changes(
    underway: Office,
) -> None:
    first = underway.look(address(underway))
    known = {"If-None-Match": first.headers["etag"]}
    again = underway.client.get(address(underway), headers=known)
    assert (again.status_code, again.content) == (304, b"")
    underway.go_to(underway.service.now().date(), hour=15)
    assert underway.look(address(underway)).content == first.content
    with underway.service.at_desk() as desk:
        project = find_project(desk, "2023-01")
        report(desk, project, Statement("2023-04", text="开工", milestones=("全部开工",)), CONTACT)
    changed = underway.client.get(address(underway), headers=known)
    assert changed.status_code == 200
    assert "全部开工" not in changed.text


def test_a_renewed_address_is_dead_at_once_and_the_new_one_serves(underway: Office) -> None:
    old = address(underway)
    with underway.service.at_desk() as desk:
        renew(desk, UNIT, OFFICE, 1)
    page = underway.look(old)
    assert page.status_code == 404
    assert "不存在，或者已经更换" in page.text
    assert underway.look(address(underway)).status_code == 200


def test_addresses_that_are_none_say_so(underway: Office) -> None:
    good = address(underway)
    other = "a" if good[-5] != "a" else "b"
    for wrong in ("/feeds/x", f"/feeds/999999-{'a' * 32}.ics", f"{good[:-5]}{other}.ics"):
        assert underway.look(wrong).status_code == 404


def test_looking_at_a_feed_changes_nothing(underway: Office) -> None:
    before = underway.world.snapshot()
    assert underway.client.head(address(underway)).status_code == 200
    underway.look(address(underway))
    assert underway.world.snapshot() == before
