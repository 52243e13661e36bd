"""搁置: a project that cannot be handled waits a day and stops nobody else (design §5, rule 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, update

from engine.desk.issuing import ENGINE, Desk
from engine.errors import fault_of
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.statements import table_of
from engine.store.tables import Project

LONGEST = 500
"""How much of an error is kept, in characters."""


def set_aside(desk: Desk, faults: Mapping[int, Exception]) -> None:
    """Leave these projects alone until the next day, visibly."""
    if not faults:
        return
    errors = {project_id: fault_of(error)[:LONGEST] for project_id, error in faults.items()}
    desk.session.execute(
        update(Project),
        [
            {"id": project_id, "set_aside_until": desk.day, "set_aside_error": error}
            for project_id, error in errors.items()
        ],
    )
    append(
        desk.session,
        [
            Event(project_chain(number), EventKind.SET_ASIDE, desk.at, ENGINE, {"error": error})
            for number, error in errors.items()
        ],
    )


def take_up_again(desk: Desk, ids: Sequence[int]) -> None:
    """These projects have been handled; an earlier error no longer stands against them."""
    if ids:
        desk.session.execute(_TAKE_UP, {"ids": ids})


_PROJECT = table_of(Project).c
_TAKE_UP = (
    update(table_of(Project))
    .where(_PROJECT.id.in_(bindparam("ids", expanding=True)))
    .values(set_aside_until=None, set_aside_error="")
)
