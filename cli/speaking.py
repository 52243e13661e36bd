"""What a service says while it runs: words for whoever started it, or, where its log is for
programs (``DUBAN_LOG=json``), nothing but lines of that log, each with its action."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cli.answer import Answer, answering
from engine.errors import DubanError
from engine.log_actions import LogAction
from flows.telling import tell

if TYPE_CHECKING:
    from config.settings import Settings

log = logging.getLogger("duban")


class Speech:
    """Says everything once, in the one way or the other."""

    def __init__(self, answer: Answer, *, is_logged: bool) -> None:
        self._answer = answer
        self.is_logged = is_logged

    def say(self, text: str) -> None:
        """What only a reader has a use for."""
        if not self.is_logged:
            self._answer.say(text)

    def tell(self, action: LogAction, text: str, **fields: Any) -> None:
        """An event. ``fields`` are for programs; a reader is told the same in words."""
        if self.is_logged:
            tell(action, text, **fields)
        else:
            self._answer.say(text)


@contextmanager
def speaking(**given: Any) -> Iterator[tuple[Settings, Speech]]:
    """Everything a service does, under the settings of the environment; its log begins here. A
    refusal ends it with 1.

    Args:
        given: settings that go before the environment.
    """
    with answering(as_json=False) as answer:
        from config.settings import LogForm, load_settings
        from flows.logs import log_to_stderr

        # Asked for by itself: that the settings cannot be read is said in the same form.
        is_logged = os.environ.get("DUBAN_LOG") == LogForm.JSON.value
        log_to_stderr(LogForm.JSON if is_logged else LogForm.TEXT)
        try:
            yield load_settings(**given), Speech(answer, is_logged=is_logged)
        except DubanError as refused:
            if not is_logged:
                raise
            log.error("%s", refused, extra={"action": LogAction.REFUSED})
            answer.fall_short()
