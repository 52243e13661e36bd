"""The units, posts and persons of a ledger, written into the store and looked up again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.ledger.compare import with_addresses
from engine.ledger.values import Ledger, LedgerPost
from engine.rules.words import PostKind
from engine.store.tables import Person, Post, Unit


@dataclass(frozen=True, slots=True)
class Roster:
    """Ids by name, also of units that have taken an item over and are not in the ledger."""

    units: dict[str, int]
    leaders: dict[str, int]

    def leader(self, sponsor: str) -> int | None:
        """The post of a sponsoring leader, named by title or by holder."""
        return self.leaders.get(sponsor)


def write_roster(session: Session, ledger: Ledger) -> Roster:
    """Add what is new and take over what changed; nobody is removed. The reader has seen to it
    that posts can be told apart and that each person has one address."""
    wanted = with_addresses(ledger.posts)
    units = _write_units(session, ledger)
    people = _write_people(session, wanted, units)
    _write_posts(session, wanted, units, people)
    known = {name: number for name, number in session.execute(select(Unit.name, Unit.id))}
    return Roster(known, leaders_by_name(session))


def leaders_by_name(session: Session) -> dict[str, int]:
    """All leaders' posts, by title and by holder; a list may name one without a contact sheet."""
    rows = session.execute(
        select(Post.id, Post.title, Person.name)
        .join(Person, Post.holder_id == Person.id)
        .where(Post.kind == PostKind.LEADER)
        .order_by(Post.id)
    )
    return {name: number for number, title, holder in rows for name in (title, holder)}


def _write_units(session: Session, ledger: Ledger) -> dict[str, int]:
    kinds = {unit.name: unit.kind.value for unit in ledger.units}
    known = {u.name: u for u in session.scalars(select(Unit).where(Unit.name.in_(kinds)))}
    for name, kind in kinds.items():
        if name in known:
            known[name].kind = kind
        else:
            known[name] = Unit(name=name, kind=kind)
            session.add(known[name])
    session.flush()
    _write_levels(session, ledger, known)
    return {name: unit.id for name, unit in known.items()}


def _write_levels(session: Session, ledger: Ledger, known: Mapping[str, Unit]) -> None:
    """Where units stand; what the list does not say stays as it is."""
    for unit in ledger.units:
        row = known[unit.name]
        row.level = unit.level or row.level
        row.parent_id = known[unit.parent].id if unit.parent else row.parent_id
    session.flush()


def _write_people(
    session: Session, posts: Iterable[LedgerPost], units: dict[str, int]
) -> dict[tuple[str, str], int]:
    names = {number: name for name, number in units.items()}
    rows = session.scalars(select(Person).where(Person.unit_id.in_(names)).order_by(Person.id))
    known = {(names[person.unit_id], person.name): person for person in rows}
    for post in posts:
        person = known.get((post.unit, post.holder))
        if person is None:
            person = Person(unit_id=units[post.unit], name=post.holder, email=post.email)
            known[post.unit, post.holder] = person
            session.add(person)
        if person.email != post.email:
            person.email, person.email_fault = post.email, ""
        person.title = post.title
    session.flush()
    return {key: person.id for key, person in known.items()}


def _write_posts(
    session: Session,
    posts: Iterable[LedgerPost],
    units: dict[str, int],
    people: dict[tuple[str, str], int],
) -> None:
    names = {number: name for name, number in units.items()}
    rows = session.scalars(select(Post).where(Post.unit_id.in_(names)))
    known = {(names[p.unit_id], p.kind.value, p.title): p for p in rows}
    for wanted in posts:
        key = (wanted.unit, wanted.kind.value, wanted.title)
        post = known.get(key)
        if post is None:
            kind = PostKind(wanted.kind.value)
            post = Post(unit_id=units[wanted.unit], kind=kind, title=wanted.title)
            known[key] = post
            session.add(post)
        post.holder_id = people[wanted.unit, wanted.holder]
        post.deputy_id = _deputy(wanted, people)
        post.may_sign = wanted.may_sign
    session.flush()


def _deputy(post: LedgerPost, people: dict[tuple[str, str], int]) -> int | None:
    """The stand-in, looked for in the post's own unit first."""
    if not post.deputy:
        return None
    if (post.unit, post.deputy) in people:
        return people[post.unit, post.deputy]
    return next((number for (_, name), number in people.items() if name == post.deputy), None)
