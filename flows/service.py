"""One installation, put together from its settings: store, rules, timetable, channels, clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy.orm import Session

from config.calendar_loader import load_calendar
from config.policy_loader import load_policy
from config.schedule_loader import Schedule, load_schedule
from config.settings import Settings
from engine.issuing import Desk
from engine.rules.rulebook import Rulebook
from engine.run import Clock
from engine.store.database import Database
from engine.store.schema import upgrade
from engine.store.tables import Setting
from flows.clock import ShiftedClock, system_clock
from notifications.channels import Channel
from notifications.channels.mailbox import MailboxChannel
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import parse
from notifications.compose import Composer
from notifications.message import Mailbox

INSTALLED_AT = "installed_at"


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that commands and jobs need."""

    settings: Settings
    database: Database
    rulebook: Rulebook
    schedule: Schedule
    channels: tuple[Channel, ...]
    composer: Composer
    now: Clock

    def desk(self, session: Session) -> Desk:
        """Where a verb is carried out now."""
        return Desk(session, self.rulebook, self.now())


def open_service(settings: Settings, now: Clock | None = None) -> Service:
    """Open an installation; its store is created or brought up to date first.

    Args:
        now: the clock; by default the system's, or one started at ``DUBAN_CLOCK``.

    Raises:
        ConfigError: the policy, calendar, timetable or mail address cannot be read.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    rulebook = Rulebook(load_policy(settings.policy), load_calendar(settings.calendar))
    schedule = load_schedule(settings.schedule)
    sender = Mailbox(*parseaddr(settings.sender))
    composer = Composer(sender, settings.mail_domain, settings.base_url)
    database = Database(settings.database)
    clock = now or (ShiftedClock(settings.clock) if settings.clock else system_clock)
    upgrade(database)
    _remember_beginning(database, clock())
    return Service(
        settings, database, rulebook, schedule, (_mail_channel(settings, sender),), composer, clock
    )


def _mail_channel(settings: Settings, sender: Mailbox) -> Channel:
    if settings.smtp:
        return SmtpChannel(parse(settings.smtp), sender.address)
    return MailboxChannel(settings.mail_dir)


def _remember_beginning(database: Database, at: datetime) -> None:
    """Periods before the installation are nobody's to catch up on."""
    with database.begin() as session:
        if session.get(Setting, INSTALLED_AT) is None:
            session.add(Setting(name=INSTALLED_AT, value=at.isoformat()))


def installed_at(session: Session) -> datetime:
    """When this installation began."""
    return datetime.fromisoformat(session.get_one(Setting, INSTALLED_AT).value)
