"""What of the scores somebody may see: the office all of them, a unit its own and no other.

There is no order of merit anywhere: units stand as the roster has them (国办函〔2026〕12号: 不得
积分排名).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.posts_held import posts_held
from engine.assessment.assessing import AssessmentRefused, in_force, lines_by_score
from engine.desk.people import NotAllowed, acting, find_person, holds_post_in
from engine.rules.assessments import AssessmentState, ObjectionState, ScoreItem
from engine.rules.steps import Role
from engine.rules.words import PostKind
from engine.rules.zone import local_day
from engine.store.tables import (
    Assessment,
    AssessmentObjection,
    JournalEvent,
    Program,
    ScoreLine,
    ScoringVersion,
    Unit,
)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One line of a score, numbered from 1, with the event it rests on and that event's day."""

    number: int
    item: ScoreItem
    points: Decimal
    text: str
    event: int | None
    on: date | None


@dataclass(frozen=True, slots=True)
class Objected:
    """An objection; ``line`` is the number of the contested line, None for the whole score."""

    number: int
    line: int | None
    reason: str
    filed_on: date
    state: ObjectionState
    decided_on: date | None
    decision: str


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's score as it stands."""

    unit: str
    version: int
    state: AssessmentState
    as_of: date
    total: Decimal
    published_on: date | None
    object_by: date | None
    table: str
    table_version: str
    rows: tuple[ScoreRow, ...]
    objections: tuple[Objected, ...]


def scores(session: Session, program: Program, reader: str) -> list[Score]:
    """The scores of all units, in the order of the roster.

    Raises:
        NotAllowed, PersonUnknown: ``reader`` is neither of the office nor a leader.
    """
    if not _sees_all(session, reader):
        raise NotAllowed(f"{reader}只能查看本单位的得分，请用 duban assess show --unit 单位")
    return _views(session, list(in_force(session, program).values()))


def visible_scores(session: Session, program: Program, reader: str) -> list[Score]:
    """All scores for the office and leaders; for others those of their units, once published.

    Raises:
        PersonUnknown: nobody is called so.
    """
    rows = list(in_force(session, program).values())
    if not _sees_all(session, reader):
        held = posts_held(session, find_person(session, reader).id)
        own = {post.unit_id for post in held if post.kind is not PostKind.OFFICE}
        published = AssessmentState.PUBLISHED
        rows = [row for row in rows if row.unit_id in own and row.state is published]
    return _views(session, rows)


def score_of(session: Session, program: Program, unit: str, reader: str) -> Score:
    """The score of one unit.

    Raises:
        NotAllowed, PersonUnknown: ``reader`` is of another unit.
        AssessmentRefused: there is no such unit or no score; a unit sees it once published.
    """
    row = find_assessment(session, program, unit)
    person = find_person(session, reader)
    if not _sees_all(session, reader):
        number = session.scalars(select(Unit.id).where(Unit.name == unit)).one()
        if not holds_post_in(session, person, number):
            raise NotAllowed(f"{person.name}不在{unit}的岗位上，只能查看本单位的得分")
        if row is not None and row.state is not AssessmentState.PUBLISHED:
            row = None
    if row is None:
        raise AssessmentRefused(f"{unit}还没有送达的考核得分")
    return _views(session, [row])[0]


def find_assessment(session: Session, program: Program, unit: str) -> Assessment | None:
    """The unit's score that is not replaced.

    Raises:
        AssessmentRefused: no unit has this name.
    """
    number = session.scalar(select(Unit.id).where(Unit.name == unit))
    if number is None:
        raise AssessmentRefused(f"联系表中没有单位“{unit}”，请写全称")
    return in_force(session, program).get(number)


def _sees_all(session: Session, reader: str) -> bool:
    for role in (Role.OFFICE, Role.LEADER):
        try:
            acting(session, reader, role)
        except NotAllowed:
            continue
        return True
    return False


def _views(session: Session, rows: Sequence[Assessment]) -> list[Score]:
    units = {
        number: name
        for number, name in session.execute(
            select(Unit.id, Unit.name).where(Unit.id.in_([row.unit_id for row in rows]))
        )
    }
    tables = {
        table.version: table.title
        for table in session.scalars(
            select(ScoringVersion).where(
                ScoringVersion.version.in_({row.scoring_version for row in rows})
            )
        )
    }
    lines = lines_by_score(session, rows)
    days = _days(session, [line for group in lines.values() for line in group])
    objections = _objections(session, rows)
    return [
        _view(
            row,
            units[row.unit_id],
            tables[row.scoring_version],
            lines[row.id],
            days,
            objections[row.unit_id],
        )
        for row in rows
    ]


def _days(session: Session, lines: Sequence[ScoreLine]) -> dict[int, date]:
    """The day of each event that a line rests on."""
    numbers = {line.event_id for line in lines if line.event_id}
    query = select(JournalEvent.id, JournalEvent.at).where(JournalEvent.id.in_(numbers))
    return {number: local_day(at) for number, at in session.execute(query)}


def _objections(
    session: Session, rows: Sequence[Assessment]
) -> dict[int, list[AssessmentObjection]]:
    """What each unit has objected to on this list, whatever the version of its score."""
    found: dict[int, list[AssessmentObjection]] = defaultdict(list)
    query = (
        select(AssessmentObjection, Assessment.unit_id)
        .join(Assessment, Assessment.id == AssessmentObjection.assessment_id)
        .where(
            Assessment.program_id.in_({row.program_id for row in rows}),
            Assessment.unit_id.in_({row.unit_id for row in rows}),
        )
        .order_by(AssessmentObjection.id)
    )
    for objection, unit_id in session.execute(query):
        found[unit_id].append(objection)
    return found


def _view(
    row: Assessment,
    unit: str,
    table: str,
    lines: Sequence[ScoreLine],
    days: dict[int, date],
    objections: Sequence[AssessmentObjection],
) -> Score:
    places = {line.id: place for place, line in enumerate(lines, 1)}
    return Score(
        unit=unit,
        version=row.version,
        state=row.state,
        as_of=row.as_of,
        total=row.total,
        published_on=row.published_on,
        object_by=row.object_by,
        table=table,
        table_version=row.scoring_version,
        rows=tuple(
            ScoreRow(
                number=places[line.id],
                item=ScoreItem(line.item),
                points=line.points,
                text=line.text,
                event=line.event_id,
                on=days.get(line.event_id) if line.event_id else None,
            )
            for line in lines
        ),
        objections=tuple(
            Objected(
                number=o.id,
                line=places.get(o.line_id) if o.line_id else None,
                reason=o.reason,
                filed_on=o.filed_on,
                state=o.state,
                decided_on=o.decided_on,
                decision=o.decision,
            )
            for o in objections
        ),
    )
