"""异议 that somebody of the public writes on the board, without anybody of the office between."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from engine.desk.desk import Desk
from engine.publicity.objections import (
    SAME,
    Objector,
    PublicObjectionRefused,
    keep,
    last_shown,
)
from engine.rules.conditions import written
from engine.rules.public_objections import PUBLIC_OBJECTION
from engine.store.statements import rows, table_of
from engine.store.tables import Project, PublicObjection

ONLINE = "公众（网上）"
"""Who has received it: nobody of the office."""
MOST_WAITING = 100
"""How many of one item may wait at once: more would keep the office from answering any."""


def file_online(desk: Desk, project: Project, said: Objector) -> PublicObjection:
    """Keep an objection to the last publication of an item. One that is late is not kept: who
    writes it is told at once.

    Raises:
        PublicObjectionRefused: as for ``receive``; or it is late, or too many wait already.
    """
    shown = last_shown(desk.session, project, said.on)
    if shown and shown.object_by and said.on > shown.object_by:
        raise PublicObjectionRefused(
            f"异议期至{written(shown.object_by)}止，已经过了。以后公示的内容有不符的，仍可提出"
        )
    wanted = {"project": project.id, "name": said.name.strip(), "text": said.text.strip()}
    if rows(desk.session, SAME, **wanted).first() is not None:
        raise PublicObjectionRefused("同样的异议已经登记过，不必再提，请等候核实")
    waiting = rows(desk.session, _WAITING, project=project.id, by=ONLINE).scalar_one()
    if waiting >= MOST_WAITING:
        raise PublicObjectionRefused(
            f"对 {project.code} 的异议已有{waiting}件在核实中，暂不再网上受理，请以信件、电话提出"
        )
    return keep(desk, project, said, ONLINE)


_OBJECTION = table_of(PublicObjection).c
_WAITING = select(func.count()).where(
    _OBJECTION.project_id == bindparam("project"),
    _OBJECTION.received_by == bindparam("by"),
    _OBJECTION.state == PUBLIC_OBJECTION.start,
)
