"""核对全部日志 beside all other work: one look at the store that keeps no writer waiting, one at a
time, and its result for whoever looks next."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock, Thread

from engine.audit.faults import in_words
from engine.log_actions import LogAction
from engine.store import journal
from flows.service import Service

SHOWN = 20
_log = logging.getLogger("duban.web")


@dataclass(frozen=True, slots=True)
class WholeCheck:
    """The last check of this process; ``ended_at`` is None while it goes on."""

    begun_at: datetime
    begun_by: str
    ended_at: datetime | None = None
    faults: int = 0
    first_faults: tuple[str, ...] = ()
    error: str = ""


_last: dict[str, WholeCheck] = {}
_lock = Lock()


def last_check(service: Service) -> WholeCheck | None:
    """The last check of all, or the one that goes on; None for never since the start."""
    return _last.get(service.settings.database)


def begin_check(service: Service, by: str) -> bool:
    """Begin to check all; False when that goes on already."""
    name = service.settings.database
    with _lock:
        going_on = _last.get(name)
        if going_on and going_on.ended_at is None:
            return False
        begun = _last[name] = WholeCheck(service.now(), by)
    Thread(target=_check, args=(service, begun), name="log-check", daemon=True).start()
    return True


def _check(service: Service, begun: WholeCheck) -> None:
    try:
        with service.database.read() as session:
            faults = journal.verify(session)
            shown = tuple(in_words(session, faults[:SHOWN]))
        done = replace(begun, faults=len(faults), first_faults=shown)
    except Exception as error:
        _log.exception("督办日志全部核对时出错", extra={"action": LogAction.JOB_FAILED})
        done = replace(begun, error=f"{type(error).__name__}，请查看运行日志")
    _last[service.settings.database] = replace(done, ended_at=service.now())
