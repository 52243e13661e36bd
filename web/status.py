"""What the status page and the health check tell, gathered in a few queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from engine import listing
from engine.notices.notice_list import DraftLine, draft_count, draft_lines
from engine.publicity.objection_list import ObjectionLine, open_objections
from engine.rules.calendar import Calendar
from engine.rules.periods import run_days
from engine.rules.rulebook import Rulebook
from engine.rules.words import Cadence, Light
from engine.rules.zone import ZONE, local_day
from engine.store.runs import unfinished
from engine.store.tables import DeliveryState
from engine.wording import Spoilt, spoilt_now
from flows.catalogue import catalogue
from flows.clock import ShiftedClock
from flows.runner import Runner
from flows.service import Service
from flows.tick import due_sweeps
from notifications.channels.smtp_settings import parse

SHOWN = 100
"""How many projects and drafts the page lists."""
PATIENCE = timedelta(minutes=5)
"""How long a due period may be unaccounted for before the sweeps count as silent."""
LOOK_AHEAD = timedelta(days=130)
"""Longer than a quarter with its longest holiday."""


@dataclass(frozen=True, slots=True)
class ProjectStatus:
    """A project and how far its next date is, in words."""

    line: listing.ProjectLine
    left: str


@dataclass(frozen=True, slots=True)
class CadenceStatus:
    """When a cadence last ran and when it runs next."""

    cadence: Cadence
    last: listing.RunLine | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """Everything on the page.

    Attributes:
        shifted: the clock is a sample's or a rehearsal's.
        total: how many projects there are; ``projects`` holds the worst of them.
        spoilt: the office's own templates that have failed on a letter.
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
    faults: list[str]


def look(service: Service, runner: Runner) -> Status:
    """The state of an installation now."""
    now, calendar = service.now(), service.rulebook.calendar
    with service.database.read() as session:
        lights = listing.light_counts(session)
        runs = listing.last_runs(session)
        lines = listing.project_lines(session, worst_first=True, limit=SHOWN)
        deliveries = listing.delivery_counts(session)
        waiting = draft_count(session)
        drafts = draft_lines(session, SHOWN)
        objections = open_objections(session)
        spoilt = spoilt_now(session)
    return Status(
        now=now,
        shifted=isinstance(service.now, ShiftedClock),
        rulebook=service.rulebook,
        mail=mail_address(service.settings),
        total=lights.total(),
        lights=lights,
        projects=[ProjectStatus(line, _left(line, now, calendar)) for line in lines],
        cadences=[CadenceStatus(c, runs.get(c), _next(service, c, now)) for c in Cadence],
        deliveries=deliveries,
        draft_count=waiting,
        drafts=drafts,
        objections=objections,
        spoilt=spoilt,
        day=local_day(now),
        faults=faults(service, runner),
    )


def faults(service: Service, runner: Runner) -> list[str]:
    """What keeps this installation from doing its duty, in words."""
    jobs = catalogue(service.settings.dispatch_seconds)
    found = [
        f"{job.title}失败：{runner.failed[job.name]}" for job in jobs if job.name in runner.failed
    ]
    try:
        found += _silent(service)
    except SQLAlchemyError as error:
        found.append(f"数据库读不出来：{type(error).__name__}")
    return found


def _silent(service: Service) -> list[str]:
    """Periods that should have been run by now."""
    limit = service.now() - PATIENCE
    late = [due for due in due_sweeps(service) if due.scheduled_at < limit]
    with service.database.read() as session:
        stuck = unfinished(session, limit)
    return [
        *(f"{due.cadence.label}应在{written_at(due.scheduled_at)}运行，至今没有" for due in late),
        *(f"{run.cadence.label} {run.period} 中断，至今没有接续" for run in stuck),
    ]


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


def written_at(at: datetime) -> str:
    """A moment as users read it, in local time."""
    local = at.astimezone(ZONE)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
