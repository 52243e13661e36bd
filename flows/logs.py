"""The log of a process: one line for each event on standard error, for readers or for programs.

Each line has exactly one action of the closed list (``engine/log_actions.py``). The libraries
speak up only when something is wrong. Nothing secret is written (``flows/redaction.py``).
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from config.settings import LogForm
from engine.log_actions import LogAction
from flows.redaction import redacted

DATED = "%Y-%m-%d %H:%M:%S"
MINUTE, MOST_WORDS = 60.0, 1000
KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "action", "taskName"}
"""What every record has; all else are the fields of its event."""


class TextForm(logging.Formatter):
    """``2023-04-03 08:30:04 INFO [sweep_done] 日检查 2023-04-03 完成``; a traceback follows its
    line."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s [%(action)s] %(message)s", DATED)

    def format(self, record: logging.LogRecord) -> str:
        record.action = _action(record)
        return redacted(super().format(record))


class JsonForm(logging.Formatter):
    """One JSON object in one line, traceback included: time, level, action, message, logger, and
    the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "action": _action(record),
            "message": redacted(record.getMessage()),
            "logger": record.name,
        }
        fields = {name: value for name, value in vars(record).items() if name not in KNOWN}
        line |= {name: _plain(value) for name, value in fields.items() if name not in line}
        if record.exc_info:
            line["exception"] = redacted(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class OnceAMinute(logging.Filter):
    """The same word of a library is told once a minute, with how often it came meanwhile: a server
    whose database is away would fill its disk with one traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if _action(record) is not LogAction.LIBRARY:
            return True
        word = record.name, record.getMessage()
        at, more = self._told.get(word, (record.created - MINUTE, 0))
        if record.created - at < MINUTE:
            self._told[word] = at, more + 1
            return False
        if more:
            record.msg, record.args = f"{word[1].rstrip()}（此前另有{more}次）", None
        if len(self._told) > MOST_WORDS:
            self._told.clear()
        self._told[word] = record.created, 0
        return True


def _action(record: logging.LogRecord) -> LogAction:
    action = getattr(record, "action", None)
    return action if isinstance(action, LogAction) else LogAction.LIBRARY


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float) else redacted(str(value))


FORMS: dict[LogForm, type[logging.Formatter]] = {LogForm.TEXT: TextForm, LogForm.JSON: JsonForm}


def log_to_stderr(form: LogForm) -> None:
    """Write the log of this process from now on in this form, up to what it may die of."""
    handler = logging.StreamHandler()
    handler.setFormatter(FORMS[form]())
    handler.addFilter(OnceAMinute())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.getLogger("duban").setLevel(logging.INFO)
    sys.excepthook = _tell_of_crash


def take_over(*loggers: str) -> None:
    """Let what a library has set up to be written in a form of its own be a line of this log."""
    for name in loggers:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def _tell_of_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """What ends the process is a line of its log like all else, and shows no secret either."""
    told = {"action": LogAction.CRASHED}
    logging.getLogger("duban").critical(
        "程序出错，进程终止", exc_info=(kind, error, trace), extra=told
    )
