"""Looking at the opinions of the congress: where their problems stand, how they were judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assigning.assignment import ENDS
from engine.rules.congress import Satisfaction
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.words import ProjectKind, Timeliness
from engine.store.tables import (
    CompletionRequest,
    CongressOpinion,
    Deadline,
    OpinionReport,
    Project,
    Unit,
)


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem; ``due`` is the date in force, ``original_due`` the one first set."""

    code: str
    title: str
    unit: str
    state: ProjectState
    due: date
    original_due: date
    timeliness: Timeliness | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One written report and its evaluation, if there was one."""

    number: int
    reported_on: date
    reported_by: str
    document: str
    text: str
    unfinished: dict[str, str]
    timeliness: Timeliness | None
    satisfaction: Satisfaction | None
    evaluated_on: date | None
    votes: str


@dataclass(frozen=True, slots=True)
class OpinionView:
    """One opinion with its problems and its reports.

    Attributes:
        satisfaction: how the report was voted on that the congress had heard.
    """

    code: str
    title: str
    unit: str
    state: ProjectState
    body: str
    session: str
    document: str
    held_on: date
    satisfaction: Satisfaction | None
    votes: str
    due: date
    original_due: date
    problems: tuple[ProblemLine, ...]
    reports: tuple[ReportLine, ...]


def opinion_views(
    session: Session, code: str = "", seen: Collection[int] | None = None
) -> list[OpinionView]:
    """All opinions, newest first, or the one of a code; five queries for any number.

    Args:
        seen: the items that the reader may see, by number; None for all. Who sees but a problem
            sees the opinion that it is of, and none of its other problems nor its reports.
    """
    query = (
        select(Project, CongressOpinion, Unit.name)
        .join(CongressOpinion, CongressOpinion.project_id == Project.id)
        .join(Unit, Project.lead_unit_id == Unit.id)
        .order_by(CongressOpinion.held_on.desc(), Project.id.desc())
    )
    if code:
        query = query.where(Project.code == code)
    found = session.execute(query).all()
    ids = [project.id for project, _, _ in found]
    problems, dates = _problems(session, ids, seen), _dates(session, ids)
    reports = _reports(session, [n for n in ids if seen is None or n in seen])
    return [
        OpinionView(
            code=project.code,
            title=project.title,
            unit=unit,
            state=project.state,
            body=opinion.body,
            session=opinion.session,
            document=opinion.document,
            held_on=opinion.held_on,
            satisfaction=opinion.satisfaction,
            votes=opinion.votes,
            due=dates[project.id][0],
            original_due=dates[project.id][1],
            problems=tuple(problems[project.id]),
            reports=tuple(reports[project.id]),
        )
        for project, opinion, unit in found
        if seen is None or project.id in seen or problems[project.id]
    ]


def _dates(session: Session, ids: list[int]) -> dict[int, tuple[date, date]]:
    """The last version of the promised date, and the first promise."""
    rows = session.execute(
        select(Deadline.project_id, Deadline.due, Deadline.original_due)
        .where(Deadline.project_id.in_(ids), Deadline.kind.in_(ENDS))
        .order_by(Deadline.version)
    )
    return {project_id: (due, original) for project_id, due, original in rows}


def _problems(
    session: Session, opinions: list[int], seen: Collection[int] | None
) -> dict[int | None, list[ProblemLine]]:
    found = session.execute(
        select(Project, Unit.name)
        .join(Unit, Project.lead_unit_id == Unit.id)
        .where(Project.parent_id.in_(opinions), Project.kind == ProjectKind.PROBLEM)
        .order_by(Project.id)
    ).all()
    dates = _dates(session, [project.id for project, _ in found])
    lines: dict[int | None, list[ProblemLine]] = defaultdict(list)
    for p, unit in found:
        if seen is not None and p.id not in seen and p.parent_id not in seen:
            continue
        line = ProblemLine(p.code, p.title, unit, p.state, *dates[p.id], p.timeliness)
        lines[p.parent_id].append(line)
    return lines


def _reports(session: Session, opinions: list[int]) -> dict[int, list[ReportLine]]:
    rows = session.execute(
        select(CompletionRequest, OpinionReport)
        .join(OpinionReport, OpinionReport.completion_id == CompletionRequest.id)
        .where(CompletionRequest.project_id.in_(opinions))
        .order_by(CompletionRequest.number)
    )
    lines: dict[int, list[ReportLine]] = defaultdict(list)
    for request, report in rows:
        lines[request.project_id].append(
            ReportLine(
                number=request.number,
                reported_on=request.requested_on,
                reported_by=request.requested_by,
                document=report.document,
                text=request.statement,
                unfinished=dict(report.unfinished),
                timeliness=request.timeliness,
                satisfaction=report.satisfaction,
                evaluated_on=report.evaluated_on,
                votes=report.votes,
            )
        )
    return lines


def opinion_lines(view: OpinionView) -> list[str]:
    """One opinion in Chinese, line by line."""
    moved = f"（原定{view.original_due}）" if view.due != view.original_due else ""
    lines = [
        f"{view.code} {view.title}（{view.state.label}）",
        f"来源：{view.body}{view.session}，{view.held_on}，{view.document}",
        f"承办：{view.unit}，{view.due}前书面报告{moved}",
    ]
    if view.satisfaction:
        lines.append(f"会上测评：{view.satisfaction.label}{_in_brackets(view.votes)}")
    for line in view.problems:
        ended = f"，{line.timeliness.label}" if line.timeliness else ""
        lines.append(
            f"  {line.code} {line.title}：{line.unit}，时限{line.due}，{line.state.label}{ended}"
        )
    for report in view.reports:
        judged = (
            f"{report.evaluated_on}测评：{report.satisfaction.label}{_in_brackets(report.votes)}"
            if report.satisfaction
            else "尚未测评"
        )
        lines.append(
            f"第{report.number}次报告：{report.reported_on} {report.document}，"
            f"{report.reported_by}，{judged}"
        )
        lines += [f"  未办结 {code}：{why}" for code, why in report.unfinished.items()]
    return lines


def _in_brackets(votes: str) -> str:
    return f"（{votes}）" if votes else ""
