"""Earlier letters to the same person on the same item, so that mail programs keep one thread for
each item.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from engine.store.statements import table_of
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice

LONGEST = 20
"""How many Message-IDs a letter names at most: the first, which holds the thread together, and
the latest (RFC 5322 §3.6.4 sets no limit, but a year of letters would fill the header)."""

Thread = tuple[str, int | None, int | None]
"""A channel, a person and a project: what makes two letters parts of one conversation."""


def find_references(
    session: Session, deliveries: Sequence[Delivery], notices: Mapping[int, list[Notice]]
) -> dict[int, tuple[str, ...]]:
    """Message-IDs by delivery id, oldest first.

    Only a letter about one item has any, and only such letters are named: a bundle on several
    belongs to no single conversation, and would tie those of all its items into one.
    """
    threads = {
        row.id: (row.channel, row.person_id, project)
        for row in deliveries
        if row.person_id and (project := _only_project(notices[row.id]))
    }
    earlier = _sent(session, set(threads.values())) if threads else {}
    return {row.id: _shortened(earlier.get(threads.get(row.id), ())) for row in deliveries}


def _only_project(notices: Sequence[Notice]) -> int | None:
    """The one project that all of these notices are about, if there is one."""
    projects = {notice.project_id for notice in notices}
    return projects.pop() if len(projects) == 1 else None


def _shortened(identifiers: Sequence[str]) -> tuple[str, ...]:
    if len(identifiers) <= LONGEST:
        return tuple(identifiers)
    return (identifiers[0], *identifiers[1 - LONGEST :])


def _sent(session: Session, threads: set[Thread]) -> dict[Thread | None, list[str]]:
    """The Message-IDs of the letters sent before, by thread."""
    found: dict[Thread | None, list[str]] = defaultdict(list)
    wanted = {
        "projects": {project for _, _, project in threads},
        "persons": {person for _, person, _ in threads},
    }
    for channel, person, project, identifier, _ in session.execute(_SENT, wanted):
        thread = (channel, person, project)
        if thread in threads:
            found[thread].append(identifier)
    return found


_CARRIED, _OTHER = table_of(DeliveryNotice).c, table_of(DeliveryNotice).alias("other")
_ANOTHER = table_of(Notice).alias("another")

_SENT = (
    select(
        Delivery.channel, Delivery.person_id, Notice.project_id, Delivery.message_id, Delivery.id
    )
    .distinct()
    .join(DeliveryNotice, DeliveryNotice.delivery_id == Delivery.id)
    .join(Notice, Notice.id == DeliveryNotice.notice_id)
    .where(
        Notice.project_id.in_(bindparam("projects", expanding=True)),
        Delivery.person_id.in_(bindparam("persons", expanding=True)),
        Delivery.state == DeliveryState.SENT,
        Delivery.message_id != "",
        ~exists().where(
            _OTHER.c.delivery_id == _CARRIED.delivery_id,
            _ANOTHER.c.id == _OTHER.c.notice_id,
            _ANOTHER.c.project_id.is_distinct_from(table_of(Notice).c.project_id),
        ),
    )
    .order_by(Delivery.id)
)
"""Letters whose notices are all on one item."""
