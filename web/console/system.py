"""系统: whether the installation does its duty, and by what it goes."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from sqlalchemy import make_url

from config.database_address import shown
from engine import listing
from engine.audit.kept import last_audit
from engine.census import last_finished
from engine.rules.auditing import FindingKind
from engine.rules.calendar import Calendar
from engine.rules.periods import run_days
from engine.rules.words import Cadence
from engine.rules.zone import ZONE, local_day
from engine.store.tables import DeliveryState
from engine.transfer.backing_up import Backup, backups
from engine.wording import Spoilt, spoilt_now
from flows.mail_address import mail_address
from flows.service import Service
from web.access import OFFICE, Role, Roles
from web.console.declared import Menu, Page
from web.console.given import Nothing
from web.console.visit import Visit
from web.health import faults_in

HERE = "/system"
SEE: Roles = OFFICE | {Role.ADMINISTRATOR}
ADMINISTRATORS: Roles = frozenset({Role.ADMINISTRATOR})
LOOK_AHEAD = timedelta(days=130)
"""Longer than a quarter with its longest holiday."""


@dataclass(frozen=True, slots=True)
class Check:
    """When a sweep last ran, what the last run that came to its end did, when it runs next."""

    cadence: Cadence
    period: str
    state: str
    took: timedelta | None
    result: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """Something that the audit found."""

    kind: FindingKind
    text: str
    since: datetime | None
    cure: str


@dataclass(frozen=True, slots=True)
class Audited:
    """The last audit, and the last one that found nothing."""

    at: datetime | None
    clean_at: datetime | None
    findings: list[Found]


@dataclass(frozen=True, slots=True)
class Storage:
    """Where the data is, how large it is, and how much room is left (bytes); None for unknown."""

    address: str
    size: int | None
    free: int


@dataclass(frozen=True, slots=True)
class System:
    """Everything on the page.

    Attributes:
        faults: what is wrong, in words; empty when all is well.
        spoilt: the office's own templates that have failed on a letter.
    """

    faults: list[str]
    checks: list[Check]
    deliveries: dict[DeliveryState, int]
    audit: Audited
    spoilt: list[Spoilt]
    last_backup: Backup | None
    storage: Storage
    mail: str
    version: str
    policy: str
    calendar: str


def show(visit: Visit, _: Nothing) -> System:
    """The state of the installation now."""
    service, session, book = visit.service, visit.session, visit.desk.rulebook
    audit = last_audit(session)
    return System(
        faults=faults_in(session, service, visit.runner),
        checks=_checks(visit, book.calendar),
        deliveries=_in_order(listing.delivery_counts(session)),
        audit=Audited(
            audit.at,
            audit.clean_at,
            [Found(f.kind, f.text, f.since, f.kind.cure) for f in audit.findings],
        ),
        spoilt=spoilt_now(session),
        last_backup=next(iter(backups(service.settings.backup_dir)), None),
        storage=_storage(service),
        mail=mail_address(service.settings),
        version=version("duban"),
        policy=f"{book.policy.title}（版本 {book.policy.version}）",
        calendar="、".join(layer.title for layer in book.calendar.layers),
    )


def _checks(visit: Visit, calendar: Calendar) -> list[Check]:
    last, done = listing.last_runs(visit.session), last_finished(visit.session)
    found = []
    for cadence in Cadence:
        run, finished = last.get(cadence), done.get(cadence)
        found.append(
            Check(
                cadence,
                run.period if run else "",
                run.state.label if run else "",
                finished.took if finished else None,
                finished.result if finished else "",
                _next(visit, cadence, calendar),
            )
        )
    return found


def _next(visit: Visit, cadence: Cadence, calendar: Calendar) -> datetime | None:
    today, at = local_day(visit.at), visit.service.schedule.at(cadence)
    days = run_days(cadence, today, today + LOOK_AHEAD, calendar)
    moments = (datetime.combine(day, at, ZONE) for day in days)
    return next((moment for moment in moments if moment > visit.at), None)


def _in_order(counts: Counter[DeliveryState]) -> dict[DeliveryState, int]:
    return {state: counts[state] for state in DeliveryState}


def _storage(service: Service) -> Storage:
    url, home = make_url(service.settings.database), service.settings.home
    size = None
    if service.database.is_sqlite and url.database:
        folder, _, name = url.database.rpartition("/")
        parts = (home.__class__(folder or "/") / f"{name}{end}" for end in ("", "-wal"))
        size = sum(part.stat().st_size for part in parts if part.is_file())
    return Storage(shown(service.settings.database), size, shutil.disk_usage(home).free)


PAGES = (Page("system", HERE, "系统", SEE, show, "system.html", menu=Menu.SYSTEM),)
ACTS = ()
