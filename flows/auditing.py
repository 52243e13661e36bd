"""The audit of an installation: it is told what should run and when, what it finds is kept, and
only a clean pass beats the outside heart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.audit.auditing import Watch, audit
from engine.audit.kept import keep
from engine.audit.supervision import still
from engine.log_actions import LogAction
from engine.rules.auditing import Finding, Period, Watched, overdue
from engine.rules.periods import period_of
from engine.rules.zone import local_day
from engine.store.database import Database
from engine.store.job_history import Look, looks
from flows.clock import system_clock
from flows.heart import beat
from flows.service import Service
from flows.telling import tell
from flows.tick import checkpoint_due, due_sweeps


@dataclass(frozen=True, slots=True)
class Expected:
    """A job, and how long it may go without being looked at by anybody."""

    name: str
    title: str
    patience: timedelta


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found, whether the outside heart was to beat, and what went wrong with it."""

    findings: tuple[Finding, ...]
    beats: bool = False
    heart: str = ""


def audit_now(
    service: Service,
    jobs: Iterable[Expected],
    *,
    full: bool = False,
    heart: str | None = None,
    heart_file: Path | None = None,
) -> Audit:
    """Audit everything, keep and journal what is new or gone, and beat the heart if all is well.

    Args:
        full: look at the whole journal and not only at what is new.
        heart, heart_file: the outside heart; by default that of the settings.
    """
    findings = _look(service, jobs, full)
    if findings:
        kinds = sorted({finding.kind.label for finding in findings})
        words = f"巡检：发现{len(findings)}处：{'、'.join(kinds)}"
        tell(LogAction.AUDIT, words, findings=len(findings))
        return Audit(findings)
    url, file = heart or service.settings.heart, heart_file or service.settings.heartbeat_file
    return Audit((), bool(url or file), beat(url, file))


def _look(service: Service, jobs: Iterable[Expected], full: bool) -> tuple[Finding, ...]:
    apart = _apart(service.database)
    with service.database.read() as session:
        rulebook = service.rules.known_to(session)
        rates = rulebook.routes.rates
        watch = Watch(
            now=service.now(),
            policy=rulebook.policy,
            due=tuple(_due(session, service)),
            jobs=_watched(jobs, looks(session)),
            channels={channel.name: rates.get(channel.name, ()) for channel in service.channels},
            checkpoint_due=checkpoint_due(service),
            apart=apart,
            full=full,
        )
        audited = audit(session, watch)
    with service.database.begin() as session:
        keep(session, audited.findings, audited.journal, watch.now)
    return audited.findings


def _due(session: Session, service: Service) -> Iterator[Period]:
    for due in due_sweeps(session, service):
        period = period_of(due.cadence, local_day(due.scheduled_at))
        yield Period(f"{due.cadence.value}:{period}", due.cadence.label, due.scheduled_at)


def work_undone(session: Session, service: Service) -> list[Finding]:
    """Periods that should have been run by now, and those that were begun and stand still."""
    now = service.now()
    return [*overdue(_due(session, service), now), *still(session, now)]


def _apart(database: Database) -> timedelta | None:
    """How far this machine's clock is before the database's; None where they are the same."""
    if database.is_sqlite:
        return None
    with database.read() as session:
        before = system_clock()
        there = session.execute(select(func.clock_timestamp())).scalar_one()
        after = system_clock()
    return before + (after - before) / 2 - there


def _watched(jobs: Iterable[Expected], looks: Sequence[Look]) -> list[Watched]:
    """Each job with its newest sign of life, and with the newest failure that still stands."""
    return [_seen(job, [look for look in looks if look.job == job.name]) for job in jobs]


def _seen(job: Expected, looks: Sequence[Look]) -> Watched:
    if not looks:
        return Watched(job.name, job.title, job.patience, None)
    newest = looks[0].looked_at
    standing = (k for k in looks if k.error and k.looked_at >= newest - job.patience)
    shown = next(standing, looks[0])
    return Watched(job.name, job.title, job.patience, newest, shown.error, shown.failed_at)
