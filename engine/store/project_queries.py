"""The queries behind the facts of projects, built once over bare tables: each takes the ids of a
whole batch."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BindParameter, and_, bindparam, func, select

from engine.rules.lifecycle import ProjectState
from engine.rules.reviews import ReviewState
from engine.rules.words import INFORMING, DeadlineState, ProjectKind
from engine.store.statements import table_of
from engine.store.tables import (
    Batch,
    Deadline,
    LightRecord,
    Milestone,
    Notice,
    ProgressReport,
    Project,
    ReportedValue,
    ReviewRequest,
    Target,
    Unit,
)

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

IS_DISPUTED = (
    select(ReviewRequest.id)
    .where(ReviewRequest.project_id == Project.id, ReviewRequest.state == ReviewState.REQUESTED)
    .exists()
)
"""异议中: whether a review is asked for and not decided."""

_LEAD_UNIT = select(Unit.name).where(Unit.id == Project.lead_unit_id).scalar_subquery()
"""Looked up one by one: a join would rather read all units for the few of a batch."""

PROJECTS = (
    select(Project, _LEAD_UNIT, IS_DISPUTED, Batch.basis)
    .outerjoin(
        Batch,
        and_(
            Batch.program_id == Project.program_id,
            Batch.number == Project.batch,
            Batch.number > 1,  # the list's own decision is the first batch's
        ),
    )
    .where(Project.id.in_(_IDS))
    .order_by(Project.id)
)

_PART = table_of(Project).c
PARTS = (
    select(_PART.parent_id, _PART.id, _PART.code, _PART.state, _PART.starts_on)
    .where(
        _PART.parent_id.in_(_IDS),
        _PART.kind == ProjectKind.MEASURE,
        _PART.state != ProjectState.TERMINATED,
    )
    .order_by(_PART.id)
)

_DEADLINE = table_of(Deadline).c
DEADLINES = (
    select(
        _DEADLINE.project_id,
        _DEADLINE.id,
        _DEADLINE.kind,
        _DEADLINE.slot,
        _DEADLINE.name,
        _DEADLINE.version,
        _DEADLINE.due,
        _DEADLINE.original_due,
        _DEADLINE.provisional,
    )
    .where(_DEADLINE.project_id.in_(_IDS), _DEADLINE.state == DeadlineState.PENDING)
    .order_by(_DEADLINE.due, _DEADLINE.id)
)

_STEP = table_of(Milestone).c
MILESTONES = (
    select(_STEP.project_id, _STEP.name, _STEP.due, _STEP.planned_percent, _STEP.done_on)
    .where(_STEP.project_id.in_(_IDS))
    .order_by(_STEP.position)
)

_LIGHT = table_of(LightRecord).c
LIGHTS = (
    select(_LIGHT.project_id, _LIGHT.period, _LIGHT.colour)
    .where(_LIGHT.project_id.in_(_IDS))
    .order_by(_LIGHT.id)
)

_REPORT = table_of(ProgressReport).c
_RANKED_REPORTS = (
    select(
        _REPORT.id,
        _REPORT.project_id,
        _REPORT.percent,
        _REPORT.reported_at,
        _REPORT.statement,
        func.row_number()
        .over(
            partition_by=_REPORT.project_id,
            order_by=(_REPORT.period.desc(), _REPORT.version.desc()),
        )
        .label("rank"),
    )
    .where(_REPORT.project_id.in_(_IDS))
    .subquery()
)

LATEST_REPORTS = select(_RANKED_REPORTS).where(_RANKED_REPORTS.c.rank == 1)
"""The newest version of the newest period of each project."""

_TARGET, _VALUE = table_of(Target).c, table_of(ReportedValue).c
TARGETS = (
    select(
        _TARGET.project_id,
        _TARGET.metric,
        _TARGET.unit,
        _TARGET.form,
        _TARGET.planned,
        _VALUE.value,
        _TARGET.text,
    )
    .outerjoin(
        table_of(ReportedValue),
        and_(
            _VALUE.target_id == _TARGET.id,
            _VALUE.report_id.in_(bindparam("reports", expanding=True)),
        ),
    )
    .where(_TARGET.project_id.in_(_IDS))
    .order_by(_TARGET.position)
)
"""With the values of the reports that are named."""

_NOTICE = table_of(Notice).c
NOTICES = (
    select(
        _NOTICE.project_id,
        _NOTICE.deadline_id,
        _NOTICE.rule,
        _NOTICE.kind,
        _NOTICE.state,
        _NOTICE.occurrence,
        _NOTICE.as_of,
        _NOTICE.reply_by,
        _NOTICE.answered_at,
        _NOTICE.id,
    )
    .where(_NOTICE.project_id.in_(_IDS), _NOTICE.kind.not_in(INFORMING))
    .order_by(_NOTICE.id)
)
