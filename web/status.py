"""What the status page tells, gathered in a few queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from config.settings import Settings
from engine import listing
from engine.audit.kept import LastAudit, last_audit
from engine.census import Finished, last_finished
from engine.notices.notice_list import DraftLine, draft_count, draft_lines
from engine.publicity.objection_list import ObjectionLine, open_objections
from engine.rules.calendar import Calendar
from engine.rules.periods import run_days
from engine.rules.rulebook import Rulebook
from engine.rules.words import Cadence, Light
from engine.rules.zone import ZONE, local_day
from engine.store.job_history import Look, RunTold, last_done, looks, recent_runs
from engine.store.tables import DeliveryState
from engine.wording import Spoilt, spoilt_now
from flows.catalogue import catalogue
from flows.clock import ShiftedClock
from flows.runner import Runner
from flows.service import Service
from notifications.channels.smtp_settings import parse
from web.health import faults

SHOWN = 100
"""How many projects and drafts the page lists."""
RUNS_SHOWN = 10
LOOK_AHEAD = timedelta(days=130)
"""Longer than a quarter with its longest holiday."""


@dataclass(frozen=True, slots=True)
class ProjectStatus:
    """A project and how far its next date is, in words."""

    line: listing.ProjectLine
    left: str


@dataclass(frozen=True, slots=True)
class CadenceStatus:
    """When a cadence last ran, what the last run that came to its end did, when it runs next."""

    cadence: Cadence
    last: listing.RunLine | None
    done: Finished | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job, its newest sign of life in whatever process, and the last run that did something."""

    title: str
    look: Look | None
    done: RunTold | None


@dataclass(frozen=True, slots=True)
class Status:
    """Everything on the page.

    Attributes:
        shifted: the clock is a sample's or a rehearsal's.
        total: how many projects there are; ``projects`` holds the worst of them.
        spoilt: the office's own templates that have failed on a letter.
        runs: what the jobs did or failed of lately, by the job's title.
        faults: what is wrong, in words; empty when all is well.
    """

    now: datetime
    shifted: bool
    rulebook: Rulebook
    mail: str
    total: int
    lights: Counter[Light]
    projects: list[ProjectStatus]
    cadences: list[CadenceStatus]
    deliveries: Counter[DeliveryState]
    draft_count: int
    drafts: list[DraftLine]
    objections: list[ObjectionLine]
    spoilt: list[Spoilt]
    day: date
    jobs: list[JobStatus]
    runs: list[tuple[str, RunTold]]
    audit: LastAudit
    faults: list[str]


def look(service: Service, runner: Runner) -> Status:
    """The state of an installation now."""
    now, calendar = service.now(), service.rulebook.calendar
    with service.database.read() as session:
        lights = listing.light_counts(session)
        runs, done = listing.last_runs(session), last_finished(session)
        lines = listing.worst_projects(session, SHOWN)
        deliveries = listing.delivery_counts(session)
        waiting = draft_count(session)
        drafts = draft_lines(session, SHOWN)
        objections = open_objections(session)
        spoilt = spoilt_now(session)
        jobs, worked = looks(session), last_done(session)
        told = recent_runs(session, RUNS_SHOWN)
        audit = last_audit(session)
    titles = {job.name: job.title for job in catalogue(service)}
    return Status(
        now=now,
        shifted=isinstance(service.now, ShiftedClock),
        rulebook=service.rulebook,
        mail=mail_address(service.settings),
        total=lights.total(),
        lights=lights,
        projects=[ProjectStatus(line, _left(line, now, calendar)) for line in lines],
        cadences=[
            CadenceStatus(c, runs.get(c), done.get(c), _next(service, c, now)) for c in Cadence
        ],
        deliveries=deliveries,
        draft_count=waiting,
        drafts=drafts,
        objections=objections,
        spoilt=spoilt,
        day=local_day(now),
        jobs=[
            JobStatus(title, _newest(jobs, name), worked.get(name))
            for name, title in titles.items()
        ],
        runs=[(titles.get(run.job, run.job), run) for run in told],
        audit=audit,
        faults=faults(service, runner),
    )


def _newest(jobs: Sequence[Look], name: str) -> Look | None:
    return next((look for look in jobs if look.job == name), None)


def _next(service: Service, cadence: Cadence, now: datetime) -> datetime | None:
    today, at = local_day(now), service.schedule.at(cadence)
    days = run_days(cadence, today, today + LOOK_AHEAD, service.rulebook.calendar)
    moments = (datetime.combine(day, at, ZONE) for day in days)
    return next((moment for moment in moments if moment > now), None)


def _left(line: listing.ProjectLine, now: datetime, calendar: Calendar) -> str:
    if line.next_due is None:
        return ""
    today = local_day(now)
    if line.next_due == today:
        return "今天到期"
    days = calendar.working_days_between(today, line.next_due)
    return f"还有{days}个工作日" if line.next_due > today else f"已过{-days}个工作日"


def mail_address(settings: Settings) -> str:
    """Where mails go, without the password."""
    if not settings.smtp:
        return f"写入文件夹 {settings.mail_dir}"
    server = parse(settings.smtp)
    return f"经 {server.host}:{server.port} 发出"
