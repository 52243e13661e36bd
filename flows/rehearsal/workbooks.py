"""The workbooks that a rehearsal leaves, always of the same bytes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.scenario import Scenario
from engine.exporting import export_assessments, export_ledger, export_year_end
from engine.lists.programs import program_of
from engine.logbook import Choice, log_lines
from engine.sheets.log import write_log
from engine.store.database import Database
from engine.store.tables import Assessment, Program

FOLDER = "exports"
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def write_log_beside(url: str, out: Path, day: date) -> None:
    """The log, which takes as long as all the other workbooks.

    Args:
        url: the address of the store, which another process may hold open.
        out: the folder of the rehearsal.
    """
    database = Database(url)
    try:
        with database.read() as session:
            if _has_list(session):
                path = _folder(out) / "督办日志.xlsx"
                write_log(log_lines(session, Choice()), path, day)
                _fix_times(path, day)
    finally:
        database.close()


def write_workbooks(session: Session, out: Path, scenario: Scenario) -> None:
    """The ledger, the scores where there are any, and the year-end, as on the last day."""
    if not _has_list(session):
        return
    folder, day = _folder(out), scenario.last
    program = program_of(session, day)
    books = {
        "台账.xlsx": export_ledger(session, program, day),
        "办理情况台账.xlsx": export_year_end(session, program, day),
    }
    if session.scalar(select(Assessment.id).limit(1)) is not None:
        books["考核得分.xlsx"] = export_assessments(session, program, scenario.office)
    for name, book in books.items():
        book.save(folder / name)
        _fix_times(folder / name, day)


def _has_list(session: Session) -> bool:
    return session.scalar(select(Program.id).limit(1)) is not None


def _folder(out: Path) -> Path:
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    return folder


def _fix_times(path: Path, day: date) -> None:
    """A workbook says when it was saved, in its properties and for each of its parts."""
    at = datetime.combine(day, time(0), UTC)
    with ZipFile(path) as saved:
        parts = [(info.filename, saved.read(info)) for info in saved.infolist()]
    with ZipFile(path, "w", ZIP_DEFLATED) as fixed:
        for name, content in parts:
            if name == "docProps/core.xml":
                content = _STAMP.sub(f"{at:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            fixed.writestr(ZipInfo(name, at.timetuple()[:6]), content, ZIP_DEFLATED)
