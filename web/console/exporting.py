"""导出: the lists as workbooks."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from engine.exporting import export_ledger, export_year_end
from engine.lists.programs import ProgramLine, program_lines
from web.access import LEADERS, OFFICE
from web.console.declared import Download, Menu, Page
from web.console.given import Given, Nothing
from web.console.visit import Visit
from web.console.workbooks import workbook_file

HERE = "/exports"


@dataclass(frozen=True, slots=True)
class Exports:
    """The lists that there are to export."""

    programs: list[ProgramLine]


class OfBatch(Given):
    """Which batch of a list."""

    batch: int = Field(1, title="批次", ge=1)


def show(visit: Visit, _: Nothing) -> Exports:
    """What there is to export."""
    return Exports(program_lines(visit.session))


def ledger(visit: Visit, asked: OfBatch, number: int) -> Download:
    """A batch of a list as it was imported, with where it stands."""
    program = visit.program(number)
    made = export_ledger(visit.session, program, visit.day, asked.batch)
    batch = f"第{asked.batch}批" if asked.batch > 1 else ""
    return workbook_file(f"{program.title}台账{batch}{visit.day:%Y%m%d}", made)


def year_end(visit: Visit, _: Nothing, number: int) -> Download:
    """The year-end of a list."""
    program = visit.program(number)
    made = export_year_end(visit.session, program, visit.day)
    return workbook_file(f"{program.title}办理情况台账{visit.day:%Y%m%d}", made)


PAGES = (
    Page("exports", HERE, "导出", OFFICE | LEADERS, show, "exports.html", menu=Menu.ITEMS),
    Page("export-ledger", HERE + "/{number}/ledger", "导出台账", OFFICE, ledger, asks=OfBatch),
    Page("export-year-end", HERE + "/{number}/year-end", "导出年终台账", OFFICE, year_end),
)
ACTS = ()
