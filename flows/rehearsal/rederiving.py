"""What a second process does for a rehearsal: it derives the notices again while the days go on,
and at the end it writes the log."""

from __future__ import annotations

import gc
import signal
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.notices.rederiving import is_derived_again
from engine.rules.rulebook import Rulebook
from engine.store.database import Database
from engine.store.rulebooks import recall
from engine.store.tables import Notice
from flows.rehearsal.workbooks import write_log_beside

ENOUGH = 100
"""Notices for which the second process is asked; fewer wait for the next time."""


class Rederivation:
    """All notices of a store, in portions; a notice and its facts never change once written.

    Args:
        url: the address of the store.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._upto = 0
        self._portions: list[Future[list[int]]] = []
        # A process that is forked would share the open database, which SQLite forbids.
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=_begin)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def go_on(self, session: Session) -> None:
        """Hand over what was issued since the last time."""
        last = session.scalar(select(func.max(Notice.id))) or 0
        if last - self._upto >= ENOUGH:
            self._portions.append(self._pool.submit(_unexplained_in, self._url, self._upto, last))
            self._upto = last

    def write_log(self, out: Path, day: date) -> Future[None]:
        """Let the log be written there, as a workbook; what was handed over before comes first."""
        return self._pool.submit(write_log_beside, self._url, out, day)

    def unexplained(self, session: Session) -> list[int]:
        """The numbers of notices that would not be issued again from the facts kept with them;
        what was not handed over is derived here."""
        rest = _unexplained(session, self._upto, None)
        return [number for portion in self._portions for number in portion.result()] + rest


def _begin() -> None:
    """This process makes as few circles as the first, which looks for none either. At Ctrl-C, which
    reaches both, the first ends it."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _unexplained_in(url: str, after: int, upto: int) -> list[int]:
    database = Database(url)
    try:
        with database.read() as session:
            return _unexplained(session, after, upto)
    finally:
        database.close()


def _unexplained(session: Session, after: int, upto: int | None) -> list[int]:
    books: dict[tuple[str, str], Rulebook] = {}
    failed = []
    query = select(Notice).where(Notice.id > after).order_by(Notice.id)
    if upto is not None:
        query = query.where(Notice.id <= upto)
    for notice in session.scalars(query):
        versions = (notice.policy_version, notice.calendar_version)
        if versions not in books:
            books[versions] = recall(session, *versions)
        if not is_derived_again(session, notice, books[versions]):
            failed.append(notice.id)
    return failed
