"""Who holds which post on a day, and so whom a notice reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from engine.rules.words import PostKind
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Person, Post

Duty = tuple[int, PostKind, int]
"""A unit, a kind of post, and a person."""


_POST, _PERSON = table_of(Post).c, table_of(Person).c
_ABOVE = (PostKind.LEADER, PostKind.OFFICE, PostKind.SIGNER)
_POSTS = (
    select(_POST.id, _POST.unit_id, _POST.kind, _POST.holder_id, _POST.deputy_id)
    .where(or_(_POST.unit_id.in_(bindparam("units", expanding=True)), _POST.kind.in_(_ABOVE)))
    .order_by(_POST.id)
)
_PERSONS = select(
    _PERSON.id,
    _PERSON.name,
    _PERSON.email,
    _PERSON.email_fault,
    _PERSON.away_from,
    _PERSON.away_until,
).where(_PERSON.id.in_(bindparam("persons", expanding=True)))


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

    @property
    def office(self) -> tuple[Recipient, ...]:
        """The supervision office's people."""
        return tuple(self.everywhere.get(PostKind.OFFICE, ()))

    def reachable(self, unit_id: int, leader_post_id: int | None) -> tuple[PostKind, ...]:
        """The kinds of post through which somebody can be reached."""
        return tuple(kind for kind in PostKind if self.find(kind, unit_id, leader_post_id))


def load_directory(session: Session, day: date, unit_ids: Iterable[int]) -> Directory:
    """The posts of these units, and all leaders, offices and signers, in two queries."""
    posts = rows(session, _POSTS, units=sorted(set(unit_ids))).all()
    wanted = {person for post in posts for person in (post.holder_id, post.deputy_id) if person}
    persons = {person.id: person for person in rows(session, _PERSONS, persons=sorted(wanted))}
    directory = Directory()
    covered: dict[Duty, set[int]] = defaultdict(set)
    resolved: list[tuple[Found, Recipient]] = []
    for post in posts:
        first, second = persons.get(post.holder_id), persons.get(post.deputy_id)
        person = next((p for p in (first, second) if _present(p, day)), None)
        if person is None:
            continue
        found = Recipient(person.id, person.name, person.email, post.kind)
        directory.by_post[post.id] = found
        resolved.append((post, found))
        if person is first and post.deputy_id is not None:
            covered[post.unit_id, post.kind, post.deputy_id].add(person.id)
    _gather(directory, resolved, covered)
    return directory


def _gather(
    directory: Directory, resolved: list[tuple[Found, Recipient]], covered: Mapping[Duty, set[int]]
) -> None:
    """Those who stand by for nobody first; of two who stand by for each other, the first."""

    def stands_by_for(post: Found, person: Recipient) -> set[int]:
        return covered.get((post.unit_id, post.kind, person.person_id), set())

    for post, person in sorted(resolved, key=lambda pair: bool(stands_by_for(*pair))):
        reached = {other.person_id for other in directory.by_unit[post.unit_id, post.kind]}
        if not reached & (stands_by_for(post, person) | {person.person_id}):
            directory.by_unit[post.unit_id, post.kind].append(person)
            directory.everywhere[post.kind].append(person)


def _present(person: Found | None, day: date) -> bool:
    if person is None or not person.email or person.email_fault:
        return False
    away = person.away_from and person.away_from <= day
    return not (away and (person.away_until is None or day <= person.away_until))
