"""An installation under a clock that stands, for tests of what fires when."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from config.settings import load_settings
from flows.clock import VirtualClock
from flows.service import Service, open_service
from tests.engine.sweeping import City


def open_at(home: Path, url: str, moment: datetime) -> Service:
    """Open an installation on this database, its clock standing at ``moment``."""
    settings = load_settings(home=home, database_url=url, smtp_url=None, clock=None)
    return open_service(settings, VirtualClock(moment))


def city_of(service: Service) -> City:
    """The city whose list the service supervises."""
    return City(service.database, service.rulebook, service.now())


def set_clock(service: Service, moment: datetime) -> None:
    """Move the clock of a service that ``open_at`` opened."""
    assert isinstance(service.now, VirtualClock)
    service.now.at = moment
