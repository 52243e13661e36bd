"""时限 as a list shows them: of the year, of a kind, of an item; with what was first promised and
why a date was moved. Read-only, in sets, a page at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from engine.rules.clocks import ClockAct
from engine.rules.words import DeadlineKind, DeadlineState, ProjectKind, Word
from engine.store.statements import Found, rows, table_of
from engine.store.tables import ClockEvent, Deadline, Project, Unit

PAGE = 50

Whys = dict[tuple[int, DeadlineKind | None, str], str]
"""Why a clock was last changed, by project, kind and slot; a pause is of no kind and no slot."""


class DateState(Word):
    """How a date stands on a day."""

    OPEN = "open", "未到期"
    OVERDUE = "overdue", "已过期"
    MET = "met", "已完成"
    CANCELLED = "cancelled", "已取消"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dates. Empty and None mean all; ``binding``: neither met nor cancelled."""

    first: date | None = None
    last: date | None = None
    kind: DeadlineKind | None = None
    item: ProjectKind | None = None
    state: DateState | None = None
    binding: bool = False
    moved: bool = False
    unit: str = ""
    code: str = ""
    seen: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date of an item.

    Attributes:
        original: what it was first set to.
        why: why it was last moved; empty where it was not, or nothing was said.
    """

    id: int
    code: str
    title: str
    item: ProjectKind
    unit: str
    kind: DeadlineKind
    name: str
    due: date
    original: date
    provisional: bool
    state: DateState
    met_on: date | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class DatePage:
    """Some dates in their order, and the cursors of the pages around them."""

    lines: list[DateLine]
    before: str | None
    after: str | None


def date_page(
    session: Session, wanted: Wanted, day: date, after: str = "", before: str = ""
) -> DatePage:
    """A page of dates by day, after or before a cursor."""
    query, backwards = _LINES.where(*_conditions(wanted, day)), bool(before)
    cursor = _cursor(after or before)
    if cursor:
        due, number = cursor
        beyond = _D.due < due if backwards else _D.due > due
        further = _D.id < number if backwards else _D.id > number
        query = query.where(or_(beyond, and_(_D.due == due, further)))
    order = (_D.due.desc(), _D.id.desc()) if backwards else (_D.due, _D.id)
    found = list(rows(session, query.order_by(*order).limit(PAGE + 1)))
    more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    whys = _whys(session, {row.project_id for row in found if row.due != row.original_due})
    lines = [_line(row, day, _why(row, whys)) for row in found]
    has_before, has_after = (more, True) if backwards else (cursor is not None, more)
    return DatePage(
        lines,
        _written(lines[0]) if has_before and lines else None,
        _written(lines[-1]) if has_after and lines else None,
    )


def date_counts(session: Session, wanted: Wanted, day: date) -> dict[DateState, int]:
    """How many of these dates there are in each state."""
    query = select(_D.state, _D.due, func.count()).where(*_conditions(wanted, day))
    counts = dict.fromkeys(DateState, 0)
    for state, due, count in rows(session, query.group_by(_D.state, _D.due)):
        counts[_state(state, due < day)] += count
    return counts


def _conditions(wanted: Wanted, day: date) -> Iterator[ColumnElement[bool]]:
    states = {
        DateState.OPEN: (_D.state == DeadlineState.PENDING) & (_D.due >= day),
        DateState.OVERDUE: (_D.state == DeadlineState.PENDING) & (_D.due < day),
        DateState.MET: _D.state == DeadlineState.MET,
        DateState.CANCELLED: _D.state == DeadlineState.CANCELLED,
    }
    yield _D.state != DeadlineState.REPLACED
    if wanted.first:
        yield _D.due >= wanted.first
    if wanted.last:
        yield _D.due <= wanted.last
    if wanted.kind:
        yield _D.kind == wanted.kind
    if wanted.state:
        yield states[wanted.state]
    if wanted.binding:
        yield _D.state == DeadlineState.PENDING
    if wanted.moved:
        yield _D.due != _D.original_due
    if items := list(_of_items(wanted)):
        yield _D.project_id.in_(select(_P.id).where(*items))
    if wanted.seen is not None:
        yield _D.project_id.in_(sorted(wanted.seen))


def _of_items(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.item:
        yield _P.kind == wanted.item
    if wanted.unit:
        yield _P.lead_unit_id.in_(select(_U.id).where(_U.name == wanted.unit))
    if wanted.code:
        yield _P.code == wanted.code


def _whys(session: Session, projects: Collection[int]) -> Whys:
    """Why clocks were last set to another date or limit; a pause moves all of its item."""
    found: Whys = {}
    if projects:
        for row in rows(session, _WHYS.where(_C.project_id.in_(sorted(projects)))):
            found[row.project_id, row.kind, row.slot] = row.why
    return found


def _why(row: Found, whys: Whys) -> str:
    own = whys.get((row.project_id, row.kind, row.slot))
    return "" if row.due == row.original_due else own or whys.get((row.project_id, None, ""), "")


def _line(row: Found, day: date, why: str) -> DateLine:
    return DateLine(
        row.id,
        row.code,
        row.title,
        row.item,
        row.unit,
        row.kind,
        row.name,
        row.due,
        row.original_due,
        row.provisional,
        _state(row.state, row.due < day),
        row.met_on,
        why,
    )


def _state(state: DeadlineState, is_past: bool) -> DateState:
    if state is DeadlineState.PENDING:
        return DateState.OVERDUE if is_past else DateState.OPEN
    return DateState.MET if state is DeadlineState.MET else DateState.CANCELLED


def _written(line: DateLine) -> str:
    return f"{line.due.isoformat()}.{line.id}"


def _cursor(text: str) -> tuple[date, int] | None:
    day, _, number = text.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


_D, _P, _U = table_of(Deadline).c, table_of(Project).c, table_of(Unit).c
_C = table_of(ClockEvent).c

_LINES = (
    select(
        _D.id,
        _D.project_id,
        _P.code,
        _P.title,
        _P.kind.label("item"),
        _U.name.label("unit"),
        _D.kind,
        _D.slot,
        _D.name,
        _D.due,
        _D.original_due,
        _D.provisional,
        _D.state,
        _D.met_on,
    )
    .join_from(table_of(Deadline), table_of(Project), _P.id == _D.project_id)
    .join(table_of(Unit), _U.id == _P.lead_unit_id)
)

_WHYS = (
    select(_C.project_id, _C.kind, _C.slot, _C.why)
    .where(
        _C.why != "", _C.act.in_((ClockAct.SET, ClockAct.RELIMIT, ClockAct.START, ClockAct.RESUME))
    )
    .order_by(_C.id)
)
