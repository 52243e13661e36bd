"""Earlier letters to the same person on the same matter, so that mail programs keep a thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice

# Person, project, deadline: what makes two letters parts of one conversation.
Thread = tuple[int, int | None, int | None]


def find_references(
    session: Session, deliveries: Sequence[Delivery], notices: Mapping[int, list[Notice]]
) -> dict[int, tuple[str, ...]]:
    """Message-IDs by delivery id, oldest first.

    Only a letter about one item has any; a bundle belongs to no single conversation.
    """
    threads = {
        row.id: _thread(row, notices[row.id][0])
        for row in deliveries
        if len(notices[row.id]) == 1 and notices[row.id][0].project_id
    }
    earlier = _sent(session, set(threads.values())) if threads else {}
    return {
        row.id: tuple(earlier[threads[row.id]]) if row.id in threads else () for row in deliveries
    }


def _thread(delivery: Delivery, notice: Notice) -> Thread:
    return delivery.person_id, notice.project_id, notice.deadline_id


def _sent(session: Session, threads: set[Thread]) -> dict[Thread, list[str]]:
    """What was sent before, by thread; bundles count for each of their items."""
    found: dict[Thread, list[str]] = defaultdict(list)
    wanted = {
        "projects": {project for _, project, _ in threads},
        "persons": {person for person, _, _ in threads},
    }
    for person, project, deadline, identifier in session.execute(_SENT, wanted):
        thread = (person, project, deadline)
        if thread in threads and identifier not in found[thread]:
            found[thread].append(identifier)
    return found


_SENT = (
    select(Delivery.person_id, Notice.project_id, Notice.deadline_id, Delivery.message_id)
    .join(DeliveryNotice, DeliveryNotice.delivery_id == Delivery.id)
    .join(Notice, Notice.id == DeliveryNotice.notice_id)
    .where(
        Notice.project_id.in_(bindparam("projects", expanding=True)),
        Delivery.person_id.in_(bindparam("persons", expanding=True)),
        Delivery.state == DeliveryState.SENT,
    )
    .order_by(Delivery.id)
)
