"""Carrying out an act: permission, what was given, one transaction, once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from pydantic import ValidationError

from engine.accounts.tokens import Scope
from engine.store.journal import by_way_of
from web.access import Asker, Role, Roles
from web.console.declared import Act, Done
from web.console.doors import Doors
from web.console.given import Faults, Given
from web.console.once import answered_before, keep_answer
from web.console.visit import Visit
from web.refusals import NotPermitted


def check_may(asker: Asker, roles: Roles, scope: Scope, title: str) -> None:
    """See that the asker may.

    Raises:
        NotPermitted: none of the roles is theirs, or their token is not good for it.
    """
    if scope not in asker.scopes:
        raise NotPermitted(f"这个令牌的范围不含“{scope.label}”，请换用另一个令牌")
    if not asker.may(roles):
        names = "、".join(role.label for role in Role if role in roles)
        raise NotPermitted(f"“{title}”由{names}办理，您的账号没有这项权限")


def carry_out(
    doors: Doors,
    asker: Asker,
    act: Act,
    given: Given | Mapping[str, Any],
    path: Mapping[str, Any],
    *,
    key: str = "",
    request: str = "",
) -> Done:
    """Carry out an act as it was given.

    Args:
        given: what the act takes, or the fields of a form, which are read here.
        key: 幂等键; empty for none.
        request: by which the same request is known again.

    Raises:
        NotPermitted: the asker may not.
        Faults: something is wrong with what was given.
        DubanError: the engine refuses; nothing was changed.
    """
    check_may(asker, act.may, Scope.WRITE, act.title)
    taken = given if isinstance(given, Given) else _read(act, given)
    with doors.acting(asker) as visit, _route(visit):
        before = answered_before(visit, key, request) if key else None
        if before:
            return before
        done = act.carry_out(visit, taken, **path)
        if key:
            keep_answer(visit, key, done)
        return done


def _read(act: Act, given: Mapping[str, Any]) -> Given:
    try:
        return act.takes.model_validate(given)
    except ValidationError as error:
        raise Faults.of(error) from None


def _route(visit: Visit) -> AbstractContextManager[None]:
    """The journal tells when it was a program that came, and not a person."""
    if visit.asker.session_id is not None:
        return nullcontext()
    return by_way_of(visit.session, {"by": "接口"})
