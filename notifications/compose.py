"""The composer: deliveries from the outbox become finished mails, in sets of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from engine.rules.policy import Policy
from engine.rules.words import PostKind
from engine.rules.zone import ZONE
from engine.store.tables import (
    Delivery,
    DeliveryNotice,
    Notice,
    Person,
    PolicyVersion,
    Post,
    Program,
    Unit,
)
from notifications.letter import View, letter, view_of
from notifications.message import Mail, Mailbox, build, message_id
from notifications.references import find_references
from notifications.render import render
from notifications.words import Addressee, Matter, Office, WordsError


class Composer:
    """Writes the mails of one supervision office.

    Args:
        sender: the From line.
        domain: the right-hand side of Message-IDs.
        base_url: where units can answer; empty when there is no console.
    """

    def __init__(self, sender: Mailbox, domain: str, base_url: str) -> None:
        self._sender = sender
        self._domain = domain
        self._base_url = base_url
        self._policies: dict[str, Policy] = {}

    def __call__(self, session: Session, deliveries: Sequence[Delivery]) -> Mapping[int, Mail]:
        """The mails by delivery id; the database is only read.

        Raises:
            WordsError: a delivery carries no notice, or a notice cannot be explained.
        """
        notices = _notices(session, deliveries)
        views = self._views(session, {n.id: n for group in notices.values() for n in group})
        addressees = _addressees(session, deliveries)
        references = find_references(session, deliveries, notices)
        office = Office(office_name(session) or self._sender.name, self._base_url)
        mails = {}
        for row in deliveries:
            carried = notices[row.id]
            if not carried:
                raise WordsError(f"邮件{row.key}没有附任何通知。")
            words = render(
                letter(addressees[row.id], [views[notice.id] for notice in carried]), office
            )
            mails[row.id] = build(
                message_id=message_id(row.key, self._domain),
                sender=self._sender,
                recipient=Mailbox(addressees[row.id].name, row.address),
                subject=words.subject,
                text=words.text,
                html=words.html,
                date=row.next_attempt_at.astimezone(ZONE),
                references=references[row.id],
            )
        return mails

    def _views(self, session: Session, notices: Mapping[int, Notice]) -> dict[int, View]:
        """Each notice's view, made once however many people read it."""
        lists = {"ids": {n.program_id for n in notices.values()}}
        programs = {row.id: row for row in session.scalars(_PROGRAMS, lists)}
        units = _unit_names(session, {n.unit_id for n in notices.values() if n.unit_id})
        self._load_policies(session, {n.policy_version for n in notices.values()})
        return {
            number: view_of(
                Matter(
                    notice,
                    programs[notice.program_id],
                    self._policies[notice.policy_version],
                    units[notice.unit_id] if notice.unit_id else "",
                )
            )
            for number, notice in notices.items()
        }

    def _load_policies(self, session: Session, versions: Iterable[str]) -> None:
        """Read the policies not seen before; a version never changes, so it is read once."""
        unseen = set(versions) - self._policies.keys()
        if unseen:
            rows = session.scalars(_POLICIES, {"versions": unseen})
            self._policies |= {row.version: Policy.from_data(row.content) for row in rows}


def office_name(session: Session) -> str | None:
    """The unit of the supervision office, which signs the letters."""
    return session.scalar(_OFFICE_NAME)


def _notices(session: Session, deliveries: Sequence[Delivery]) -> dict[int, list[Notice]]:
    """What each delivery carries; a notice is read once however many people it goes to."""
    pairs = session.execute(_CARRIED, {"ids": [row.id for row in deliveries]}).all()
    wanted = {"ids": {pair.notice_id for pair in pairs}}
    notices = {notice.id: notice for notice in session.scalars(_NOTICES, wanted)}
    carried: dict[int, list[Notice]] = defaultdict(list)
    for delivery_id, notice_id in pairs:
        carried[delivery_id].append(notices[notice_id])
    return carried


def _unit_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    wanted = set(ids)
    if not wanted:
        return {}
    return {row.id: row.name for row in session.execute(_UNITS, {"ids": wanted})}


def _addressees(session: Session, deliveries: Sequence[Delivery]) -> dict[int, Addressee]:
    wanted = {"ids": {row.person_id for row in deliveries}}
    persons = {row.id: row for row in session.execute(_PERSONS, wanted)}
    return {
        row.id: Addressee(persons[row.person_id].name, persons[row.person_id].unit, row.post_kind)
        for row in deliveries
    }


# The queries, built once: each takes the ids of a whole batch.

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

_OFFICE_NAME = (
    select(Unit.name)
    .join(Post, Post.unit_id == Unit.id)
    .where(Post.kind == PostKind.OFFICE)
    .order_by(Post.id)
    .limit(1)
)

_CARRIED = (
    select(DeliveryNotice.delivery_id, DeliveryNotice.notice_id)
    .where(DeliveryNotice.delivery_id.in_(_IDS))
    .order_by(DeliveryNotice.notice_id)
)

_NOTICES = select(Notice).where(Notice.id.in_(_IDS))

_PROGRAMS = select(Program).where(Program.id.in_(_IDS))

_POLICIES = select(PolicyVersion).where(
    PolicyVersion.version.in_(bindparam("versions", expanding=True))
)

_UNITS = select(Unit.id, Unit.name).where(Unit.id.in_(_IDS))

_PERSONS = (
    select(Person.id, Person.name, Unit.name.label("unit"))
    .join(Unit, Unit.id == Person.unit_id)
    .where(Person.id.in_(_IDS))
)
