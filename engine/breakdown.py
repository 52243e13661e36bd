"""What an item was broken down into: which of it is open, and who reports.

A unit reports on what it does itself: an item with measures is reported through them, and keeps
the clocks of what is its own (签收、节点、办结).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, ProjectKind
from engine.store.statements import rows, table_of
from engine.store.tables import Project

REPORTS = (DeadlineKind.FIRST_REPORT, DeadlineKind.REPORT)
"""What the measures of an item report in its place."""


def place_of(code: str) -> list[tuple[int, int, str]]:
    """The order of codes as people count, an item before its parts: 2023-02-9 before 2023-02-10."""
    return [
        (1, int(piece), "") if piece.isdecimal() else (0, 0, piece)
        for piece in re.split(r"(\d+)", code)
        if piece
    ]


def with_measures(session: Session, ids: Iterable[int]) -> set[int]:
    """Which of these items have measures that were not terminated."""
    return set(rows(session, _PARENTS, ids=list(ids)).scalars())


def kinds_of_parts(session: Session, number: int) -> set[ProjectKind]:
    """The kinds of what an item was broken down into and was not terminated."""
    return set(rows(session, _KINDS, id=number).scalars())


def descendants(session: Session, ids: Sequence[int]) -> list[int]:
    """All that these items were broken down into, at all depths; a query a level."""
    found: list[int] = []
    wanted = list(ids)
    while wanted:
        wanted = list(rows(session, _CHILDREN, ids=wanted).scalars())
        found += wanted
    return found


_PROJECT = table_of(Project).c

_CHILDREN = (
    select(_PROJECT.id)
    .where(_PROJECT.parent_id.in_(bindparam("ids", expanding=True)))
    .order_by(_PROJECT.id)
)

_PARENTS = select(_PROJECT.parent_id).where(
    _PROJECT.parent_id.in_(bindparam("ids", expanding=True)),
    _PROJECT.kind == ProjectKind.MEASURE,
    _PROJECT.state != ProjectState.TERMINATED,
)

_KINDS = (
    select(_PROJECT.kind)
    .where(_PROJECT.parent_id == bindparam("id"), _PROJECT.state != ProjectState.TERMINATED)
    .distinct()
)
