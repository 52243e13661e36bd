"""What is about to fall due, and what was missed."""

from __future__ import annotations

from datetime import date

from engine.dates import suspending
from engine.desk.transition import find_project
from engine.overseeing.coming import coming
from tests.engine.builders import OFFICE, World

NEXT_YEAR = date(2024, 1, 3)


def test_a_date_is_not_missed_while_the_clock_of_its_item_stands(underway: World) -> None:
    def missed() -> set[str]:
        with underway.database.read() as session:
            return {line.code for line in coming(session, NEXT_YEAR, None).missed.lines}

    assert "2023-01" in missed()
    with underway.desk() as desk:
        suspending.suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    assert "2023-01" not in missed()
