"""The outbox: one message per person for all that is issued together, one line in the inbox where
that is open, one message per work group and unit.

Mails and group messages leave in sending hours; what the policy lets leave at once does so at any
hour. What waits says why, in its row and in the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, update
from sqlalchemy.orm import Session

from engine.desk.desk import ENGINE, Desk
from engine.rules.hours import next_sending_time
from engine.rules.policy_parts import Hours
from engine.rules.words import ChannelKind, Reason
from engine.store.directory import Recipient
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append
from engine.store.statements import batches, insert_ignoring_doubles, rows, table_of
from engine.store.tables import (
    Delivery,
    DeliveryNotice,
    DeliveryState,
    Notice,
    Project,
    Unit,
)

EMAIL, INBOX = ChannelKind.EMAIL.value, ChannelKind.INBOX.value


@dataclass(slots=True)
class _Letters:
    """Messages about to be written: their rows by key, and which notices they carry."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    carried: list[tuple[str, int]] = field(default_factory=list)

    def add(self, key: str, row: dict[str, Any], notice: int) -> None:
        self.rows[key] = {"key": key, **row}
        self.carried.append((key, notice))


def enqueue(desk: Desk, pairs: Sequence[tuple[int, Recipient]]) -> None:
    """Put notices into the outbox: one message per person, shared by all notices of one run,
    or, outside a run, by all that are issued together."""
    letters = _Letters()
    if pairs:
        _address(desk, letters, pairs, _source(desk, pairs[0][0]))
    _write(desk, letters)


def enqueue_instead(
    desk: Desk, lost: Iterable[tuple[Delivery, Sequence[tuple[int, Recipient]]]]
) -> None:
    """Put into the outbox what takes the place of messages that could not be delivered; keys
    follow from those of the lost ones, so that each is replaced once."""
    letters = _Letters()
    for row, pairs in lost:
        _address(desk, letters, pairs, f"{row.key}/next", row.id)
    _write(desk, letters)


def _address(
    desk: Desk,
    letters: _Letters,
    pairs: Sequence[tuple[int, Recipient]],
    first: str,
    instead_of: int | None = None,
) -> None:
    """Add the messages of notices to persons; ``first`` is what their keys begin with."""
    waiting, had = _waiting(desk), _had(desk)
    for number, to in pairs:
        source = f"{first}/{{}}/{to.person_id}"
        reader = {
            "person_id": to.person_id,
            "post_kind": to.post_kind,
            "unit_id": None,
            "instead_of": instead_of,
        }
        if to.email:
            row = {**reader, **waiting, "channel": EMAIL, "address": to.email}
            letters.add(source.format(EMAIL), row, number)
        if to.has_inbox:
            row = {**reader, **had, "channel": INBOX, "address": to.name}
            letters.add(source.format(INBOX), row, number)


def enqueue_for_groups(desk: Desk, pairs: Sequence[tuple[int, int]]) -> None:
    """Tell the work groups of notices about units, given by number of notice and unit."""
    routes = desk.rulebook.routes
    if not pairs or not routes.groups:
        return
    found = rows(desk.session, _UNITS, units=sorted({unit for _, unit in pairs}))
    names: dict[int, str] = {unit: name for unit, name in found}
    letters, waiting = _Letters(), _waiting(desk)
    for number, unit in pairs:
        for group in routes.groups_of(names[unit]):
            key = f"{_source(desk, pairs[0][0])}/{group}/unit{unit}"
            reader = {"person_id": None, "post_kind": None, "unit_id": unit}
            letters.add(key, {**reader, **waiting, "channel": group, "address": group}, number)
    _write(desk, letters)


def _source(desk: Desk, first: int) -> str:
    run = desk.run
    return f"{run.cadence.value}:{run.period}" if run else f"notice:{first}"


def _waiting(desk: Desk) -> dict[str, Any]:
    """The state of what is to be sent. A run's messages are gathered until it ends."""
    opening = next_sending_time(desk.at, desk.rulebook.policy.hours, desk.rulebook.calendar)
    is_held = opening > desk.at and desk.run is None
    return {
        "run_id": desk.run.id if desk.run else None,
        "state": DeliveryState.GATHERING if desk.run else DeliveryState.QUEUED,
        "created_at": desk.at,
        "next_attempt_at": opening,
        "sent_at": None,
        "held": Reason.OUTSIDE_HOURS if is_held else None,
    }


def _had(desk: Desk) -> dict[str, Any]:
    """The state of what needs no sending: the inbox disturbs nobody, at any hour."""
    return {
        "run_id": desk.run.id if desk.run else None,
        "state": DeliveryState.SENT,
        "created_at": desk.at,
        "next_attempt_at": desk.at,
        "sent_at": desk.at,
        "held": None,
    }


def _write(desk: Desk, letters: _Letters) -> None:
    if not letters.rows:
        return
    # In one order, so that two parts of a run with readers in common do not wait for each other.
    session, keys = desk.session, sorted(letters.rows)
    new = insert_ignoring_doubles(session, Delivery).returning(_DELIVERY.c.key, _DELIVERY.c.id)
    written = session.execute(new, [letters.rows[key] for key in keys])
    ids: dict[str, int] = {key: number for key, number in written}
    if had := [key for key in keys if key not in ids]:
        ids |= {key: number for key, number in rows(session, _IDS, keys=had)}
    session.execute(
        insert_ignoring_doubles(session, DeliveryNotice),
        [{"delivery_id": ids[key], "notice_id": number} for key, number in letters.carried],
    )
    if any(row["held"] for row in letters.rows.values()):
        spare_urgent(session, desk.rulebook.policy.hours, desk.at, ids.values())
        _record_waiting(desk, ids.values())


def spare_urgent(session: Session, hours: Hours, at: datetime, ids: Iterable[int]) -> None:
    """Let those of these messages leave now that carry what the policy lets leave at any hour."""
    urgent, waiting = hours.at_once, list(ids)
    if not (urgent.notices and urgent.urgency):
        return
    for these in batches(waiting):
        wanted = {"ids": these, "kinds": urgent.notices, "urgency": urgent.urgency, "at": at}
        session.execute(_SPARE, wanted)


def put_off(desk: Desk, due: Sequence[Delivery]) -> set[int]:
    """Outside sending hours, let messages that are due once more, after a failure or an outage,
    wait for the next opening too, unless they may leave at any hour.

    Returns:
        Those that wait, by number.
    """
    hours = desk.rulebook.policy.hours
    opening = next_sending_time(desk.at, hours, desk.rulebook.calendar)
    if opening <= desk.at or not due:
        return set()
    urgent = _urgent(desk.session, hours, [row.id for row in due])
    waiting = [row for row in due if row.id not in urgent]
    for row in waiting:
        row.state, row.lease_until = DeliveryState.QUEUED, None
        row.next_attempt_at, row.held = opening, Reason.OUTSIDE_HOURS
    desk.session.flush()
    _record_waiting(desk, [row.id for row in waiting])
    return {row.id for row in waiting}


def _urgent(session: Session, hours: Hours, ids: Sequence[int]) -> set[int]:
    urgent = hours.at_once
    wanted = {"ids": ids, "kinds": urgent.notices, "urgency": urgent.urgency}
    return set(rows(session, _URGENT, **wanted).scalars())


def _record_waiting(desk: Desk, ids: Iterable[int]) -> None:
    """A sweep tells of its own messages when it ends; others are told of here."""
    found = rows(desk.session, _HELD, ids=list(ids)).all()
    if not found:
        return
    data = {
        "reason": Reason.OUTSIDE_HOURS.value,
        "until": found[0].until.isoformat(),
        "letters": len({row.delivery for row in found}),
        "notices": sorted({row.notice for row in found}),
    }
    event = Event(ENGINE_CHAIN, EventKind.LETTERS_HELD, desk.at, ENGINE, data)
    append(desk.session, [event])


# The statements, built once.

_NOTICE, _DELIVERY, _CARRIED = table_of(Notice), table_of(Delivery), table_of(DeliveryNotice)
_PROJECT, _UNIT = table_of(Project), table_of(Unit)
_THESE: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

_IDS = select(_DELIVERY.c.key, _DELIVERY.c.id).where(
    _DELIVERY.c.key.in_(bindparam("keys", expanding=True))
)
_UNITS = select(_UNIT.c.id, _UNIT.c.name).where(_UNIT.c.id.in_(bindparam("units", expanding=True)))
_URGENT = (
    select(_CARRIED.c.delivery_id)
    .join(_NOTICE, _NOTICE.c.id == _CARRIED.c.notice_id)
    .join(_PROJECT, _PROJECT.c.id == _NOTICE.c.project_id)
    .where(
        _CARRIED.c.delivery_id.in_(_THESE),
        _NOTICE.c.kind.in_(bindparam("kinds", expanding=True)),
        _PROJECT.c.urgency.in_(bindparam("urgency", expanding=True)),
    )
)
"""Those of these messages that carry what may leave at any hour."""

_SPARE = (
    update(_DELIVERY)
    .where(
        _DELIVERY.c.id.in_(_THESE),
        _DELIVERY.c.state == DeliveryState.QUEUED,
        _DELIVERY.c.held == Reason.OUTSIDE_HOURS,
        _DELIVERY.c.id.in_(_URGENT),
    )
    .values(next_attempt_at=bindparam("at"), held=None)
)
_HELD = (
    select(
        _DELIVERY.c.id.label("delivery"),
        _CARRIED.c.notice_id.label("notice"),
        _DELIVERY.c.next_attempt_at.label("until"),
    )
    .join(_CARRIED, _CARRIED.c.delivery_id == _DELIVERY.c.id)
    .where(_DELIVERY.c.id.in_(_THESE), _DELIVERY.c.held == Reason.OUTSIDE_HOURS)
)
