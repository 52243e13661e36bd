"""办理情况: what became of each item of a list, target by target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assigning.assignment import ENDS
from engine.errors import DubanError
from engine.rules.conditions import written
from engine.rules.facts import TargetFacts
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.reviews import ReviewState
from engine.rules.targets import TargetForm
from engine.rules.words import DeadlineState, Light, ProjectKind, Timeliness
from engine.store.loading import load_projects
from engine.store.tables import Deadline, Program, Project, ReviewRequest

Path = tuple[int, ...]
"""An item's place in its list: its number, and those of the measures down to it."""
BATCH = 400


class OutcomeUnreadable(DubanError):
    """有事项的数据读不出来。"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an item stands, or how it ended.

    Attributes:
        results: by metric and unit, what was reached, in words.
        due: the date in force; None when it has none.
        done_on: the day that counts as the day of completion; None while it is open.
        notes: what else must be known, a clause each.
    """

    code: str
    state: ProjectState
    light: Light
    results: Mapping[tuple[str, str], str]
    due: date | None
    original_due: date | None
    done_on: date | None
    timeliness: Timeliness | None
    notes: tuple[str, ...]


def load_outcomes(session: Session, program: Program, day: date) -> dict[Path, Outcome]:
    """The outcomes of all items and measures of a list, as known on ``day``.

    Raises:
        OutcomeUnreadable: the rows of some items cannot be read; all are named.
    """
    rows = session.scalars(
        select(Project).where(Project.program_id == program.id).order_by(Project.id)
    ).all()
    listed = {row.id: row for row in rows if row.kind.is_reported}
    found: dict[Path, Outcome] = {}
    notes = _Notes(session, rows)
    for start in range(0, len(rows), BATCH):
        batch = [row for row in rows[start : start + BATCH] if row.id in listed]
        ids = [row.id for row in batch]
        loaded = load_projects(session, ids, day)
        if loaded.faults:
            codes = "、".join(listed[number].code for number in loaded.faults)
            raise OutcomeUnreadable(f"以下事项的数据读不出来，请先核对：{codes}")
        ends = _ends(session, ids)
        for facts in loaded.projects:
            row = listed[facts.id]
            found[_path(row, listed)] = _outcome(
                row, facts.targets, ends.get(row.id), notes.of(row)
            )
    return found


def _path(row: Project, listed: Mapping[int, Project]) -> Path:
    above = listed.get(row.parent_id) if row.parent_id else None
    own = (row.number or 0,)
    return own if above is None else _path(above, listed) + own


def _ends(session: Session, ids: Sequence[int]) -> dict[int, Deadline]:
    """The promised date of each item, in its last version."""
    rows = session.scalars(
        select(Deadline)
        .where(
            Deadline.project_id.in_(ids),
            Deadline.kind.in_(ENDS),
            Deadline.state != DeadlineState.REPLACED,
        )
        .order_by(Deadline.version)
    )
    return {row.project_id: row for row in rows}


def _outcome(
    row: Project, targets: Sequence[TargetFacts], end: Deadline | None, notes: tuple[str, ...]
) -> Outcome:
    closed = row.state is ProjectState.CLOSED
    return Outcome(
        code=row.code,
        state=row.state,
        light=row.light,
        results={(t.metric, t.unit): result_text(t) for t in targets},
        due=end.due if end else None,
        original_due=end.original_due if end else None,
        done_on=(end.met_on if end else None) or row.closed_on if closed else None,
        timeliness=row.timeliness if closed else None,
        notes=notes,
    )


def result_text(target: TargetFacts) -> str:
    """What was reached of a promise: 完成8040个，为承诺的107.2%."""
    if target.actual is None:
        return "尚未填报"
    text = f"完成{_plain(target.actual)}{target.unit}"
    if target.form is TargetForm.ALL or not target.planned:
        return text
    share = (target.actual / target.planned * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{text}，为承诺的{_plain(share)}%"


def _plain(figure: Decimal) -> str:
    return format(figure.normalize(), "f")


class _Notes:
    """What else must be known of items: pauses, extensions, reviews, rectifications."""

    def __init__(self, session: Session, rows: Sequence[Project]) -> None:
        self._open = Counter(
            row.parent_id
            for row in rows
            if row.kind is ProjectKind.RECTIFICATION and row.state in OPEN_STATES
        )
        self._all = Counter(row.parent_id for row in rows if row.kind is ProjectKind.RECTIFICATION)
        self._disputed = set(
            session.scalars(
                select(ReviewRequest.project_id).where(ReviewRequest.state == ReviewState.REQUESTED)
            )
        )

    def of(self, row: Project) -> tuple[str, ...]:
        """The clauses about one item."""
        return tuple(self._clauses(row))

    def _clauses(self, row: Project) -> Iterator[str]:
        if row.timeliness is not None and row.state is ProjectState.CLOSED:
            yield row.timeliness.label
        if row.state is ProjectState.SUSPENDED and row.suspended_on:
            yield f"{written(row.suspended_on)}起暂停"
        if self._all[row.id]:
            yield f"限期整改{self._all[row.id]}项，未完成{self._open[row.id]}项"
        if row.id in self._disputed:
            yield "异议复核中"
