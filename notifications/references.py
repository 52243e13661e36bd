"""Earlier letters to the same person on the same item, so that mail programs keep one thread for
each item.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from engine.store.statements import rows, table_of
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
    for channel, person, project, identifier, _ in rows(session, _SENT, **wanted):
        thread = (channel, person, project)
        if thread in threads:
            found[thread].append(identifier)
    return found


_DELIVERY, _NOTICE, _CARRIED = table_of(Delivery).c, table_of(Notice).c, table_of(DeliveryNotice).c
_OTHER, _ANOTHER = table_of(DeliveryNotice).alias("other").c, table_of(Notice).alias("another").c

_SENT = (
    select(
        _DELIVERY.channel,
        _DELIVERY.person_id,
        _NOTICE.project_id,
        _DELIVERY.message_id,
        _DELIVERY.id,
    )
    .distinct()
    .join_from(table_of(Delivery), table_of(DeliveryNotice), _CARRIED.delivery_id == _DELIVERY.id)
    .join(table_of(Notice), _NOTICE.id == _CARRIED.notice_id)
    .where(
        _NOTICE.project_id.in_(bindparam("projects", expanding=True)),
        _DELIVERY.person_id.in_(bindparam("persons", expanding=True)),
        _DELIVERY.state == DeliveryState.SENT,
        _DELIVERY.message_id != "",
        ~exists().where(
            _OTHER.delivery_id == _CARRIED.delivery_id,
            _ANOTHER.id == _OTHER.notice_id,
            _ANOTHER.project_id.is_distinct_from(_NOTICE.project_id),
        ),
    )
    .order_by(_DELIVERY.id)
)
"""Letters whose notices are all on one item."""
