"""When the jobs were last looked at, by whom, and what they did: written seldom, by many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, func, insert, select
from sqlalchemy.orm import Session

from engine.store.statements import insert_replacing_doubles, rows, table_of
from engine.store.tables import JobLook, JobRun

LOOKS_KEPT = timedelta(days=1)
"""How long the last sign of life of a process that is gone stays to be seen."""
RUNS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Look:
    """The last sign of life of a job in one process; ``error`` is empty while it works."""

    job: str
    process: str
    looked_at: datetime
    failed_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class RunTold:
    """A run that did something or failed."""

    job: str
    process: str
    started_at: datetime
    finished_at: datetime
    did: str = ""
    error: str = ""


def write(session: Session, looks: Sequence[Look], runs: Sequence[RunTold], now: datetime) -> None:
    """Write what a process has seen since it last wrote, and drop what is old."""
    replacing = insert_replacing_doubles(session, JobLook, ("job", "process"))
    session.execute(replacing, [asdict(look) for look in looks])
    if runs:
        session.execute(_TELL, [asdict(run) for run in runs])
    session.execute(_DROP_LOOKS, {"before": now - LOOKS_KEPT})
    session.execute(_DROP_RUNS, {"before": now - RUNS_KEPT})


def looks(session: Session) -> list[Look]:
    """The signs of life of every job in every process, the newest first."""
    return [Look(*row) for row in rows(session, _LOOKS)]


def last_done(session: Session) -> dict[str, RunTold]:
    """By job, the last run that did something."""
    return {row.job: RunTold(*row) for row in rows(session, _LAST_DONE)}


def recent_runs(session: Session, limit: int) -> list[RunTold]:
    """The last runs that are worth telling, the newest first."""
    return [RunTold(*row) for row in rows(session, _RUNS, limit=limit)]


# The statements, built once.

_LOOK, _RUN = table_of(JobLook).c, table_of(JobRun).c

_TELL = insert(table_of(JobRun))
_LATER = table_of(JobLook).alias()
_DROP_LOOKS = delete(table_of(JobLook)).where(
    _LOOK.looked_at < bindparam("before"),
    exists().where(_LATER.c.job == _LOOK.job, _LATER.c.looked_at >= bindparam("before")),
)
"""The last word of a job that nobody looks at any more is kept."""
_DROP_RUNS = delete(table_of(JobRun)).where(_RUN.finished_at < bindparam("before"))
_LOOKS = select(_LOOK.job, _LOOK.process, _LOOK.looked_at, _LOOK.failed_at, _LOOK.error).order_by(
    _LOOK.looked_at.desc(), _LOOK.process
)
_TOLD = select(_RUN.job, _RUN.process, _RUN.started_at, _RUN.finished_at, _RUN.did, _RUN.error)
_DID = _RUN.did != ""
_NEWEST = (
    select(_RUN.job, func.max(_RUN.finished_at).label("at"))
    .where(_DID)
    .group_by(_RUN.job)
    .subquery()
)
_LAST_DONE = _TOLD.join(
    _NEWEST, (_RUN.job == _NEWEST.c.job) & (_RUN.finished_at == _NEWEST.c.at)
).where(_DID)
_RUNS = _TOLD.order_by(_RUN.finished_at.desc(), _RUN.id.desc()).limit(bindparam("limit"))
