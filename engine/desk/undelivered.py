"""What must be known of messages that were given up, to find whom else they may reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, bindparam, or_, select

from engine.desk.issuing import Desk
from engine.desk.outbox import EMAIL, INBOX
from engine.rules.words import CHAIN, UNIT_POSTS, NoticeKind, NoticeState, PostKind
from engine.store.directory import Directory, Recipient, load_directory
from engine.store.statements import Found, rows, table_of
from engine.store.tables import (
    Delivery,
    DeliveryNotice,
    DeliveryState,
    Notice,
    Person,
    Post,
    Project,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message given up for good.

    Attributes:
        why: in plain Chinese, for the office; the server's words follow it.
        passed_on: whether somebody else could be reached; a letter that cannot be written cannot
            be written to anybody.
    """

    row: Delivery
    why: str
    passed_on: bool = True


@dataclass(frozen=True, slots=True)
class Situation:
    """All that is asked about failed messages, read in sets.

    Attributes:
        carried: the notices of each message that still have to reach somebody.
        reached: pairs of a notice and a person who has it already, or is about to get it.
    """

    carried: Mapping[int, list[Found]]
    reached: set[tuple[int, int]]
    persons: Mapping[int, Found]
    held: Mapping[tuple[int, PostKind], list[int]]
    leader_posts: Mapping[int, int | None]
    unit_names: Mapping[int, str]
    directory: Directory

    def next_readers(self, lost: Undelivered, notice: Found) -> list[Recipient]:
        """Whom a notice goes to instead: a deputy or colleague in the same post, or else the
        first post above through which somebody can be reached."""
        row = lost.row
        if not lost.passed_on or row.channel != EMAIL or row.post_kind is None:
            return []
        post = row.post_kind
        upward = CHAIN[CHAIN.index(post) :] if post in CHAIN else (post,)
        unit, leader = self._own_unit(row, notice), self.leader_posts.get(notice.project_id)
        reachable = (self.directory.find(kind, unit, leader) for kind in upward)
        others = ([to for to in people if to.person_id != row.person_id] for people in reachable)
        return next((people for people in others if people), [])

    def reader(self, row: Delivery) -> str:
        """The name of whom a message was for; empty for a group."""
        return str(self.persons[row.person_id].name) if row.person_id else ""

    def unit(self, row: Delivery, notice: Found) -> str:
        """The name of the unit that a message was for."""
        number = row.unit_id if row.person_id is None else self._own_unit(row, notice)
        return self.unit_names.get(number or 0, "")

    def _own_unit(self, row: Delivery, notice: Found) -> int:
        """The unit in which the reader got the notice: it may be a further lead or a support."""
        assert row.person_id is not None and row.post_kind is not None
        units = self.held.get((row.person_id, row.post_kind), [])
        if notice.unit_id in units:
            return int(notice.unit_id)
        further = self.directory.further.get(notice.project_id, [])
        candidates = [unit for unit in units if unit in further] or units
        return candidates[0] if candidates else int(self.persons[row.person_id].unit_id)


def read_situation(desk: Desk, failed: Sequence[Delivery]) -> Situation:
    """Look up all that is needed, in a fixed number of queries."""
    session = desk.session
    carried: dict[int, list[Found]] = defaultdict(list)
    for notice in rows(session, _CARRIED_NOTICES, ids=[row.id for row in failed]):
        carried[notice.delivery_id].append(notice)
    notices = [notice for group in carried.values() for notice in group]
    people = [row.person_id for row in failed if row.person_id]
    persons = {person.id: person for person in rows(session, _PERSONS, ids=people)}
    held = _posts_held(desk, people)
    units = {person.unit_id for person in persons.values()} | set().union(*held.values())
    units |= {notice.unit_id for notice in notices if notice.unit_id}
    units |= {row.unit_id for row in failed if row.unit_id}
    projects = sorted({n.project_id for n in notices if n.project_id})
    reached = rows(session, _REACHED, ids=[notice.id for notice in notices])
    return Situation(
        carried=carried,
        reached={(notice, person) for notice, person in reached},
        persons=persons,
        held=held,
        leader_posts={id: post for id, post in rows(session, _LEADERS, ids=projects)},
        unit_names={id: name for id, name in rows(session, _UNITS, ids=sorted(units))},
        directory=load_directory(session, desk.day, units, projects),
    )


def _posts_held(desk: Desk, people: Sequence[int]) -> dict[tuple[int, PostKind], list[int]]:
    """The units in which these people have a post, by person and kind of post."""
    held: dict[tuple[int, PostKind], list[int]] = defaultdict(list)
    for post in rows(desk.session, _POSTS_HELD, ids=people):
        for person in {post.holder_id, post.deputy_id} & set(people):
            held[person, post.kind].append(post.unit_id)
    return held


# The queries, built once.

_NOTICE, _DELIVERY, _CARRIED = table_of(Notice).c, table_of(Delivery).c, table_of(DeliveryNotice).c
_PERSON, _POST, _PROJECT = table_of(Person).c, table_of(Post).c, table_of(Project).c
_UNIT = table_of(Unit).c
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_LOST = (DeliveryState.FAILED, DeliveryState.BOUNCED, DeliveryState.CANCELLED)

_CARRIED_NOTICES = (
    select(
        _CARRIED.delivery_id,
        _NOTICE.id,
        _NOTICE.kind,
        _NOTICE.title,
        _NOTICE.program_id,
        _NOTICE.project_id,
        _NOTICE.unit_id,
    )
    .join_from(table_of(DeliveryNotice), table_of(Notice), _NOTICE.id == _CARRIED.notice_id)
    .where(
        _CARRIED.delivery_id.in_(_IDS),
        _NOTICE.kind != NoticeKind.ALARM,
        _NOTICE.state == NoticeState.ISSUED,
        _NOTICE.answered_at.is_(None),
    )
    .order_by(_NOTICE.id)
)
"""What still has to reach somebody: no alarm, neither withdrawn nor answered by a colleague."""

_REACHED = (
    select(_CARRIED.notice_id, _DELIVERY.person_id)
    .join_from(table_of(DeliveryNotice), table_of(Delivery), _DELIVERY.id == _CARRIED.delivery_id)
    .where(
        _CARRIED.notice_id.in_(_IDS),
        _DELIVERY.person_id.is_not(None),
        _DELIVERY.channel != INBOX,
        _DELIVERY.state.not_in(_LOST),
    )
)

_PERSONS = select(_PERSON.id, _PERSON.name, _PERSON.unit_id).where(_PERSON.id.in_(_IDS))

_POSTS_HELD = (
    select(_POST.kind, _POST.unit_id, _POST.holder_id, _POST.deputy_id)
    .where(_POST.kind.in_(UNIT_POSTS), or_(_POST.holder_id.in_(_IDS), _POST.deputy_id.in_(_IDS)))
    .order_by(_POST.id)
)

_LEADERS = select(_PROJECT.id, _PROJECT.leader_post_id).where(_PROJECT.id.in_(_IDS))

_UNITS = select(_UNIT.id, _UNIT.name).where(_UNIT.id.in_(_IDS))
