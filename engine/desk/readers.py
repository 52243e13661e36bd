"""Who gets criticism when it leaves: the posts its rule names, as they are held on that day."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from engine.desk.effects import recipients_of
from engine.desk.issuing import Desk
from engine.rules.policy import climb
from engine.rules.words import PostKind
from engine.store.directory import Recipient, load_directory
from engine.store.tables import Project


def readers_of(
    desk: Desk, projects: Sequence[int], audience: Sequence[PostKind]
) -> tuple[Recipient, ...]:
    """The readers of a notice on some projects, each once. An empty post is skipped for the next
    one up the chain, as for every notice."""
    found = desk.session.scalars(
        select(Project).where(Project.id.in_(projects)).order_by(Project.id)
    ).all()
    units = {project.lead_unit_id for project in found}
    directory = load_directory(desk.session, desk.day, units, [project.id for project in found])
    readers = {
        reader.person_id: reader
        for project in found
        for reader in recipients_of(
            directory, project, climb(tuple(audience), directory.reachable_of(project))
        )
    }
    return tuple(readers.values())
