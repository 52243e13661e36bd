"""The installation a command works on. What is heavy is imported when it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine.errors import DubanError

if TYPE_CHECKING:
    from engine.desk.issuing import Desk
    from flows.service import Service


class StoreUnreachable(DubanError):
    """数据库打不开。"""


@contextmanager
def installation(**given: Any) -> Iterator[Service]:
    """The installation that the environment names, its store closed at the end.

    Args:
        given: settings that go before the environment.

    Raises:
        ConfigError: a setting or a file of the configuration is wrong.
        StoreUnreachable: the database cannot be opened or does not answer.
    """
    from config.settings import load_settings
    from flows.service import open_service

    settings = load_settings(**given)
    with told_when_unreachable(settings.database):
        service = open_service(settings)
        try:
            yield service
        finally:
            service.database.close()


@contextmanager
def told_when_unreachable(url: str) -> Iterator[None]:
    """Tell a user in Chinese when the database or its folder cannot be used."""
    from sqlalchemy.exc import OperationalError

    try:
        yield
    except OperationalError as error:
        raise StoreUnreachable(f"数据库打不开：{address_of(url)}。原因：{error.orig}") from error
    except PermissionError as error:
        raise StoreUnreachable(f"没有权限写入 {error.filename}，请换一个 DUBAN_HOME") from error


@contextmanager
def desk() -> Iterator[Desk]:
    """The desk of the installation that the environment names."""
    with installation() as service, service.at_desk() as found:
        yield found


def address_of(url: str) -> str:
    """A database's address without its password."""
    from sqlalchemy import make_url

    return make_url(url).render_as_string(hide_password=True)
