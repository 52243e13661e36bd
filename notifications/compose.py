"""The composer: deliveries from the outbox become finished mails, in sets of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.rules.policy import Policy
from engine.rules.words import UNIT_POSTS
from engine.rules.zone import ZONE, local_day
from engine.store.numbers import numbers_of
from engine.store.tables import Delivery, Notice, PolicyVersion, Program
from engine.wording import in_force
from notifications.carried import addressees_of, notices_of, office_name, unit_names
from notifications.documents.press import Paper, Press
from notifications.group_text import group_text
from notifications.letter import Entrance, Letter, View, letter, view_of
from notifications.links import LetterLink, Links
from notifications.message import Attachment, Mail, Mailbox, build, message_id
from notifications.references import find_references
from notifications.render import Edits, render
from notifications.words import Addressee, Matter, Office, WordsError


@dataclass(frozen=True, slots=True)
class _Batch:
    """What the letters of one batch are written from, by notice, delivery or unit."""

    office: Office
    edits: Edits
    notices: Mapping[int, Sequence[Notice]]
    views: Mapping[int, View]
    addressees: Mapping[int, Addressee]
    references: Mapping[int, Sequence[str]]
    units: Mapping[int, str]
    documents: Mapping[int, Attachment]


class Composer:
    """Writes the mails of one supervision office.

    Args:
        sender: the From line.
        domain: the right-hand side of Message-IDs.
        links: the addresses at which units can answer.
        press: makes the documents that go with mails; without one they go without.
    """

    def __init__(
        self, sender: Mailbox, domain: str, links: Links, press: Press | None = None
    ) -> None:
        self._sender = sender
        self._domain = domain
        self._links = links
        self._press = press
        self._policies: dict[str, Policy] = {}

    def __call__(self, session: Session, deliveries: Sequence[Delivery]) -> Mapping[int, Mail]:
        """The mails by delivery id; nothing is written but the documents that go with them.

        Raises:
            WordsError: a delivery carries no notice, or a notice cannot be explained.
        """
        batch = self._read(session, deliveries)
        return {row.id: self._mail(row, batch) for row in deliveries}

    def _read(self, session: Session, deliveries: Sequence[Delivery]) -> _Batch:
        """All that these letters are written from."""
        notices = notices_of(session, deliveries)
        matters = self.matters(session, {n.id: n for group in notices.values() for n in group})
        edits, office = in_force(session), self.office(session)
        return _Batch(
            office=office,
            edits=edits,
            notices=notices,
            views={number: view_of(matter) for number, matter in matters.items()},
            addressees=addressees_of(session, deliveries),
            references=find_references(session, deliveries, notices),
            units=unit_names(session, {row.unit_id for row in deliveries if row.unit_id}),
            documents=self._documents(
                session, _by_hour(deliveries, notices, matters), office, edits
            ),
        )

    def _mail(self, row: Delivery, batch: _Batch) -> Mail:
        """One letter: a mail to a person, or the text for the work group of a unit."""
        carried = batch.notices[row.id]
        if not carried:
            raise WordsError(f"邮件{row.key}没有附任何通知。")
        identifier = message_id(row.key, self._domain)
        views = [batch.views[notice.id] for notice in carried]
        if row.unit_id is not None:
            text = group_text(batch.units[row.unit_id], views, batch.office)
            return Mail(identifier, text.encode())
        addressee = batch.addressees[row.id]
        documents = [batch.documents[n.id] for n in carried if n.id in batch.documents]
        names = [document.name for document in documents]
        written = letter(addressee, views, self._entrance(row, carried), names)
        words = render(written, batch.office, batch.edits)
        mail = build(
            message_id=identifier,
            sender=self._sender,
            recipient=Mailbox(addressee.name, row.address),
            subject=words.subject,
            text=words.text,
            html=words.html,
            date=row.next_attempt_at.astimezone(ZONE),
            references=batch.references[row.id],
            attachments=documents,
        )
        return replace(mail, spoilt=words.spoilt)

    def letter(self, session: Session, delivery_id: int) -> tuple[Letter, Office, Edits]:
        """A letter to a person, who signs it, and the office's own wording when it was sent, for
        showing it elsewhere than in a mail.

        Raises:
            WordsError: a notice cannot be explained.
        """
        rows = [session.get_one(Delivery, delivery_id)]
        notices = {notice.id: notice for notice in notices_of(session, rows)[delivery_id]}
        addressee = addressees_of(session, rows)[delivery_id]
        views = [view_of(matter) for matter in self.matters(session, notices).values()]
        edits = in_force(session, rows[0].sent_at)
        return letter(addressee, views), self.office(session), edits

    def _documents(
        self,
        session: Session,
        matters: Mapping[datetime, Sequence[Matter]],
        office: Office,
        edits: Edits,
    ) -> dict[int, Attachment]:
        """What goes with the mails, by notice; made at the hours by which they are given."""
        made: dict[int, Paper] = {}
        if self._press is not None:
            for at in sorted(matters):
                made |= self._press.attached(session, at, office, matters[at], edits)
        return {number: Attachment(paper.name, paper.docx) for number, paper in made.items()}

    def office(self, session: Session) -> Office:
        """Who signs the letters, and where it can be reached."""
        return Office(office_name(session) or self._sender.name, self._links.base_url)

    def _entrance(self, row: Delivery, carried: Sequence[Notice]) -> Entrance | None:
        """The link of a letter for its reader, for as long as the policy says from its date on."""
        if row.person_id is None or not self._links.base_url:
            return None
        policy = self._policies[carried[-1].policy_version].links
        last = local_day(row.next_attempt_at) + timedelta(days=policy.days)
        acts = policy.allow if row.post_kind in UNIT_POSTS else ()
        return Entrance(
            url=self._links.letter(LetterLink(row.id, row.person_id, last)),
            last=last,
            label="、".join(act.label for act in acts) or "查看办理情况",
        )

    def matters(self, session: Session, notices: Mapping[int, Notice]) -> dict[int, Matter]:
        """Each notice with what its wording starts from, once however many people read it."""
        lists = {"ids": {n.program_id for n in notices.values()}}
        programs = {row.id: row for row in session.scalars(_PROGRAMS, lists)}
        units = unit_names(session, {n.unit_id for n in notices.values() if n.unit_id})
        signed = [number for number, notice in notices.items() if notice.signed_by]
        documents = numbers_of(session, signed)
        self._load_policies(session, {n.policy_version for n in notices.values()})
        return {
            number: Matter(
                notice,
                programs[notice.program_id],
                self._policies[notice.policy_version],
                units[notice.unit_id] if notice.unit_id else "",
                documents.get(number, ""),
            )
            for number, notice in notices.items()
        }

    def _load_policies(self, session: Session, versions: Iterable[str]) -> None:
        """Read the policies not seen before; a version never changes, so it is read once."""
        unseen = set(versions) - self._policies.keys()
        if unseen:
            rows = session.scalars(_POLICIES, {"versions": unseen})
            self._policies |= {row.version: Policy.from_data(row.content) for row in rows}


def _by_hour(
    deliveries: Sequence[Delivery],
    notices: Mapping[int, Sequence[Notice]],
    matters: Mapping[int, Matter],
) -> dict[datetime, list[Matter]]:
    """The notices by the hour at which the first letter with each is due, whatever else happens to
    be sent with it."""
    due: dict[int, datetime] = {}
    for row in deliveries:
        for notice in notices[row.id]:
            due[notice.id] = min(due.get(notice.id, row.next_attempt_at), row.next_attempt_at)
    found: dict[datetime, list[Matter]] = defaultdict(list)
    for number, at in due.items():
        found[at].append(matters[number])
    return found


_PROGRAMS = select(Program).where(Program.id.in_(bindparam("ids", expanding=True)))

_POLICIES = select(PolicyVersion).where(
    PolicyVersion.version.in_(bindparam("versions", expanding=True))
)
