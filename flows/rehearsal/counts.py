"""What a rehearsal is counted by: its items and departments, and its notices by month and kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from engine.ledger.values import UnitKind
from engine.rules.proposals import ProposalState
from engine.rules.words import NoticeKind, NoticeState, ProjectKind, Stage
from engine.store.tables import (
    Notice,
    Project,
    ProjectUnit,
    Proposal,
    Unit,
)

COUNTED = (NoticeState.ISSUED, NoticeState.DRAFT, NoticeState.DISMISSED)
"""Notices that came about; what was cancelled before it went out is not counted."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One stage's part of a bar; ``left`` and ``width`` in percent of the drawing."""

    stage: Stage
    count: int
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class NoticeMonth:
    """The notices of one month; ``segments`` are drawn to the scale of the busiest month."""

    month: str
    stages: Mapping[Stage, int]
    total: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class KindCount:
    """The notices of one kind; ``drafts`` wait for a signature, ``dismissed`` were refused it."""

    stage: Stage
    kind: NoticeKind
    total: int
    drafts: int
    dismissed: int


@dataclass(frozen=True, slots=True)
class Notices:
    """All notices, by month and by kind; both add up to ``total``."""

    months: tuple[NoticeMonth, ...]
    kinds: tuple[KindCount, ...]
    stages: Mapping[Stage, int]
    total: int


TASK = "task"
"""分解任务: what the measures of an item were broken down into again, at any depth."""


def count_items(session: Session) -> dict[str, int]:
    """The supervised items by kind. A measure is what an item of the list was broken down into
    first; what lies below it, for prefectures and counties, is counted as ``task``."""
    above = aliased(Project)
    kinds = session.execute(
        select(Project.kind, above.kind).outerjoin(above, Project.parent_id == above.id)
    )
    measure = ProjectKind.MEASURE
    counts = Counter(
        TASK if kind is measure and parent is measure else kind.value for kind, parent in kinds
    )
    return {name: counts[name] for name in (*(kind.value for kind in ProjectKind), TASK)}


def count_departments(session: Session) -> int:
    """The departments that lead an item of the list or one of its measures (牵头部门单位); lower
    governments are none."""
    above = aliased(Project)
    first = (
        select(Project.id)
        .outerjoin(above, Project.parent_id == above.id)
        .where(
            (Project.kind == ProjectKind.PROJECT)
            | ((Project.kind == ProjectKind.MEASURE) & (above.kind == ProjectKind.PROJECT))
        )
    )
    leading = select(Project.lead_unit_id).where(Project.id.in_(first))
    further = select(ProjectUnit.unit_id).where(
        ProjectUnit.project_id.in_(first), ProjectUnit.leads.is_(True)
    )
    departments = select(func.count(Unit.id)).where(
        Unit.id.in_(leading.union(further)), Unit.kind.in_(DEPARTMENTS)
    )
    return session.scalar(departments) or 0


def count_proposals(session: Session) -> dict[str, int]:
    """The proposals: how many were collected, and what became of them."""
    states = Counter(session.scalars(select(Proposal.state)))
    ends = (ProposalState.MERGED, ProposalState.ADOPTED, ProposalState.DECLINED)
    return {"collected": states.total()} | {state.value: states[state] for state in ends}


DEPARTMENTS = (UnitKind.DEPARTMENT.value, UnitKind.AUTHORISED_BODY.value)


def months_between(first: date, last: date) -> tuple[str, ...]:
    """The months from one day to another, as 2023-04."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return tuple(f"{number // 12}-{number % 12 + 1:02d}" for number in numbers)


def count_notices(session: Session, months: Sequence[str]) -> Notices:
    """The notices that came about, by the month of the day they were decided on."""
    rows = session.execute(
        select(Notice.stage, Notice.kind, Notice.state, Notice.as_of).where(
            Notice.state.in_(COUNTED)
        )
    ).all()
    monthly: dict[str, Counter[Stage]] = {month: Counter() for month in months}
    kinds: dict[tuple[Stage, NoticeKind], Counter[NoticeState]] = defaultdict(Counter)
    for row in rows:
        monthly[f"{row.as_of:%Y-%m}"][row.stage] += 1
        kinds[row.stage, row.kind][row.state] += 1
    widest = max((counts.total() for counts in monthly.values()), default=0)
    return Notices(
        months=tuple(_month(month, counts, widest) for month, counts in monthly.items()),
        kinds=tuple(_kinds(kinds)),
        stages=Counter(row.stage for row in rows),
        total=len(rows),
    )


def _month(month: str, counts: Counter[Stage], widest: int) -> NoticeMonth:
    segments, before = [], 0
    for stage in Stage:
        if counts[stage]:
            left, width = before / widest * 100, counts[stage] / widest * 100
            segments.append(Segment(stage, counts[stage], left, width))
            before += counts[stage]
    return NoticeMonth(month, counts, before, tuple(segments))


def _kinds(
    counts: Mapping[tuple[Stage, NoticeKind], Counter[NoticeState]],
) -> Iterable[KindCount]:
    for stage in Stage:
        for kind in NoticeKind:
            states = counts.get((stage, kind))
            if states:
                drafts, dismissed = states[NoticeState.DRAFT], states[NoticeState.DISMISSED]
                yield KindCount(stage, kind, states.total(), drafts, dismissed)
