"""离岗: when two absences overlap, and what that means for a post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.rules.conditions import written


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from ``first`` to ``last``, both counted; None until it is known.

    ``post_id`` is the post they are away from; None for all posts.
    """

    first: date
    last: date | None
    post_id: int | None = None

    @property
    def text(self) -> str:
        """The days as people write them."""
        if self.last is None:
            return f"{written(self.first)}起"
        return f"{written(self.first)}至{written(self.last)}"

    def covers(self, day: date) -> bool:
        """Whether the person is away on a day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def concerns(self, post_id: int | None) -> bool:
        """Whether it takes the person from this post (None: from any)."""
        return self.post_id is None or post_id is None or self.post_id == post_id

    def common_days(self, other: Absence) -> Absence | None:
        """The days on which both are away; None when there is none."""
        ends = [day for day in (self.last, other.last) if day is not None]
        first, last = max(self.first, other.first), min(ends, default=None)
        return None if last is not None and last < first else Absence(first, last)
