"""Which year's list is at work while the next one is already there, and how papers of another
year's list than this year's are told apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def year_at_work(years: Iterable[int], day: date) -> int | None:
    """The newest year that has begun; before any has, the first that will. None of none.

    The list of the next year is often decided and imported while this year's still runs.
    """
    known = sorted(years)
    begun = [year for year in known if year <= day.year]
    return begun[-1] if begun else next(iter(known), None)


def other_list(year: int, day: date) -> str:
    """What is added to the title of a paper dated ``day`` that is of the list of another year: of
    two lists that run at once each has papers of its own."""
    return "" if year == day.year else f"，{year}年度清单"
