"""Overlapping absences, held against a count day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.absences import Absence

START = date(2023, 1, 1)
DAYS = [START + timedelta(days=n) for n in range(40)]
offsets = st.integers(0, 30)


@st.composite
def absences(draw: st.DrawFn) -> Absence:
    first = draw(offsets)
    length = draw(st.none() | st.integers(0, 9))
    last = None if length is None else DAYS[min(first + length, 39)]
    return Absence(DAYS[first], last, draw(st.none() | st.integers(1, 3)))


@given(absences(), absences())
def test_the_common_days_are_those_on_which_both_are_away(one: Absence, two: Absence) -> None:
    both = [day for day in DAYS if one.covers(day) and two.covers(day)]
    common = one.common_days(two)
    assert [day for day in DAYS if common and common.covers(day)] == both
    assert common == two.common_days(one)


@pytest.mark.parametrize(
    ("scope", "post", "concerned"),
    [(None, 1, True), (1, 1, True), (2, 1, False), (2, None, True), (None, None, True)],
)
def test_an_absence_from_one_post_concerns_no_other(
    scope: int | None, post: int | None, concerned: bool
) -> None:
    assert Absence(START, None, scope).concerns(post) is concerned


def test_the_days_are_told_as_people_write_them() -> None:
    assert Absence(START, None).text == "2023年1月1日起"
    assert Absence(START, date(2023, 1, 5)).text == "2023年1月1日至2023年1月5日"
