"""Whether somebody stands in: the days on which both people of a post are away (AB角)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import or_, select

from engine.desk.issuing import Desk
from engine.rules.absences import Absence
from engine.store.tables import Leave, Post, Unit


def absence_of(leave: Leave) -> Absence:
    """The days and the scope of a leave."""
    return Absence(leave.starts_on, leave.ends_on, leave.post_id)


def uncovered(desk: Desk, posts: Iterable[Post], since: date) -> Iterator[str]:
    """Days on which holder and deputy of a post are both away, in words, one for each post."""
    for post in posts:
        if post.holder_id is None or post.deputy_id is None:
            continue
        leaves = desk.session.scalars(
            select(Leave)
            .where(
                Leave.person_id.in_((post.holder_id, post.deputy_id)),
                or_(Leave.post_id.is_(None), Leave.post_id == post.id),
                or_(Leave.ends_on.is_(None), Leave.ends_on >= since),
            )
            .order_by(Leave.starts_on, Leave.id)
        ).all()
        both = (
            common
            for one in leaves
            if one.person_id == post.holder_id
            for two in leaves
            if two.person_id == post.deputy_id
            if (common := absence_of(one).common_days(absence_of(two)))
        )
        for days in both:
            unit = desk.session.get_one(Unit, post.unit_id).name
            yield (
                f"{unit}“{post.title}”的A角和B角{days.text}同时离岗，期间无人顶岗，"
                "通知将逐级上送，请另行安排"
            )
