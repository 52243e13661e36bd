"""The composer: deliveries from the outbox become finished mails, in sets of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import select
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

Row = TypeVar("Row", Program, Unit, Person)


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
        office = Office(_office_name(session) or self._sender.name, self._base_url)
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
        programs = _by_id(session, Program, {n.program_id for n in notices.values()})
        units = _by_id(session, Unit, {n.unit_id for n in notices.values() if n.unit_id})
        self._load_policies(session, {n.policy_version for n in notices.values()})
        return {
            number: view_of(
                Matter(
                    notice,
                    programs[notice.program_id],
                    self._policies[notice.policy_version],
                    units[notice.unit_id].name if notice.unit_id else "",
                )
            )
            for number, notice in notices.items()
        }

    def _load_policies(self, session: Session, versions: Iterable[str]) -> None:
        """Read the policies not seen before; a version never changes, so it is read once."""
        unseen = set(versions) - self._policies.keys()
        rows = session.scalars(select(PolicyVersion).where(PolicyVersion.version.in_(unseen)))
        self._policies |= {row.version: Policy.from_data(row.content) for row in rows}


def _office_name(session: Session) -> str | None:
    """The unit of the supervision office, which signs the letters."""
    office = select(Unit.name).join(Post, Post.unit_id == Unit.id)
    return session.scalar(office.where(Post.kind == PostKind.OFFICE).order_by(Post.id).limit(1))


def _notices(session: Session, deliveries: Sequence[Delivery]) -> dict[int, list[Notice]]:
    carried: dict[int, list[Notice]] = defaultdict(list)
    rows = session.execute(
        select(DeliveryNotice.delivery_id, Notice)
        .join(Notice, Notice.id == DeliveryNotice.notice_id)
        .where(DeliveryNotice.delivery_id.in_([row.id for row in deliveries]))
        .order_by(Notice.id)
    )
    for delivery_id, notice in rows:
        carried[delivery_id].append(notice)
    return carried


def _addressees(session: Session, deliveries: Sequence[Delivery]) -> dict[int, Addressee]:
    persons = _by_id(session, Person, {row.person_id for row in deliveries})
    units = _by_id(session, Unit, {person.unit_id for person in persons.values()})
    return {
        row.id: Addressee(
            persons[row.person_id].name, units[persons[row.person_id].unit_id].name, row.post_kind
        )
        for row in deliveries
    }


def _by_id(session: Session, table: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    return {row.id: row for row in session.scalars(select(table).where(table.id.in_(set(ids))))}
