"""Rehearsing a draft of the policy on the real past: last year and this one, old against new. It
runs beside the daily work, for a bounded time, and what it came to is kept for everybody to see."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.hindsight.comparing import Comparison, compare
from engine.hindsight.living import live
from engine.hindsight.loading import load_pasts
from engine.rules.policy import Policy
from engine.rules.zone import local_day
from engine.store.tables import Setting
from flows.service import Service

AT_WORK, KEPT = "hindsight", "rehearsed_policy"
LONGEST = 600
"""Seconds after which it is given up."""
MOST = 1_000
"""Items; of more, the first."""
TELL_EVERY = 1.0
"""Seconds between two notes of how far it has come."""


class TooLong(DubanError):
    """预演没有在限定时间内做完。"""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A rehearsal of a draft.

    Attributes:
        old, new: the versions that were held against each other.
        done, total: how far it has come; both the same at its end.
    """

    old: str
    new: str
    begun_at: datetime
    done: int
    total: int
    comparison: Comparison | None = None


def rehearse(service: Service, draft: Policy, seconds: float = LONGEST) -> Rehearsed:
    """Live through last year and this one under the policy in force and under a draft.

    Raises:
        TooLong: it was not done in the time that it is given.
    """
    book, now = service.rulebook, service.now()
    today = local_day(now)
    first = date(today.year - 1, 1, 1)
    with service.database.read() as session:
        pasts = load_pasts(session, first, today, MOST)
    days = (today - first).days + 1
    told = _Telling(service, Rehearsed(book.policy.version, draft.version, now, 0, 2 * days))
    told.keep()
    limit = time.monotonic() + seconds
    old = live(pasts, book, first, today, told.progress(0, limit))
    new = live(pasts, replace(book, policy=draft), first, today, told.progress(days, limit))
    comparison = compare(old, new, first, today, len(pasts))
    told.so_far = replace(told.so_far, done=2 * days, comparison=comparison)
    told.keep()
    return told.so_far


def rehearsed(session: Session, old: str, new: str) -> Rehearsed | None:
    """The last rehearsal, when it was of these two versions."""
    text = session.scalar(select(Setting.value).where(Setting.name == KEPT))
    if not text:
        return None
    found = _KEPT.validate_json(text)
    return found if (found.old, found.new) == (old, new) else None


class _Telling:
    """Keeps how far a rehearsal has come where everybody can see it."""

    def __init__(self, service: Service, begun: Rehearsed) -> None:
        self._service = service
        self._told_at = time.monotonic()
        self.so_far = begun

    def progress(self, before: int, limit: float) -> Callable[[int, int], None]:
        def told(done: int, _: int) -> None:
            at = time.monotonic()
            if at > limit:
                raise TooLong("事项太多，没有在限定时间内预演完")
            if at - self._told_at > TELL_EVERY:
                self._told_at = at
                self.so_far = replace(self.so_far, done=before + done)
                self.keep()

        return told

    def keep(self) -> None:
        text = _KEPT.dump_json(self.so_far).decode()
        with self._service.database.begin() as session:
            session.merge(Setting(name=KEPT, value=text))


_KEPT = TypeAdapter(Rehearsed)
