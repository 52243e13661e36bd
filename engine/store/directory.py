"""Who holds which post on a day, and so whom a notice reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from engine.rules.words import UNIT_POSTS, PostKind
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Leave, Person, Post, Project, ProjectUnit, Setting

Duty = tuple[int, PostKind, int]
"""A unit, a kind of post, and a person."""

INBOX, OPEN = "inbox", "on"
"""What the store's settings say when people have an inbox."""

EVERYWHERE = (PostKind.PRINCIPAL, PostKind.OFFICE, PostKind.SIGNER)
"""Posts that answer for every project."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who answers for a post today.

    Attributes:
        email: empty when there is none that can be used, and the inbox alone reaches them.
        has_inbox: whether this installation keeps an inbox for its people.
    """

    person_id: int
    name: str
    email: str
    post_kind: PostKind
    has_inbox: bool = False


@dataclass(slots=True)
class Directory:
    """Posts resolved to persons for one day; an absent holder's deputy stands in (AB角), and one
    who stands by for a colleague that is present gets nothing twice.

    ``further`` are the lead units of a project beside the first.
    """

    by_unit: dict[tuple[int, PostKind], list[Recipient]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_post: dict[int, Recipient] = field(default_factory=dict)
    everywhere: dict[PostKind, list[Recipient]] = field(default_factory=lambda: defaultdict(list))
    further: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def find(self, kind: PostKind, unit_id: int, leader_post_id: int | None) -> list[Recipient]:
        """The people a post reaches, of one unit; empty when nobody can be reached."""
        if kind is PostKind.LEADER:
            leader = self.by_post.get(leader_post_id) if leader_post_id else None
            return [leader] if leader else []
        if kind in EVERYWHERE:
            return self.everywhere.get(kind, [])
        return self.by_unit.get((unit_id, kind), [])

    def within(self, kind: PostKind, unit_id: int) -> list[Recipient]:
        """The people of a post of a unit or, when it is empty, of the next post up in the unit."""
        upward = UNIT_POSTS[UNIT_POSTS.index(kind) :]
        found = (self.by_unit.get((unit_id, post), []) for post in upward)
        return next((people for people in found if people), [])

    def units_of(self, project: Project) -> tuple[int, ...]:
        """The lead units of a project, the first one first."""
        return (project.lead_unit_id, *self.further.get(project.id, ()))

    def find_all(self, kind: PostKind, project: Project) -> list[Recipient]:
        """The people a post reaches in every lead unit of a project; within a unit an empty post
        is passed on to the next one up."""
        if kind not in UNIT_POSTS:
            return self.find(kind, project.lead_unit_id, project.leader_post_id)
        return [person for unit in self.units_of(project) for person in self.within(kind, unit)]

    @property
    def office(self) -> tuple[Recipient, ...]:
        """The supervision office's people."""
        return tuple(self.everywhere.get(PostKind.OFFICE, ()))

    def reachable(self, unit_id: int, leader_post_id: int | None) -> tuple[PostKind, ...]:
        """The kinds of post of one unit, and above it, through which somebody can be reached."""
        return tuple(kind for kind in PostKind if self.find(kind, unit_id, leader_post_id))

    def reachable_of(self, project: Project) -> tuple[PostKind, ...]:
        """The kinds of post through which somebody can be reached in any lead unit, and above."""
        units, leader = self.units_of(project), project.leader_post_id
        return tuple(
            kind for kind in PostKind if any(self.find(kind, unit, leader) for unit in units)
        )

    def unfilled(self, project: Project, audience: Sequence[PostKind]) -> tuple[PostKind, ...]:
        """The posts of an audience that a lead unit of the project has nobody in."""
        return tuple(
            kind
            for kind in audience
            if kind in UNIT_POSTS
            and not all(self.by_unit.get((unit, kind)) for unit in self.units_of(project))
        )


def load_directory(
    session: Session, day: date, unit_ids: Iterable[int], project_ids: Iterable[int] = ()
) -> Directory:
    """The posts of these units and of all lead units of these projects, and all leaders, offices
    and signers, in a fixed number of queries."""
    directory = Directory()
    projects = sorted(set(project_ids))
    for project_id, unit_id in rows(session, _FURTHER, projects=projects) if projects else ():
        directory.further[project_id].append(unit_id)
    units = {*unit_ids, *(unit for more in directory.further.values() for unit in more)}
    _resolve(directory, rows(session, _POSTS, units=sorted(units), day=day))
    _answer_for_themselves(directory)
    return directory


def _resolve(directory: Directory, posts: Iterable[Found]) -> None:
    """Take the first of those who may answer for each post that is there and can be reached."""
    covered: dict[Duty, set[int]] = defaultdict(set)
    resolved: list[tuple[Found, Recipient]] = []
    for post in posts:
        mail = "" if post.email_fault else str(post.email)
        if post.id in directory.by_post or post.is_away or not (mail or post.has_inbox):
            continue
        found = Recipient(post.person_id, post.name, mail, post.kind, post.has_inbox)
        directory.by_post[post.id] = found
        resolved.append((post, found))
        if post.person_id == post.holder_id and post.deputy_id is not None:
            covered[post.unit_id, post.kind, post.deputy_id].add(post.person_id)
    _gather(directory, resolved, covered)


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


def _answer_for_themselves(directory: Directory) -> None:
    """A supervision office that leads an item itself, such as the report on the congress's opinion,
    is its own contact and head where the contact sheet names nobody else."""
    for unit, kind in list(directory.by_unit):
        if kind is not PostKind.OFFICE or directory.within(PostKind.CONTACT, unit):
            continue
        for post in UNIT_POSTS:
            directory.by_unit[unit, post] = directory.by_unit[unit, kind]


# The queries, built once.

_POST, _PERSON, _LEAVE = table_of(Post).c, table_of(Person).c, table_of(Leave).c
_UNIT, _SETTING = table_of(ProjectUnit).c, table_of(Setting).c
_ABOVE = (PostKind.LEADER, *EVERYWHERE)

_FURTHER = (
    select(_UNIT.project_id, _UNIT.unit_id)
    .where(_UNIT.project_id.in_(bindparam("projects", expanding=True)), _UNIT.leads.is_(True))
    .order_by(_UNIT.project_id, _UNIT.position, _UNIT.unit_id)
)

_DAY = bindparam("day", type_=_LEAVE.starts_on.type)
_IS_AWAY = exists().where(
    _LEAVE.person_id == _PERSON.id,
    or_(_LEAVE.post_id.is_(None), _LEAVE.post_id == _POST.id),
    _LEAVE.starts_on <= _DAY,
    or_(_LEAVE.ends_on.is_(None), _LEAVE.ends_on >= _DAY),
)
_INBOX_IS_OPEN = exists().where(_SETTING.name == INBOX, _SETTING.value == OPEN)

_POSTS = (
    select(
        _POST.id,
        _POST.unit_id,
        _POST.kind,
        _POST.holder_id,
        _POST.deputy_id,
        _PERSON.id.label("person_id"),
        _PERSON.name,
        _PERSON.email,
        _PERSON.email_fault,
        _INBOX_IS_OPEN.label("has_inbox"),
        _IS_AWAY.label("is_away"),
    )
    .join_from(table_of(Post), table_of(Person), _PERSON.id.in_((_POST.holder_id, _POST.deputy_id)))
    .where(or_(_POST.unit_id.in_(bindparam("units", expanding=True)), _POST.kind.in_(_ABOVE)))
    .order_by(_POST.id, _PERSON.id != _POST.holder_id)
)
"""Each post with its holder, then once more with its deputy."""
