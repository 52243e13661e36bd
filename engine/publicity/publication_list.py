"""The publications of all lists, as the office sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.rules.zone import local_day
from engine.store.statements import rows, table_of
from engine.store.tables import Publication


@dataclass(frozen=True, slots=True)
class PublicationLine:
    """A publication as the office sees it."""

    key: str
    title: str
    day: date
    reviewed_by: str
    object_by: date | None


def publications(session: Session) -> list[PublicationLine]:
    """All publications, newest first."""
    return [
        PublicationLine(
            row.key, row.title, local_day(row.published_at), row.reviewed_by, row.object_by
        )
        for row in rows(session, _LINES)
    ]


_PUBLICATION = table_of(Publication).c
_LINES = select(
    _PUBLICATION.key,
    _PUBLICATION.title,
    _PUBLICATION.published_at,
    _PUBLICATION.reviewed_by,
    _PUBLICATION.object_by,
).order_by(_PUBLICATION.id.desc())
