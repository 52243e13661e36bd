"""One installation, put together from its settings: store, rules, timetable, channels, clock."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr

from sqlalchemy.orm import Session

from config.calendar_loader import load_calendar
from config.policy_loader import load_policy
from config.schedule_loader import Schedule, load_schedule
from config.settings import Settings
from engine.desk.issuing import Desk
from engine.rules.rulebook import Rulebook
from engine.store.database import Database
from engine.store.schema import upgrade
from engine.sweeps.run import Clock
from flows.clock import ShiftedClock, system_clock
from flows.remembered import Remembered, recall, remember_beginning
from notifications.channels import Channel
from notifications.channels.mailbox import MailboxChannel
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import parse
from notifications.compose import Composer
from notifications.message import Mailbox


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


def open_service(settings: Settings, now: Clock | None = None, *, durable: bool = True) -> Service:
    """Open an installation; its store is created or brought up to date first.

    Args:
        now: the clock; by default one started at ``DUBAN_CLOCK``, that of a sample, or the
            system's.
        durable: whether what is written outlives a power cut; see ``Database``.

    Raises:
        ConfigError: the policy, calendar, timetable or mail address cannot be read.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    policy, schedule = load_policy(settings.policy), load_schedule(settings.schedule)
    sender = Mailbox(*parseaddr(settings.sender))
    composer = Composer(sender, settings.mail_domain, settings.base_url)
    channels = (_mail_channel(settings, sender),)
    database = Database(settings.database, durable=durable)
    upgrade(database)
    with database.begin() as session:
        remembered = recall(session)
        clock = now or _clock(settings, remembered)
        remember_beginning(session, clock())
    rulebook = Rulebook(policy, load_calendar(_layers(settings, remembered)))
    return Service(settings, database, rulebook, schedule, channels, composer, clock)


def _clock(settings: Settings, remembered: Remembered) -> Clock:
    if settings.clock is not None:
        return ShiftedClock(settings.clock)
    if remembered.clock_offset is not None:
        return ShiftedClock(system_clock() + remembered.clock_offset)
    return system_clock


def _layers(settings: Settings, remembered: Remembered) -> tuple[str, ...]:
    """What the environment says goes before what a sample brought along."""
    given = "calendar" in settings.model_fields_set
    return settings.calendar if given or not remembered.calendar else remembered.calendar


def _mail_channel(settings: Settings, sender: Mailbox) -> Channel:
    if settings.smtp:
        return SmtpChannel(parse(settings.smtp), sender.address)
    return MailboxChannel(settings.mail_dir)
