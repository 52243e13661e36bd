"""What a unit has to do now, the most pressing first. Read-only, in sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select

from engine.dates.unit_dates import UnitDate, unit_dates
from engine.desk.issuing import Desk
from engine.rules.completion import CompletionState
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.reporting_dates import first_day
from engine.rules.words import DeadlineKind, NoticeKind, NoticeState, Word
from engine.store.statements import Found, rows, table_of
from engine.store.tables import CompletionRequest, Notice, Project, ProjectUnit

AHEAD = timedelta(days=14)
"""本地设定: what is due within two weeks is to be done now, as the weekly digest has it."""


class Duty(Word):
    """What there can be to do."""

    SIGN_FOR = "sign_for", "签收"
    ANSWER = "answer", "答复"
    REDO = "redo", "重办"
    PLAN = "plan", "报送实施方案"
    REPORT = "report", "填报"
    MILESTONE = "milestone", "完成节点"
    RECTIFY = "rectify", "整改"
    COMPLETE = "complete", "办结"


OF_DATE = {
    DeadlineKind.SIGN_FOR: Duty.SIGN_FOR,
    DeadlineKind.PLAN: Duty.PLAN,
    DeadlineKind.FIRST_REPORT: Duty.REPORT,
    DeadlineKind.REPORT: Duty.REPORT,
    DeadlineKind.MILESTONE: Duty.MILESTONE,
    DeadlineKind.RECTIFICATION: Duty.RECTIFY,
    DeadlineKind.COMPLETION: Duty.COMPLETE,
}
WAITING = (ProjectState.SUSPENDED, ProjectState.COMPLETION_REQUESTED, ProjectState.RETURNED)
"""In these the unit's clocks wait."""


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One thing to do.

    Attributes:
        due: the last day; None where there is none of its own.
        original: what that was first set to.
        about: the name of the date, of the notice, or what the office said.
        notice: the number of the notice to be answered.
    """

    duty: Duty
    code: str
    title: str
    due: date | None
    original: date | None = None
    about: str = ""
    notice: int | None = None


def dates_of(desk: Desk, units: Iterable[int]) -> list[UnitDate]:
    """The open dates of all items that these units lead, each once, by day."""
    found = (one for unit in units for one in unit_dates(desk.session, unit))
    once = {(one.project_id, one.kind, one.slot): one for one in found}
    return sorted(once.values(), key=lambda one: (one.due, one.project_id))


def duties(desk: Desk, units: Sequence[int], dates: Sequence[UnitDate]) -> list[DutyLine]:
    """What these units have to do now: first what is overdue or has no date, then by date.

    Args:
        dates: as ``dates_of`` gives them.
    """
    found = [*_of_dates(dates, desk.day), *_answers(desk, units), *_sent_back(desk, units)]
    order = list(Duty)
    return sorted(found, key=lambda line: (line.due or desk.day, order.index(line.duty), line.code))


def _of_dates(dates: Sequence[UnitDate], day: date) -> Iterator[DutyLine]:
    """What is due soon. Of several reports of an item the first: the next report answers all."""
    reports: dict[int, UnitDate] = {}
    for one in dates:
        if one.state in WAITING or one.due > day + AHEAD:
            continue
        if (one.state is ProjectState.ASSIGNED) != (one.kind is DeadlineKind.SIGN_FOR):
            continue
        if one.kind is DeadlineKind.REPORT and first_day(one.slot) > day:
            continue
        if OF_DATE[one.kind] is Duty.REPORT:
            reports.setdefault(one.project_id, one)
            continue
        yield _line(one)
    yield from map(_line, reports.values())


def _line(one: UnitDate) -> DutyLine:
    return DutyLine(OF_DATE[one.kind], one.code, one.title, one.due, one.original, one.name)


def _answers(desk: Desk, units: Sequence[int]) -> Iterator[DutyLine]:
    for row in rows(desk.session, _UNANSWERED, units=list(units)):
        yield DutyLine(
            Duty.ANSWER,
            row.code or "",
            row.item or row.title,
            row.reply_by,
            row.reply_by,
            _called(row),
            row.id,
        )


def _called(row: Found) -> str:
    """What a notice is called beside the item it is on."""
    _, _, date_of = row.title.partition(row.item or row.title)
    about = date_of.strip(" ·：")
    return f"{row.kind.label}（{about}）" if about else str(row.kind.label)


def _sent_back(desk: Desk, units: Sequence[int]) -> Iterator[DutyLine]:
    last: dict[int, Found] = {}
    for row in rows(desk.session, _REQUESTS, units=list(units)):
        last[row.project_id] = row
    for row in last.values():
        if row.state is CompletionState.SENT_BACK:
            yield DutyLine(Duty.REDO, row.code, row.title, None, about=row.finding)


# The queries, built once.

_PROJECT, _MORE = table_of(Project).c, table_of(ProjectUnit).c
_NOTICE, _REQUEST = table_of(Notice).c, table_of(CompletionRequest).c
_UNITS: Any = bindparam("units", expanding=True)

LED_BY: Any = or_(
    _PROJECT.lead_unit_id.in_(_UNITS),
    _PROJECT.id.in_(
        select(_MORE.project_id).where(_MORE.unit_id.in_(_UNITS), _MORE.leads.is_(True))
    ),
)
"""What some ``units`` lead, alone or with others."""

_UNANSWERED = (
    select(
        _NOTICE.id,
        _NOTICE.kind,
        _NOTICE.title,
        _NOTICE.reply_by,
        _PROJECT.code,
        _PROJECT.title.label("item"),
    )
    .outerjoin_from(table_of(Notice), table_of(Project), _NOTICE.project_id == _PROJECT.id)
    .where(
        _NOTICE.state == NoticeState.ISSUED,
        _NOTICE.answered_at.is_(None),
        _NOTICE.kind != NoticeKind.ASSIGNMENT,
        or_(
            (_NOTICE.project_id.is_(None) & _NOTICE.reply_by.is_not(None))
            & _NOTICE.unit_id.in_(_UNITS),
            or_(_NOTICE.reply_by.is_not(None), _NOTICE.kind == NoticeKind.CONCLUSION)
            & _PROJECT.state.in_(OPEN_STATES)
            & LED_BY,
        ),
    )
    .order_by(_NOTICE.id)
)

# The last comes last, and so stays.
_REQUESTS = (
    select(_REQUEST.project_id, _REQUEST.state, _REQUEST.finding, _PROJECT.code, _PROJECT.title)
    .join_from(table_of(CompletionRequest), table_of(Project), _REQUEST.project_id == _PROJECT.id)
    .where(LED_BY, _PROJECT.state == ProjectState.UNDERWAY)
    .order_by(_REQUEST.project_id, _REQUEST.number)
)
