"""文号: looking at the registry of numbers, and declaring one void.

Numbers are given by the signature (``engine/notices/signing.py``). A void one stays used.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.desk.people import authorised_signer
from engine.desk.transition import hold
from engine.desk.unsent import readers_reached, withdraw_notice
from engine.errors import DubanError
from engine.notices.answering import find_notice
from engine.notices.drafting import record
from engine.rules.conditions import written
from engine.rules.numbering import DocumentNo, gaps, read_number
from engine.rules.texts import too_long
from engine.rules.words import NoticeKind, NoticeState
from engine.rules.zone import local_day
from engine.store.event_kinds import EventKind
from engine.store.tables import DocumentNumber, Notice, NumberSeries, Project

REASON_LENGTH = 500
_EXAMPLE = DocumentNo("政督", 2023, 3).text


class NumberRefused(DubanError):
    """这个文号现在不能办理。"""


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A number that was given; ``void_reason`` is empty for one that stands."""

    document: str
    notice: int
    kind: NoticeKind
    title: str
    given_at: datetime
    given_by: str
    voided_at: datetime | None
    voided_by: str
    void_reason: str


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """机关代字 and year: how far its numbers go, and which of them nothing bears."""

    issuer: str
    year: int
    last: int
    gaps: tuple[int, ...]

    @property
    def verdict(self) -> str:
        """What an audit finds, in Chinese."""
        name = f"{self.issuer}〔{self.year}〕1至{self.last}号"
        if not self.gaps:
            return f"{name}：连续无缺"
        return f"{name}：缺{'、'.join(map(str, self.gaps))}号，登记被改动，请核对日志"


@dataclass(frozen=True, slots=True)
class Voided:
    """A number declared void; ``reached`` are those who have its paper and must be told."""

    document: DocumentNumber
    reached: tuple[str, ...]


def void(desk: Desk, text: str, by: str, reason: str) -> Voided:
    """Declare a number void: it is never given again, its notice is withdrawn, and messages that
    have not left are cancelled.

    Args:
        text: the number as printed, or a figure alone for the year's own series.

    Raises:
        PersonUnknown, NotAllowed: see there; ``by`` may sign.
        ProjectChanged: somebody has taken a step on the notice's project since it was read.
        NumberRefused: there is no such number, it is void already, or no reason is given.
    """
    actor, reason = authorised_signer(desk.session, by, desk.day), reason.strip()
    row, notice = _held(desk, text)
    if row.voided_at is not None:
        on = written(local_day(row.voided_at))
        raise NumberRefused(f"{row.text}已由{row.voided_by}于{on}作废：{row.void_reason}")
    if fault := too_long("作废理由", reason, REASON_LENGTH) if reason else "作废须写明理由":
        raise NumberRefused(f"{row.text}未作废：{fault}")
    row.voided_at, row.voided_by, row.void_reason = desk.at, actor, reason
    notice.state, notice.issued_at = NoticeState.CANCELLED, None
    missed = withdraw_notice(desk, notice.id)
    reached = readers_reached(desk, notice.id)
    data = {"document": row.text, "reason": reason, "unsent_to": missed, "reached": reached}
    record(desk, notice, EventKind.NUMBER_VOIDED, actor, data)
    return Voided(row, tuple(reached))


def number_lines(session: Session, year: int | None = None) -> list[NumberLine]:
    """The numbers given, in all years or one, the newest first."""
    query = (
        select(DocumentNumber, Notice.kind, Notice.title)
        .join(Notice, Notice.id == DocumentNumber.notice_id)
        .order_by(DocumentNumber.year.desc(), DocumentNumber.issuer, DocumentNumber.number.desc())
    )
    if year is not None:
        query = query.where(DocumentNumber.year == year)
    return [_line(row, kind, title) for row, kind, title in session.execute(query)]


def series_lines(session: Session, year: int | None = None) -> list[SeriesLine]:
    """The series, each held against the numbers that were given in it."""
    numbers, series = select(DocumentNumber), select(NumberSeries)
    if year is not None:
        numbers, series = numbers.filter_by(year=year), series.filter_by(year=year)
    borne: dict[tuple[str, int], set[int]] = defaultdict(set)
    for number in session.scalars(numbers):
        borne[number.issuer, number.year].add(number.number)
    ordered = series.order_by(NumberSeries.year.desc(), NumberSeries.issuer)
    return [_audited(row, borne[row.issuer, row.year]) for row in session.scalars(ordered)]


def _audited(series: NumberSeries, borne: set[int]) -> SeriesLine:
    last = max(series.last, *borne, 0)
    return SeriesLine(series.issuer, series.year, last, gaps(borne, last))


def _line(row: DocumentNumber, kind: NoticeKind, title: str) -> NumberLine:
    return NumberLine(
        document=row.text,
        notice=row.notice_id,
        kind=kind,
        title=title,
        given_at=row.given_at,
        given_by=row.given_by,
        voided_at=row.voided_at,
        voided_by=row.voided_by,
        void_reason=row.void_reason,
    )


def _held(desk: Desk, text: str) -> tuple[DocumentNumber, Notice]:
    """The number with its notice; others wait with both until the transaction ends."""
    no = read_number(text, desk.rulebook.policy.papers.code, desk.day.year)
    if no is None:
        raise NumberRefused(f"“{text}”不是文号，请写成 {_EXAMPLE} 或只写号数")
    query = select(DocumentNumber).filter_by(issuer=no.issuer, year=no.year, number=no.number)
    row = desk.session.scalars(query).one_or_none()
    if row is None:
        raise NumberRefused(f"没有编发过{no.text}，请用 duban number list 查看")
    notice = find_notice(desk.session, row.notice_id)
    if notice.project_id is not None:
        hold(desk, desk.session.get_one(Project, notice.project_id))
    notice = find_notice(desk.session, row.notice_id, lock=True)
    desk.session.refresh(row)
    return row, notice
