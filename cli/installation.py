"""The installation a command works on. What is heavy is imported when it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine.errors import DubanError

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

    from engine.desk.issuing import Desk
    from flows.service import Service


NO_RIGHTS = "42501"


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
def told_when_unreachable(url: str, given_by: str = "DUBAN_DATABASE_URL") -> Iterator[None]:
    """Tell a user in Chinese when the database or its folder cannot be used.

    Args:
        given_by: what names the database.
    """
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        if not _is_of_the_store(error):
            raise
        raise StoreUnreachable(
            f"数据库打不开：{address_of(url)}。原因：{_reason(error)}。"
            f"请核对 {given_by}、账户、权限和硬盘"
        ) from error
    except PermissionError as error:
        raise StoreUnreachable(f"没有权限写入 {error.filename}，请换一个 DUBAN_HOME") from error


@contextmanager
def desk() -> Iterator[Desk]:
    """The desk of the installation that the environment names."""
    with installation() as service, service.at_desk() as found:
        yield found


def address_of(url: str) -> str:
    """A database's address without its password."""
    from config.database_address import shown

    return shown(url)


def _reason(error: DBAPIError) -> str:
    """What the database says, in one line."""
    told = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    return told or " ".join(str(error.orig).split())


def _is_of_the_store(error: DBAPIError) -> bool:
    """Whether the store is at fault and not the program: it is not there, it is none, or this
    account may not use it."""
    from sqlalchemy.exc import DatabaseError, OperationalError

    at_connecting = error.statement is None
    without_rights = getattr(error.orig, "sqlstate", "") == NO_RIGHTS
    of_the_store = isinstance(error, OperationalError) or type(error) is DatabaseError
    return of_the_store or at_connecting or without_rights
