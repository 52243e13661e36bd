"""The posts as a list shows them: holder, deputy, and who answers today."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from engine.desk.issuing import Desk
from engine.rules.words import PostKind
from engine.store.directory import load_directory
from engine.store.tables import Person, Post, Unit


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post as a list shows it; ``today`` is who answers for it, empty for nobody."""

    number: int
    unit: str
    kind: PostKind
    title: str
    holder: str
    deputy: str
    may_sign: bool
    today: str


def post_lines(desk: Desk, unit: str = "") -> list[PostLine]:
    """The posts of a unit, or all, by unit and in the order in which a notice climbs."""
    holder, deputy = aliased(Person), aliased(Person)
    query = (
        select(Post, Unit.name, holder.name, deputy.name)
        .join(Unit, Post.unit_id == Unit.id)
        .outerjoin(holder, Post.holder_id == holder.id)
        .outerjoin(deputy, Post.deputy_id == deputy.id)
        .order_by(Unit.id, Post.id)
    )
    if unit:
        query = query.where(Unit.name == unit)
    rows = desk.session.execute(query).all()
    today = load_directory(desk.session, desk.day, {row[0].unit_id for row in rows}).by_post
    order = list(PostKind)
    lines = [
        PostLine(
            number=post.id,
            unit=name,
            kind=post.kind,
            title=post.title,
            holder=first or "",
            deputy=second or "",
            may_sign=post.may_sign,
            today=today[post.id].name if post.id in today else "",
        )
        for post, name, first, second in rows
    ]
    places = {name: place for place, name in enumerate(dict.fromkeys(row[1] for row in rows))}
    return sorted(lines, key=lambda line: (places[line.unit], order.index(line.kind)))
