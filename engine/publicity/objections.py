"""公示异议: what the public says is not so, received within the limit, looked into, answered.

(巴中2017公示: 7日内书面提出，留联系方式。) Who objects, and how they are reached, stays in the
store: it is neither in the journal nor on the board.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.errors import DubanError
from engine.publicity.privacy import private_words
from engine.publicity.publishing import correct, hold_list, kept_state
from engine.rules.blanks import blank
from engine.rules.conditions import written
from engine.rules.public_facts import Correction
from engine.rules.public_objections import (
    CONTACT_LENGTH,
    FINDING_LENGTH,
    PUBLIC_OBJECTION,
    TEXT_LENGTH,
    PublicObjectionEvent,
    PublicObjectionState,
)
from engine.rules.steps import Role, StepFacts
from engine.rules.texts import NAME_LENGTH, too_long
from engine.rules.zone import local_day
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.statements import rows, table_of
from engine.store.tables import Program, Project, Publication, PublicObjection


class PublicObjectionRefused(DubanError):
    """公示异议不能这样登记或办理。"""


@dataclass(frozen=True, slots=True)
class Objector:
    """Who objects, how they are reached, what they say, and the day on which it came in."""

    name: str
    contact: str
    text: str
    on: date


def receive(desk: Desk, project: Project, said: Objector, by: str) -> PublicObjection:
    """登记异议 to the last publication of an item. One that is late is recorded and declined.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        PublicObjectionRefused: the item was not published yet, something is missing or too long,
            the day is impossible, or the same objection is there; all that is wrong is named.
    """
    return keep(desk, project, said, acting(desk.session, by, Role.OFFICE))


def keep(desk: Desk, project: Project, said: Objector, actor: str) -> PublicObjection:
    """Keep an objection that came in through ``actor``, as for ``receive``."""
    hold_list(desk.session, desk.session.get_one(Program, project.program_id))
    objected = last_shown(desk.session, project, said.on)
    faults = list(_faults(desk, project, said, objected))
    if faults or objected is None:
        raise PublicObjectionRefused("异议未登记：" + "；".join(faults))
    policy, calendar = desk.rulebook.policy.publicity, desk.rulebook.calendar
    row = PublicObjection(
        publication_id=objected.id,
        project_id=project.id,
        name=said.name.strip(),
        contact=said.contact.strip(),
        text=said.text.strip(),
        received_on=said.on,
        received_by=actor,
        handle_by=calendar.apply(said.on, policy.handle_within.limit),
        state=PUBLIC_OBJECTION.start,
    )
    desk.session.add(row)
    desk.session.flush()
    data = {
        "objection": row.id,
        "publication": objected.key,
        "received_on": said.on.isoformat(),
        "handle_by": row.handle_by.isoformat(),
    }
    _record(desk, row, EventKind.PUBLIC_OBJECTION_RECEIVED, actor, data)
    if objected.object_by and said.on > objected.object_by:
        late = f"异议期至{written(objected.object_by)}止，{written(said.on)}收到，已过异议期"
        _settle(desk, row, PublicObjectionEvent.DECLINE, actor, late)
    return row


def handle(
    desk: Desk,
    number: int,
    event: PublicObjectionEvent,
    finding: str,
    by: str,
    confirmed: str = "",
) -> PublicObjection:
    """办理异议: found right, answered, or not accepted. One that is right is put right at once,
    by a publication that says so.

    Args:
        finding: what was found, for the public to read.
        confirmed: see ``publish``; asked for where the correction holds such names.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        PublicObjectionRefused: there is no such objection, somebody was first, the finding is too
            long or names persons.
        StepRefused: no finding is given.
        PublicationRefused: it is right, and nothing was corrected yet.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    row = _held(desk, number)
    if row.state is not PUBLIC_OBJECTION.start:
        raise PublicObjectionRefused(
            f"异议 {number} 已由{row.handled_by}办理：{row.state.label}，不能再办理"
        )
    finding = finding.strip()
    faults = list(_faults_of_finding(desk.session, row, finding))
    if faults:
        raise PublicObjectionRefused(f"异议 {number} 未办理：" + "；".join(faults))
    _settle(desk, row, event, actor, finding)
    if row.state is PublicObjectionState.UPHELD:
        _correct(desk, row, actor, confirmed)
    return row


def last_shown(session: Session, project: Project, on: date) -> Publication | None:
    """The last publication up to a day that shows the item."""
    published = session.scalars(_STATES, {"program": project.program_id})
    before = (row for row in published if local_day(row.published_at) <= on)
    return next((row for row in before if kept_state(row).project(project.code)), None)


def _faults(
    desk: Desk, project: Project, said: Objector, objected: Publication | None
) -> Iterator[str]:
    if said.on > desk.day:
        yield f"收到日期{written(said.on)}晚于今天"
    elif objected is None:
        yield f"{project.code} 在{written(said.on)}以前没有公示过，没有可以提出异议的内容"
    yield from blank({"异议人": said.name, "联系方式": said.contact, "异议内容": said.text})
    for fault in (
        too_long("异议人", said.name, NAME_LENGTH),
        too_long("联系方式", said.contact, CONTACT_LENGTH),
        too_long("异议内容", said.text, TEXT_LENGTH),
    ):
        if fault:
            yield fault
    wanted = {"project": project.id, "name": said.name.strip(), "text": said.text.strip()}
    for same in rows(desk.session, SAME, **wanted):
        yield f"{same.received_by}已登记同一异议，异议号 {same.id}（{same.state.label}）"


def _faults_of_finding(session: Session, row: PublicObjection, finding: str) -> Iterator[str]:
    if fault := too_long("办理结果", finding, FINDING_LENGTH):
        yield fault
    private = [f"办理结果中写有“{word}”" for word in (row.name, row.contact) if word in finding]
    private += private_words(session, {"办理结果中": finding})
    if private:
        yield f"{'；'.join(dict.fromkeys(private))}。办理结果要公示，请不要写人名和联系方式"


def _held(desk: Desk, number: int) -> PublicObjection:
    """The objection as it now is; others wait with it until the transaction ends."""
    row = desk.session.get(PublicObjection, number)
    if row is None:
        raise PublicObjectionRefused(f"没有异议 {number}，请用 duban objection list 查看")
    project = desk.session.get_one(Project, row.project_id)
    hold_list(desk.session, desk.session.get_one(Program, project.program_id))
    desk.session.refresh(row)
    return row


def _settle(
    desk: Desk, row: PublicObjection, event: PublicObjectionEvent, actor: str, finding: str
) -> None:
    row.state = PUBLIC_OBJECTION.take(row.state, event, Role.OFFICE, StepFacts(reason=finding))
    row.handled_at, row.handled_by, row.finding = desk.at, actor, finding
    data = {"objection": row.id, "to": row.state.value, "finding": finding}
    _record(desk, row, EventKind.PUBLIC_OBJECTION_HANDLED, actor, data)


def _correct(desk: Desk, row: PublicObjection, actor: str, confirmed: str) -> None:
    project = desk.session.get_one(Project, row.project_id)
    correct(
        desk,
        desk.session.get_one(Program, project.program_id),
        Correction(row.id, project.code, row.finding),
        desk.session.get_one(Publication, row.publication_id),
        actor,
        confirmed,
    )


def _record(
    desk: Desk, row: PublicObjection, kind: EventKind, actor: str, data: dict[str, object]
) -> None:
    append(desk.session, [Event(project_chain(row.project_id), kind, desk.at, actor, data)])


_STATES = (
    select(Publication)
    .where(Publication.program_id == bindparam("program"), Publication.notice_id.is_(None))
    .order_by(Publication.id.desc())
)

_OBJECTION = table_of(PublicObjection).c
SAME = (
    select(_OBJECTION.id, _OBJECTION.received_by, _OBJECTION.state)
    .where(
        _OBJECTION.project_id == bindparam("project"),
        _OBJECTION.name == bindparam("name"),
        _OBJECTION.text == bindparam("text"),
    )
    .order_by(_OBJECTION.id)
)
