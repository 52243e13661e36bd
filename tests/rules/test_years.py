"""The list at work is this year's, even when the next one is already there."""

from __future__ import annotations

from datetime import date

import pytest

from engine.rules.years import year_at_work


@pytest.mark.parametrize(
    ("years", "day", "at_work"),
    [
        ([], date(2026, 11, 12), None),
        ([2026], date(2026, 11, 12), 2026),
        ([2027, 2026], date(2026, 12, 31), 2026),
        ([2027, 2026], date(2027, 1, 1), 2027),
        ([2026], date(2027, 1, 8), 2026),
        ([2027], date(2026, 11, 12), 2027),
        ([2028, 2027], date(2026, 11, 12), 2027),
        ([2025, 2027], date(2026, 11, 12), 2025),
    ],
)
def test_the_list_at_work_is_the_newest_that_has_begun(
    years: list[int], day: date, at_work: int | None
) -> None:
    assert year_at_work(years, day) == at_work
