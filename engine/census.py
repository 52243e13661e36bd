"""An installation in figures: how many of everything, by state. Read-only, over indexes alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.rules.drafts import DraftState
from engine.rules.lifecycle import ProjectState
from engine.rules.words import Cadence, Light, NoticeKind, NoticeState, Stage
from engine.store.statements import rows, table_of
from engine.store.tables import (
    Checkpoint,
    Delivery,
    DeliveryState,
    Draft,
    JournalEvent,
    Notice,
    Project,
    RunState,
    SweepPart,
    SweepRun,
)


@dataclass(frozen=True, slots=True)
class Census:
    """How many there are of what there are many, each counted over one index."""

    projects: Counter[tuple[ProjectState, Light]]
    notices: Counter[tuple[NoticeKind, Stage]]
    deliveries: Counter[tuple[DeliveryState, str]]


def census(session: Session) -> Census:
    """Count everything."""
    projects, notices, deliveries = (
        Counter({(row[0], row[1]): row[2] for row in rows(session, query)})
        for query in (_PROJECTS, _NOTICES, _DELIVERIES)
    )
    return Census(projects, notices, deliveries)


@dataclass(frozen=True, slots=True)
class Finished:
    """The last run of a cadence that came to its end."""

    cadence: Cadence
    period: str
    started_at: datetime
    finished_at: datetime
    counts: dict[str, int]

    @property
    def took(self) -> timedelta:
        """How long it took."""
        return self.finished_at - self.started_at

    @property
    def result(self) -> str:
        """What it came to, in words."""
        notices = sum(self.counts.get(kind.counted, 0) for kind in NoticeKind)
        projects, aside = self.counts.get("projects"), self.counts.get("set_aside", 0)
        parts = (
            f"{projects}个事项" if projects is not None else "",
            f"通知{notices}份",
            f"{aside}个出错搁置" if aside else "",
        )
        return "，".join(filter(None, parts))


def last_finished(session: Session) -> dict[Cadence, Finished]:
    """Of each cadence the last run that came to its end."""
    return {row.cadence: Finished(*row) for row in rows(session, _FINISHED)}


def open_parts(session: Session) -> dict[Cadence, int]:
    """The cadences that are being run now, each with the parts that are still to be done."""
    return {cadence: parts for cadence, parts in rows(session, _OPEN_PARTS)}


def drafts_waiting(session: Session) -> Counter[DraftState]:
    """How many drafts wait at each place of the signing desk."""
    return Counter({state: count for state, count in rows(session, _DRAFTS)})


def journal_length(session: Session) -> tuple[int, datetime | None]:
    """The number of the last event, and when the last checkpoint was made."""
    last, sealed_at = rows(session, _JOURNAL).one()
    return last or 0, sealed_at


# The queries, built once.

_PROJECT, _NOTICE, _DELIVERY = (table_of(table).c for table in (Project, Notice, Delivery))
_RUN, _PART, _DRAFT = (table_of(table).c for table in (SweepRun, SweepPart, Draft))

_PROJECTS = select(_PROJECT.state, _PROJECT.light, func.count()).group_by(
    _PROJECT.state, _PROJECT.light
)
_NOTICES = select(_NOTICE.kind, _NOTICE.stage, func.count()).group_by(_NOTICE.kind, _NOTICE.stage)
_DELIVERIES = select(_DELIVERY.state, _DELIVERY.channel, func.count()).group_by(
    _DELIVERY.state, _DELIVERY.channel
)

_NEWEST = (
    select(_RUN.cadence, func.max(_RUN.scheduled_at).label("at"))
    .where(_RUN.state == RunState.DONE)
    .group_by(_RUN.cadence)
    .subquery()
    .c
)
_FINISHED = select(_RUN.cadence, _RUN.period, _RUN.started_at, _RUN.finished_at, _RUN.counts).where(
    _RUN.state == RunState.DONE,
    _RUN.cadence == _NEWEST.cadence,
    _RUN.scheduled_at == _NEWEST["at"],
)
_OPEN_PARTS = (
    select(_RUN.cadence, func.count(_PART.id))
    .select_from(table_of(SweepRun))
    .outerjoin(table_of(SweepPart), (_PART.run_id == _RUN.id) & _PART.done_at.is_(None))
    .where(_RUN.state == RunState.RUNNING)
    .group_by(_RUN.cadence)
)
_DRAFTS = (
    select(_DRAFT.state, func.count())
    .join_from(table_of(Notice), table_of(Draft), _DRAFT.notice_id == _NOTICE.id)
    .where(_NOTICE.state == NoticeState.DRAFT)
    .group_by(_DRAFT.state)
)
_JOURNAL = select(
    select(func.max(table_of(JournalEvent).c.id)).scalar_subquery(),
    select(func.max(table_of(Checkpoint).c.at)).scalar_subquery(),
)
