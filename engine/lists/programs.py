"""Which lists there are, and which one is meant."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.rules.words import ProjectKind
from engine.rules.years import year_at_work
from engine.store.tables import Batch, Program, Project


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch of a list."""

    number: int
    document: str
    approver: str
    approved_on: date | None
    items: int


@dataclass(frozen=True, slots=True)
class ProgramLine:
    """A list and its batches: of each its number, its decision's number, and how many items."""

    number: int
    year: int
    title: str
    issuer: str
    batches: tuple[BatchLine, ...]


class ProgramUnclear(DubanError):
    """没有这一年的清单，或者不止一份。"""


def program_of(session: Session, day: date, year: int | None = None, title: str = "") -> Program:
    """The list of a year, or the one at work on this day; of several in one year, the one of this
    title.

    Raises:
        ProgramUnclear: there is none, or more than one.
    """
    query = select(Program).order_by(Program.year.desc(), Program.id)
    if year is not None:
        query = query.where(Program.year == year)
    if title:
        query = query.where(Program.title == title)
    found = session.scalars(query).all()
    if not found:
        which = (f"{year}年" if year else "") + (f"“{title}”" if title else "")
        raise ProgramUnclear(f"没有{which}的清单" if which else "还没有清单，请先导入台账")
    its = year_at_work((row.year for row in found), day)
    meant = [row for row in found if row.year == its]
    if len(meant) > 1:
        titles = "、".join(f"“{row.title}”" for row in meant)
        raise ProgramUnclear(f"{its}年有{len(meant)}份清单：{titles}，请用 --title 写明是哪一份")
    return meant[0]


def program_lines(session: Session) -> list[ProgramLine]:
    """All lists with their batches, the newest first; three queries for any number."""
    items = {
        (program, batch): count
        for program, batch, count in session.execute(
            select(Project.program_id, Project.batch, func.count(Project.id))
            .where(Project.kind == ProjectKind.PROJECT)
            .group_by(Project.program_id, Project.batch)
        )
    }
    batches: dict[int, list[BatchLine]] = defaultdict(list)
    for row in session.scalars(select(Batch).order_by(Batch.number)):
        count = items.get((row.program_id, row.number), 0)
        line = BatchLine(row.number, row.document, row.approver, row.approved_on, count)
        batches[row.program_id].append(line)
    programs = session.scalars(select(Program).order_by(Program.year.desc(), Program.id.desc()))
    return [
        ProgramLine(row.id, row.year, row.title, row.issuer, tuple(batches[row.id]))
        for row in programs
    ]
