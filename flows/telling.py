"""Telling what a job did: one line in the log, and the same words in the job's history."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from engine.log_actions import LogAction

log = logging.getLogger("duban.flows")

_TOLD: ContextVar[list[str] | None] = ContextVar("told", default=None)


def tell(action: LogAction, text: str, **fields: Any) -> None:
    """Something was done. ``fields`` are for programs that read the log."""
    log.info(text, extra={"action": action, **fields})
    told = _TOLD.get()
    if told is not None:
        told.append(text)


@contextmanager
def hearing() -> Iterator[list[str]]:
    """What is told inside, in its order."""
    told: list[str] = []
    token = _TOLD.set(told)
    try:
        yield told
    finally:
        _TOLD.reset(token)
