"""One installation, put together from its settings: store, rules, timetable, channels, clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from config.calendar_loader import load_calendar
from config.channels_loader import Channels, load_channels
from config.policy_loader import load_policy
from config.schedule_loader import Schedule, load_schedule
from config.settings import Settings, make_folder
from engine.dates.recalculating import adopt
from engine.desk.issuing import Desk
from engine.rules.rulebook import Rulebook
from engine.store.database import Database
from engine.store.schema import upgrade
from engine.sweeps.run import Clock
from flows.clock import ShiftedClock, system_clock
from flows.redaction import redacted
from flows.remembered import Remembered, recall, remember_beginning, remember_inbox, remember_secret
from flows.rules_in_force import RulesInForce
from notifications.channels import Channel
from notifications.channels.mailbox import MailboxChannel
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import parse
from notifications.compose import Composer
from notifications.documents.press import Press
from notifications.links import Links
from notifications.message import Mailbox
from notifications.return_path import ReturnPath


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that commands and jobs need. ``secret`` signs links; it is never shown."""

    settings: Settings
    database: Database
    rules: RulesInForce
    schedule: Schedule
    channels: tuple[Channel, ...]
    composer: Composer
    press: Press
    now: Clock
    secret: str

    @property
    def rulebook(self) -> Rulebook:
        """The policy and the calendar in force, with the ways that are open."""
        return self.rules.now()

    @property
    def links(self) -> Links:
        """The signed addresses of letters and feeds."""
        return Links(self.secret, self.settings.base_url)

    @property
    def return_paths(self) -> ReturnPath | None:
        """The signed addresses that bounces come back to; None where there are none."""
        return _return_paths(self.settings, self.secret)

    def desk(self, session: Session) -> Desk:
        """Where a verb is carried out now."""
        return Desk(session, self.rules.known_to(session), self.now())

    @contextmanager
    def at_desk(self) -> Iterator[Desk]:
        """One transaction in which a verb is carried out, now and under the rules of now."""
        with self.database.begin() as session:
            desk = self.desk(session)
            adopt(desk)
            yield desk


def open_service(settings: Settings, now: Clock | None = None, *, durable: bool = True) -> Service:
    """Open an installation; its store is created or brought up to date first.

    Args:
        now: the clock; by default one started at ``DUBAN_CLOCK``, that of a sample, or the
            system's.
        durable: whether what is written outlives a power cut; see ``Database``.

    Raises:
        ConfigError: the home cannot be made, or the policy, calendar, timetable, channels or mail
            address cannot be read.
    """
    make_folder(settings.home)
    database = Database(settings.database, durable=durable)
    try:
        return service_on(database, settings, now)
    except BaseException:
        database.close()
        raise


def service_on(database: Database, settings: Settings, now: Clock | None = None) -> Service:
    """The same on a store that somebody has opened; it is he who closes it."""
    policy, schedule = load_policy(settings.policy), load_schedule(settings.schedule)
    opened = load_channels(settings.channels)
    sender = Mailbox(*parseaddr(settings.sender))
    redacted.add(_secrets(settings, opened))
    upgrade(database)
    with database.begin() as session:
        remembered = recall(session)
        clock = now or _clock(settings, remembered)
        remember_beginning(session, clock())
        remember_inbox(session, opened.inbox)
        secret = settings.signing_secret or remember_secret(session)
    redacted.add([secret])
    channels = (_mail_channel(settings, sender, _return_paths(settings, secret)), *_robots(opened))
    links, press = Links(secret, settings.base_url), Press(secret)
    composer = Composer(sender, settings.mail_domain, links, press)
    calendar = load_calendar(_layers(settings, remembered))
    rules = RulesInForce(
        Rulebook(policy, calendar, opened.routes),
        database,
        has_own_policy="policy" in settings.model_fields_set,
        has_own_calendar="calendar" in settings.model_fields_set,
    )
    return Service(settings, database, rules, schedule, channels, composer, press, clock, secret)


def _secrets(settings: Settings, opened: Channels) -> Iterator[str]:
    """What no line of the log may hold: passwords, and addresses that are as good as one."""
    for field in (settings.database_url, settings.smtp_url, settings.prefect_database_url):
        password = urlsplit(field.get_secret_value()).password if field else None
        yield from (password, unquote(password)) if password else ()
    for address in (settings.heartbeat_url, *(robot.url for robot in opened.groups)):
        parts = urlsplit(address.get_secret_value() if address else "")
        yield from (parts.path.strip("/"), parts.query)
    for key in (
        settings.secret,
        settings.oidc_client_secret,
        *(robot.secret for robot in opened.groups),
    ):
        yield key.get_secret_value() if key else ""


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


def _return_paths(settings: Settings, secret: str) -> ReturnPath | None:
    return ReturnPath(settings.bounce_address, secret) if settings.bounce_address else None


def _mail_channel(settings: Settings, sender: Mailbox, paths: ReturnPath | None) -> Channel:
    if settings.smtp:
        return SmtpChannel(parse(settings.smtp), sender.address, paths=paths)
    return MailboxChannel(settings.mail_dir)


def _robots(opened: Channels) -> tuple[Channel, ...]:
    if not opened.groups:
        return ()
    # What few installations need, and takes time to import.
    from notifications.channels.robots import RobotChannel, RobotSettings

    gateways = frozenset(opened.hosts)
    return tuple(
        RobotChannel(
            RobotSettings(
                robot.name,
                robot.kind,
                robot.url.get_secret_value() if robot.url else "",
                robot.secret.get_secret_value() if robot.secret else "",
                gateways,
            )
        )
        for robot in opened.groups
    )
