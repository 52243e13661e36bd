"""导出: the list, its year-end and the scores as workbooks, from one look at the store."""

from __future__ import annotations

from datetime import date

from openpyxl.workbook import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.assessment.assessed import score_of, scores
from engine.assessment.assessing import AssessmentRefused
from engine.errors import DubanError
from engine.ledger.layout import layout_from_data
from engine.ledger.values import Ledger
from engine.lists.registered import registered_ledger
from engine.outcomes import load_outcomes
from engine.sheets.assessments import write_assessments
from engine.sheets.ledger import write_ledger
from engine.sheets.year_end import write_year_end
from engine.store.tables import Batch, Program, Unit


class ExportRefused(DubanError):
    """没有可以导出的内容。"""


def export_ledger(session: Session, program: Program, day: date, batch: int = 1) -> Workbook:
    """The ledger of one batch as it was laid out, with where each item stands on ``day``.

    Raises:
        ExportRefused: there is no such batch.
        OutcomeUnreadable: see there.
    """
    ledger = _ledger(session, program, batch)
    data = program.layout.get(str(batch))
    layout = layout_from_data(data) if data else None
    return write_ledger(ledger, layout, load_outcomes(session, program, day), day)


def export_year_end(session: Session, program: Program, day: date) -> Workbook:
    """The year-end of a list, all its batches together.

    Raises:
        OutcomeUnreadable, PaperUnsound: see there.
    """
    parts = [_ledger(session, program, batch) for batch in batches(session, program)]
    first, *_ = parts
    projects = tuple(project for part in parts for project in part.projects)
    ledger = Ledger(
        title=first.title,
        year=first.year,
        issuer=first.issuer,
        basis="；".join(dict.fromkeys(part.basis for part in parts)),
        projects=projects,
        units=first.units,
        posts=(),
    )
    return write_year_end(ledger, load_outcomes(session, program, day), program.name, day)


def export_assessments(session: Session, program: Program, reader: str, unit: str = "") -> Workbook:
    """The scores that ``reader`` may see: all for the office, its own for a unit.

    Raises:
        NotAllowed, PersonUnknown, AssessmentRefused: see ``engine.assessment.assessed``.
    """
    one = [score_of(session, program, unit, reader)] if unit else None
    found = one or scores(session, program, reader)
    if not found:
        raise AssessmentRefused("还没有考核评分，请用 duban assess make 评分")
    return write_assessments(found, program.name)


def batches(session: Session, program: Program) -> list[int]:
    """The numbers of a list's batches."""
    query = select(Batch.number).where(Batch.program_id == program.id).order_by(Batch.number)
    return list(session.scalars(query))


def _ledger(session: Session, program: Program, batch: int) -> Ledger:
    last = session.scalar(select(func.max(Batch.number)).where(Batch.program_id == program.id))
    if not 1 <= batch <= (last or 0):
        raise ExportRefused(f"《{program.title}》没有第{batch}批，共{last or 0}批")
    units = session.scalars(select(Unit.name).order_by(Unit.id)).all()
    return registered_ledger(session, program, units, batch)
