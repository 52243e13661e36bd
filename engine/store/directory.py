"""Who holds which post on a day, and so whom a notice reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from engine.rules.words import PostKind
from engine.store.tables import Person, Post


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who answers for a post today."""

    person_id: int
    name: str
    email: str
    post_kind: PostKind


@dataclass(slots=True)
class Directory:
    """Posts resolved to persons for one day; an absent holder's deputy stands in (AB角), and one
    who stands by for a colleague that is present gets nothing twice."""

    by_unit: dict[tuple[int, PostKind], list[Recipient]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_post: dict[int, Recipient] = field(default_factory=dict)
    everywhere: dict[PostKind, list[Recipient]] = field(default_factory=lambda: defaultdict(list))

    def find(self, kind: PostKind, unit_id: int, leader_post_id: int | None) -> list[Recipient]:
        """The people a post of a project reaches; empty when nobody can be reached."""
        if kind is PostKind.LEADER:
            leader = self.by_post.get(leader_post_id) if leader_post_id else None
            return [leader] if leader else []
        if kind in (PostKind.OFFICE, PostKind.SIGNER):
            return self.everywhere.get(kind, [])
        return self.by_unit.get((unit_id, kind), [])

    def reachable(self, unit_id: int, leader_post_id: int | None) -> tuple[PostKind, ...]:
        """The kinds of post through which somebody can be reached."""
        return tuple(kind for kind in PostKind if self.find(kind, unit_id, leader_post_id))


def load_directory(session: Session, day: date, unit_ids: Iterable[int]) -> Directory:
    """The posts of these units, and all leaders, offices and signers, in one query."""
    holder, deputy = aliased(Person), aliased(Person)
    above = (PostKind.LEADER, PostKind.OFFICE, PostKind.SIGNER)
    rows = session.execute(
        select(Post, holder, deputy)
        .outerjoin(holder, Post.holder_id == holder.id)
        .outerjoin(deputy, Post.deputy_id == deputy.id)
        .where(or_(Post.unit_id.in_(set(unit_ids)), Post.kind.in_(above)))
        .order_by(Post.id)
    )
    directory = Directory()
    posts = [(post, first, second) for post, first, second in rows]
    standing_by = {
        (p.unit_id, p.kind, p.deputy_id) for p, first, _ in posts if _present(first, day)
    }
    for post, first, second in posts:
        person = next((p for p in (first, second) if _present(p, day)), None)
        if person is None:
            continue
        found = Recipient(person.id, person.name, person.email, post.kind)
        directory.by_post[post.id] = found
        if (post.unit_id, post.kind, person.id) not in standing_by:
            directory.by_unit[post.unit_id, post.kind].append(found)
            directory.everywhere[post.kind].append(found)
    return directory


def _present(person: Person | None, day: date) -> bool:
    if person is None or not person.email or person.email_fault:
        return False
    away = person.away_from and person.away_from <= day
    return not (away and (person.away_until is None or day <= person.away_until))
