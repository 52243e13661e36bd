"""Work that somebody asked for and that takes too long to wait for: in threads of this process, one
of a kind at a time. What becomes of it is kept by the work itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock, Thread

from engine.errors import DubanError, fault_of
from engine.log_actions import LogAction
from flows.redaction import redacted

log = logging.getLogger("duban.flows")


class Background:
    """What is at work, and what the last of each kind failed of."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._threads: dict[str, Thread] = {}
        self._faults: dict[str, str] = {}

    def start(self, name: str, work: Callable[[], object]) -> bool:
        """Begin; False where one of this name is still at work."""
        with self._lock:
            if self.is_at_work(name):
                return False
            thread = Thread(target=self._work, args=(name, work), name=f"duban-{name}", daemon=True)
            self._threads[name] = thread
            self._faults.pop(name, None)
            thread.start()
            return True

    def is_at_work(self, name: str) -> bool:
        """Whether one of this name has not ended."""
        thread = self._threads.get(name)
        return thread is not None and thread.is_alive()

    def fault(self, name: str) -> str:
        """What the last of this name failed of; empty for nothing."""
        return self._faults.get(name, "")

    def wait(self, name: str, seconds: float) -> None:
        """Wait until it has ended, but no longer than so many seconds."""
        if (thread := self._threads.get(name)) is not None:
            thread.join(seconds)

    def _work(self, name: str, work: Callable[[], object]) -> None:
        try:
            work()
        except DubanError as refused:
            self._faults[name] = str(refused)
        except Exception as error:
            self._faults[name] = redacted(fault_of(error))
            log.exception(
                "后台任务%s失败", name, extra={"action": LogAction.JOB_FAILED, "job": name}
            )
