"""督办日志 to take away: the chosen events as a workbook, or as the lines that were hashed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.logbook import Choice, conditions, log_lines
from engine.sheets.log import write_log
from engine.store.chain import canonical
from engine.store.journal import write
from engine.store.records import chosen_events
from engine.store.tables import JournalEvent

MOST = 50_000
"""Events that one file holds: it is made while somebody waits for it."""


class TooMuchLog(DubanError):
    """选中的日志太多，一个文件装不下。"""


def log_workbook(session: Session, choice: Choice, day: date) -> bytes:
    """The chosen events as a workbook.

    Raises:
        TooMuchLog: there are more than a file takes.
    """
    _refuse_many(session, choice)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.xlsx"
        write_log(log_lines(session, choice), path, day)
        return path.read_bytes()


def log_records(session: Session, choice: Choice) -> bytes:
    """The chosen events as JSON lines, each spelt as its hash covers it.

    Raises:
        TooMuchLog: there are more than a file takes.
    """
    _refuse_many(session, choice)
    records = chosen_events(session, list(conditions(choice)))
    return b"".join(canonical(record) + b"\n" for record in records)


def _refuse_many(session: Session, choice: Choice) -> None:
    write(session)
    some = select(JournalEvent.id).where(*conditions(choice)).limit(MOST + 1).subquery()
    count = session.scalar(select(func.count()).select_from(some)) or 0
    if count > MOST:
        raise TooMuchLog(
            f"选中的日志超过{MOST // 10_000}万条，一个文件装不下。"
            "请缩小日期范围，或加其他条件，分几次导出"
        )
