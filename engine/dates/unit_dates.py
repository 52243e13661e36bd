"""A unit's open dates, as its calendar feed tells them. Read-only, in sets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.words import UNIT_CLOCKS, DeadlineKind, DeadlineState, Light
from engine.store.journal import project_chain
from engine.store.statements import rows, table_of
from engine.store.tables import Deadline, JournalEvent, Project, ProjectUnit, Target


@dataclass(frozen=True, slots=True)
class UnitDate:
    """One open date of an item that a unit leads.

    Attributes:
        slot, version: which of the item's dates of this kind it is, and how often it was moved.
        original: what it was first set to.
        promise: what the item promises, each target in its own words.
        changed_at: when anything about the item was last recorded.
    """

    project_id: int
    code: str
    title: str
    state: ProjectState
    light: Light
    kind: DeadlineKind
    slot: str
    name: str
    version: int
    due: date
    original: date
    provisional: bool
    promise: tuple[str, ...]
    changed_at: datetime


def unit_dates(session: Session, unit_id: int) -> list[UnitDate]:
    """The open dates of all items that a unit leads, by day."""
    found = rows(session, _DATES, unit=unit_id).all()
    ids = sorted({row.project_id for row in found})
    promises: dict[int, list[str]] = defaultdict(list)
    for project_id, metric, text in rows(session, _PROMISES, ids=ids):
        promise = text if metric in text else f"{metric}：{text}"
        if promise not in promises[project_id]:
            promises[project_id].append(promise)
    chains = [project_chain(number) for number in ids]
    changed: dict[str, datetime] = {
        chain: at for chain, at in rows(session, _CHANGED, chains=chains)
    }
    return [
        UnitDate(
            **row._mapping,
            promise=tuple(promises[row.project_id]),
            changed_at=changed[project_chain(row.project_id)],
        )
        for row in found
    ]


_DEADLINE, _PROJECT = table_of(Deadline).c, table_of(Project).c
_MORE, _TARGET, _EVENT = table_of(ProjectUnit).c, table_of(Target).c, table_of(JournalEvent).c
_IDS: Any = bindparam("ids", expanding=True)

_DATES = (
    select(
        _DEADLINE.project_id,
        _PROJECT.code,
        _PROJECT.title,
        _PROJECT.state,
        _PROJECT.light,
        _DEADLINE.kind,
        _DEADLINE.slot,
        _DEADLINE.name,
        _DEADLINE.version,
        _DEADLINE.due,
        _DEADLINE.original_due.label("original"),
        _DEADLINE.provisional,
    )
    .join_from(table_of(Deadline), table_of(Project), _DEADLINE.project_id == _PROJECT.id)
    .where(
        or_(
            _PROJECT.lead_unit_id == bindparam("unit"),
            _PROJECT.id.in_(
                select(_MORE.project_id).where(
                    _MORE.unit_id == bindparam("unit"), _MORE.leads.is_(True)
                )
            ),
        ),
        _PROJECT.state.in_(OPEN_STATES),
        _DEADLINE.state == DeadlineState.PENDING,
        _DEADLINE.kind.in_(UNIT_CLOCKS),
    )
    .order_by(_DEADLINE.due, _PROJECT.program_id, _PROJECT.id, _DEADLINE.id)
)

_PROMISES = (
    select(_TARGET.project_id, _TARGET.metric, _TARGET.text)
    .where(_TARGET.project_id.in_(_IDS))
    .order_by(_TARGET.project_id, _TARGET.position)
)

_CHANGED = (
    select(_EVENT.chain, func.max(_EVENT.at))
    .where(_EVENT.chain.in_(bindparam("chains", expanding=True)))
    .group_by(_EVENT.chain)
)
