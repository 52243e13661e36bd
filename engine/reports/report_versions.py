"""What was reported on a project so far: every version of every period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from engine.rules.honesty import HonestyCheck
from engine.rules.zone import ZONE
from engine.store.statements import Found, rows, table_of
from engine.store.tables import ProgressReport, Project, ReportDoubt, ReportedValue, Unit


@dataclass(frozen=True, slots=True)
class ReportVersion:
    """One version of one report; ``values`` are cumulative figures by target."""

    id: int
    period: str
    version: int
    reported_at: datetime
    reported_by: str
    percent: Decimal | None
    text: str
    values: dict[int, Decimal]


@dataclass(frozen=True, slots=True)
class KeptDoubt:
    """A doubt that was shown before a report was kept, and what the unit said to it."""

    check: HonestyCheck
    text: str
    explanation: str


def versions_of(session: Session, project_id: int) -> list[ReportVersion]:
    """All versions, by period and version. A project reports either by month or by week, so
    that periods sort as text."""
    found: dict[int, ReportVersion] = {}
    for row in rows(session, _VERSIONS, project=project_id):
        if row.id not in found:
            found[row.id] = _version(row)
        if row.target_id is not None:
            found[row.id].values[row.target_id] = row.value
    return list(found.values())


def _version(row: Found) -> ReportVersion:
    return ReportVersion(
        id=row.id,
        period=row.period,
        version=row.version,
        reported_at=row.reported_at,
        reported_by=row.reported_by,
        percent=row.percent,
        text=row.statement,
        values={},
    )


def last_versions(versions: Iterable[ReportVersion]) -> list[ReportVersion]:
    """Of each period the last version, by period."""
    return list({version.period: version for version in versions}.values())


def newest(versions: Iterable[ReportVersion], until: str) -> ReportVersion | None:
    """The last version of a period or, without one, of the period before it."""
    return next((v for v in reversed(list(versions)) if v.period <= until), None)


def doubts_kept(session: Session, reports: Sequence[int]) -> dict[int, list[KeptDoubt]]:
    """The doubts about some reports, by report."""
    found: dict[int, list[KeptDoubt]] = defaultdict(list)
    if reports:
        for report_id, *doubt in rows(session, _DOUBTS, reports=list(reports)):
            found[report_id].append(KeptDoubt(*doubt))
    return found


def doubts_between(
    session: Session, lists: Sequence[int], since: date, until: date
) -> dict[int, list[dict[str, str]]]:
    """The doubts about reports made from one day until before another, by these lists, as a paper
    keeps them."""
    wanted = {"lists": lists, "since": _morning(since), "until": _morning(until)}
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in rows(session, _LATELY, **wanted):
        found[row.program_id].append(
            {
                "code": row.code,
                "title": row.title,
                "unit": row.name,
                "text": row.text,
                "explanation": row.explanation,
            }
        )
    return found


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(0), ZONE)


_REPORT, _VALUE = table_of(ProgressReport).c, table_of(ReportedValue).c
_DOUBT = table_of(ReportDoubt).c
_THESE: BindParameter[Sequence[int]] = bindparam("reports", expanding=True)

_VERSIONS = (
    select(
        _REPORT.id,
        _REPORT.period,
        _REPORT.version,
        _REPORT.reported_at,
        _REPORT.reported_by,
        _REPORT.percent,
        _REPORT.statement,
        _VALUE.target_id,
        _VALUE.value,
    )
    .outerjoin_from(table_of(ProgressReport), table_of(ReportedValue))
    .where(_REPORT.project_id == bindparam("project"))
    .order_by(_REPORT.period, _REPORT.version, _VALUE.target_id)
)

_DOUBTS = (
    select(_DOUBT.report_id, _DOUBT.check, _DOUBT.text, _DOUBT.explanation)
    .where(_DOUBT.report_id.in_(_THESE))
    .order_by(_DOUBT.id)
)

_PROJECT, _UNIT = table_of(Project).c, table_of(Unit).c

_LATELY = (
    select(
        _PROJECT.program_id,
        _PROJECT.code,
        _PROJECT.title,
        _UNIT.name,
        _DOUBT.text,
        _DOUBT.explanation,
    )
    .join_from(table_of(ReportDoubt), table_of(ProgressReport))
    .join(table_of(Project), _REPORT.project_id == _PROJECT.id)
    .join(table_of(Unit), _PROJECT.lead_unit_id == _UNIT.id)
    .where(
        _PROJECT.program_id.in_(bindparam("lists", expanding=True)),
        _REPORT.reported_at >= bindparam("since"),
        _REPORT.reported_at < bindparam("until"),
    )
    .order_by(_DOUBT.id)
)
