"""Which list is meant."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.store.tables import Program


class ProgramUnclear(DubanError):
    """没有这一年的清单，或者不止一份。"""


def program_of(session: Session, year: int | None = None, title: str = "") -> Program:
    """The list of a year, or the newest; of several in one year, the one of this title.

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
    newest = [row for row in found if row.year == found[0].year]
    if len(newest) > 1:
        titles = "、".join(f"“{row.title}”" for row in newest)
        raise ProgramUnclear(
            f"{newest[0].year}年有{len(newest)}份清单：{titles}，请用 --title 写明是哪一份"
        )
    return newest[0]
