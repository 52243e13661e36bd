"""诚信核对 at the desk: what a report is held against, and how its doubts are settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, select

from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.reports.report_versions import ReportVersion, doubts_kept, last_versions, newest
from engine.reports.stating import WHOLE, Form, Statement
from engine.rules import arithmetic, honesty
from engine.rules.honesty import Doubt
from engine.rules.lifecycle import ProjectState
from engine.rules.report_facts import FigureFacts, ReportFacts
from engine.rules.words import ProjectKind
from engine.store.statements import rows, table_of
from engine.store.tables import ProgressReport, Project, ReportDoubt, ReportedValue, Target

WORKS = "形象进度"

Confirmed = str | Mapping[str, str]
"""One explanation for all doubts, or one for each by its code or by its check's value."""


class DoubtsFound(DubanError):
    """有疑点尚未说明，未予保存。"""

    def __init__(self, doubts: Sequence[Doubt], what: str) -> None:
        self.doubts = tuple(doubts)
        listed = "\n".join(
            f"（{number}）{doubt.check.label}：{doubt.text}"
            for number, doubt in enumerate(doubts, 1)
        )
        super().__init__(
            f"{what}未保存，有{len(doubts)}处疑点：\n{listed}\n"
            "请改正后再试；确认无误的，请说明原因（--confirm 原因），说明将随之保存"
        )


def settled_doubts(
    desk: Desk, form: Form, statement: Statement, confirmed: Confirmed
) -> list[tuple[Doubt, str]]:
    """The doubts about a report, each with its explanation. One that was explained with the
    last report and stands to the letter need not be explained again.

    Raises:
        DoubtsFound: some are not explained; all of these are named.
    """
    facts = _facts(desk, form, statement)
    found = (*honesty.doubts(facts), *arithmetic.doubts(statement.text))
    if not found:
        return []
    last = newest(form.versions, statement.period)
    kept = doubts_kept(desk.session, [last.id])[last.id] if last else []
    known = {(doubt.check, doubt.text): doubt.explanation for doubt in kept}
    settled = [
        (doubt, explanation(confirmed, doubt) or known.get((doubt.check, doubt.text), ""))
        for doubt in found
    ]
    if not all(why for _, why in settled):
        raise DoubtsFound([doubt for doubt, why in settled if not why], "填报")
    return settled


def explanation(confirmed: Confirmed, doubt: Doubt) -> str:
    """What was said to a doubt; empty when nothing was."""
    if isinstance(confirmed, str):
        return confirmed.strip()
    for key in (doubt.code, doubt.check.value, ""):
        if confirmed.get(key, "").strip():
            return confirmed[key].strip()
    return ""


def keep_doubts(desk: Desk, report_id: int, settled: Sequence[tuple[Doubt, str]]) -> None:
    """Keep the doubts with their report."""
    if settled:
        new = [
            {"report_id": report_id, "check": d.check, "text": d.text, "explanation": why}
            for d, why in settled
        ]
        desk.session.execute(insert(table_of(ReportDoubt)), new)


def doubts_data(settled: Sequence[tuple[Doubt, str]]) -> list[dict[str, str]]:
    """Settled doubts as the journal keeps them."""
    return [
        {"check": d.check.value, "metric": d.metric, "text": d.text, "explanation": why}
        for d, why in settled
    ]


def _facts(desk: Desk, form: Form, statement: Statement) -> ReportFacts:
    last = last_versions(form.versions)
    before = [v for v in last if v.period < statement.period]
    after = next((v for v in last if v.period > statement.period), None)
    done = (s.name for s in form.steps if s.done_on or s.name in statement.milestones)
    return ReportFacts(
        period=statement.period,
        every=form.every,
        day=desk.day,
        assigned_on=form.project.assigned_on,
        due=form.due,
        text=statement.text,
        works=_works(statement, before, after),
        figures=tuple(_figures(desk, form, statement, before, after)),
        done_steps=tuple(done),
        is_first=not before,
    )


def _figures(
    desk: Desk,
    form: Form,
    statement: Statement,
    before: Sequence[ReportVersion],
    after: ReportVersion | None,
) -> Iterator[FigureFacts]:
    # A correction of an earlier period is not held against what the parts say today.
    has_parts = form.has_parts and not after
    parts = _figures_of_parts(desk, form.project) if has_parts else {}
    last_year = _figures_of_last_year(desk, form.project)
    stated, values = form.stated(statement), form.values(statement)
    for target, name in zip(form.targets, form.names, strict=True):
        number, metric = target.id, (target.metric, target.unit)
        yield FigureFacts(
            name=name,
            unit=target.unit,
            planned=target.planned,
            text=target.text,
            stated=values.get(number),
            is_new=number in stated,
            before=tuple((v.period, v.values[number]) for v in before if number in v.values),
            after=(after.period, after.values[number])
            if after and number in after.values
            else None,
            parts=parts.get(metric, ()),
            last_year=last_year.get(metric),
        )


def _works(
    statement: Statement, before: Sequence[ReportVersion], after: ReportVersion | None
) -> FigureFacts | None:
    if statement.percent is None:
        return None
    later = after.percent if after else None
    return FigureFacts(
        name=WORKS,
        unit="%",
        planned=WHOLE,
        stated=statement.percent,
        before=tuple((v.period, v.percent) for v in before if v.percent is not None),
        after=(after.period, later) if after and later is not None else None,
    )


Metric = tuple[str, str]
"""A metric and its unit."""


def _figures_of_parts(
    desk: Desk, project: Project
) -> dict[Metric, tuple[tuple[str, Decimal | None], ...]]:
    """The last figures of the measures and problems under a project, by metric."""
    found: dict[Metric, dict[str, Decimal | None]] = {}
    for row in rows(desk.session, _OF_PARTS, project=project.id):
        found.setdefault((row.metric, row.unit), {})[row.code] = row.value
    return {metric: tuple(parts.items()) for metric, parts in found.items()}


def _figures_of_last_year(desk: Desk, project: Project) -> dict[Metric, Decimal]:
    if project.origin_id is None:
        return {}
    found = rows(desk.session, _OF_PROJECT, project=project.origin_id)
    return {(r.metric, r.unit): r.value for r in found if r.value is not None}


# The queries, built once: later reports come later, and so overwrite the earlier ones.

_PROJECT, _TARGET = table_of(Project).c, table_of(Target).c
_REPORT, _VALUE = table_of(ProgressReport).c, table_of(ReportedValue).c

_FIGURES: Any = (
    select(_PROJECT.code, _TARGET.metric, _TARGET.unit, _VALUE.value)
    .join_from(table_of(Project), table_of(Target), _TARGET.project_id == _PROJECT.id)
    .outerjoin(table_of(ReportedValue), _VALUE.target_id == _TARGET.id)
    .outerjoin(table_of(ProgressReport), _REPORT.id == _VALUE.report_id)
    .order_by(_PROJECT.id, _REPORT.period, _REPORT.version)
)

_OF_PROJECT = _FIGURES.where(_PROJECT.id == bindparam("project"))

_OF_PARTS = _FIGURES.where(
    _PROJECT.parent_id == bindparam("project"),
    _PROJECT.kind != ProjectKind.RECTIFICATION,
    _PROJECT.state != ProjectState.TERMINATED,
)
