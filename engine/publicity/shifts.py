"""By what promised dates are others than they were first, as the public is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from engine.assigning.assignment import ENDS
from engine.lists.milestones import WHY as LIST_REVISED
from engine.rules.clocks import ClockAct
from engine.rules.completion import CompletionState
from engine.store.statements import rows, table_of
from engine.store.tables import (
    ClockEvent,
    CompletionRequest,
    Deadline,
    Extension,
    ExtensionState,
)


@dataclass(frozen=True, slots=True)
class Shifts:
    """What has moved the promised dates of items: the last approved extension by item, and the
    items that were done again, that stood still, and that a revised list gave another date."""

    extensions: dict[int, int]
    redone: set[int]
    paused: set[int]
    revised: set[int]

    def causes(self, item: int) -> str:
        """All that moved one item's date."""
        causes = (
            f"经批准延期（延期申请第{self.extensions[item]}号）" if item in self.extensions else "",
            "复查不合格，重新办理" if item in self.redone else "",
            "暂停后顺延" if item in self.paused else "",
            "清单调整" if item in self.revised else "",
        )
        return "；".join(filter(None, causes))


def load_shifts(session: Session, ids: Sequence[int]) -> Shifts:
    """The shifts of these items, in a fixed number of queries."""
    return Shifts(
        extensions={item: number for item, number in rows(session, _EXTENDED, ids=ids)},
        redone=set(rows(session, _REDONE, ids=ids).scalars()),
        paused=set(rows(session, _PAUSED, ids=ids).scalars()),
        revised=set(rows(session, _REVISED, ids=ids).scalars()),
    )


# The queries, built once over bare tables.

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_DATE, _EXTENSION = table_of(Deadline).c, table_of(Extension).c
_REQUEST, _CLOCK = table_of(CompletionRequest).c, table_of(ClockEvent).c

_EXTENDED = (
    select(_DATE.project_id, _EXTENSION.id)
    .join_from(table_of(Extension), table_of(Deadline), _EXTENSION.deadline_id == _DATE.id)
    .where(
        _DATE.project_id.in_(_IDS),
        _DATE.kind.in_(ENDS),
        _EXTENSION.state == ExtensionState.APPROVED,
    )
    .order_by(_EXTENSION.id)
)

_REDONE = select(_REQUEST.project_id).where(
    _REQUEST.project_id.in_(_IDS), _REQUEST.state == CompletionState.OVERTURNED
)

_PAUSED = select(_CLOCK.project_id).where(_CLOCK.project_id.in_(_IDS), _CLOCK.act == ClockAct.PAUSE)

_REVISED = select(_CLOCK.project_id).where(
    _CLOCK.project_id.in_(_IDS),
    _CLOCK.act == ClockAct.SET,
    _CLOCK.kind.in_(ENDS),
    _CLOCK.why == LIST_REVISED,
)
