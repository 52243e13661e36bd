"""Sending hours: nobody is written to at night or on a day of rest."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.hours import next_sending_time
from engine.rules.zone import ZONE
from tests.rules.builders import CALENDAR, WORKING_HOURS

INSTANTS = st.datetimes(
    datetime(2023, 1, 1), datetime(2026, 12, 31), timezones=st.sampled_from([UTC, ZONE])
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def sending_time(moment: datetime) -> datetime:
    return next_sending_time(moment, WORKING_HOURS, CALENDAR)


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("2023-04-06T08:29:59", "2023-04-06T08:30:00"),
        ("2023-04-06T08:30:00", "2023-04-06T08:30:00"),
        ("2023-04-06T17:29:59", "2023-04-06T17:29:59"),
        ("2023-04-06T17:30:00", "2023-04-07T08:30:00"),
        ("2023-04-06T23:59:00", "2023-04-07T08:30:00"),
        ("2023-04-07T00:10:00", "2023-04-07T08:30:00"),
        ("2023-04-07T18:00:00", "2023-04-10T08:30:00"),
        ("2023-04-08T10:00:00", "2023-04-10T08:30:00"),
        ("2023-09-28T20:00:00", "2023-10-07T08:30:00"),
    ],
)
def test_a_message_waits_for_the_next_opening(asked: str, sent: str):
    assert sending_time(at(asked)) == at(sent)


def test_a_make_up_saturday_is_a_day_for_messages():
    saturday = at("2023-10-07T10:00:00")
    assert saturday.isoweekday() == 6
    assert sending_time(saturday) == saturday


def test_the_hours_are_those_of_china_wherever_the_clock_stands():
    assert sending_time(datetime(2023, 4, 6, 0, 29, tzinfo=UTC)) == at("2023-04-06T08:30:00")
    assert sending_time(datetime(2023, 4, 6, 16, 0, tzinfo=UTC)) == at("2023-04-07T08:30:00")


@given(INSTANTS)
def test_whatever_the_moment_messages_leave_later_and_in_the_hours_of_a_working_day(
    moment: datetime,
):
    sent = sending_time(moment)
    local = sent.astimezone(ZONE)
    assert sent >= moment
    assert CALENDAR.is_working(local.date())
    assert WORKING_HOURS.start <= local.time() < WORKING_HOURS.end
    assert sending_time(sent) == sent
