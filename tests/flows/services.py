"""An installation under a clock that stands, for tests of what fires when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings import Settings, load_settings
from engine.store.database import Database
from flows.clock import VirtualClock
from flows.service import Service, open_service, service_on
from tests.engine.sweeping import City


def open_at(home: Path, url: str, moment: datetime) -> Service:
    """Open an installation on this database, its clock standing at ``moment``."""
    return open_service(_settings(home, url), VirtualClock(moment))


def _settings(home: Path, url: str) -> Settings:
    return load_settings(home=home, database_url=url, smtp_url=None, clock=None)


@contextmanager
def installation(database: Database, moment: datetime) -> Iterator[Service]:
    """An installation on this database for a while, with a folder of its own."""
    url = database.engine.url.render_as_string(hide_password=False)
    with TemporaryDirectory() as home:
        yield service_on(database, _settings(Path(home), url), VirtualClock(moment))


def city_of(service: Service) -> City:
    """The city whose list the service supervises."""
    return City(service.database, service.rulebook, service.now())


def set_clock(service: Service, moment: datetime) -> None:
    """Move the clock of a service that ``open_at`` opened."""
    assert isinstance(service.now, VirtualClock)
    service.now.at = moment
