"""考核: units are scored by a published table, told their own score, and may object to it.

Units only, never a person; lists stand in the order of the roster, never in an order of merit.
A new score replaces a draft silently and a published one only with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.errors import DubanError
from engine.rules.assessments import AssessmentState, ObjectionState, ScoreItem
from engine.rules.conditions import written
from engine.rules.score_table import ScoreTable
from engine.rules.scoring import Line, UnitFacts, score, total, with_floor
from engine.rules.steps import Role
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, program_chain, write
from engine.store.scored import load_scored
from engine.store.statements import insert_ignoring_doubles
from engine.store.tables import (
    Assessment,
    AssessmentObjection,
    JournalEvent,
    Program,
    ScoreLine,
    ScoringVersion,
    Unit,
)

IN_FORCE = (AssessmentState.DRAFT, AssessmentState.PUBLISHED)


class AssessmentRefused(DubanError):
    """考核不能这样办理。"""


def make(
    desk: Desk, program: Program, table: ScoreTable, by: str, reason: str = ""
) -> list[Assessment]:
    """评分: a draft for each lead unit whose score is new or has changed.

    Args:
        reason: why scores that were published already are to be replaced.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        AssessmentRefused: nothing has changed; published scores would be replaced without a
            reason, or while an objection to one waits; an item cannot be read. All are named.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    hold_program(desk.session, program)
    write(desk.session)
    scored = load_scored(desk.session, program.id, desk.day)
    if scored.faults:
        raise AssessmentRefused(f"有{len(scored.faults)}个事项的数据读不出来，先核对后再评分")
    present = in_force(desk.session, program)
    fresh = _what_is_new(desk, present, scored.units, table)
    _check(desk.session, present, fresh, reason)
    _keep_table(desk, table)
    made = [
        replace_score(desk, program, unit, lines, table, actor, present.get(unit))
        for unit, lines in fresh.items()
    ]
    names = _names(desk.session, fresh)
    data = {
        "table": table.version,
        "title": table.title,
        "scores": {names[row.unit_id]: format(row.total, "f") for row in made},
    }
    if reason.strip():
        data["reason"] = reason.strip()
    _record(desk, program, EventKind.ASSESSED, actor, data)
    return made


def publish(desk: Desk, program: Program, by: str, units: Sequence[str] = ()) -> list[Assessment]:
    """送达: each unit can see its own score from now on, and may object until ``object_by``.

    Args:
        units: names of those to be told; all that have a draft when empty.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        AssessmentRefused: a named unit has no draft, or there is none at all.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    hold_program(desk.session, program)
    present = in_force(desk.session, program)
    names = _names(desk.session, present)
    chosen = {unit: row for unit, row in present.items() if not units or names[unit] in units}
    faults = [f"“{name}”没有考核评分" for name in units if name not in names.values()]
    if units:
        faults += [_already(row, names) for row in chosen.values() if not _is_draft(row)]
    drafts = [row for row in chosen.values() if _is_draft(row)]
    if faults or not drafts:
        raise AssessmentRefused("未送达：" + ("；".join(faults) or "没有待送达的考核评分"))
    limit = desk.rulebook.policy.limits.score_objection.limit
    object_by = desk.rulebook.calendar.apply(desk.day, limit)
    for row in drafts:
        row.state, row.published_on = AssessmentState.PUBLISHED, desk.day
        row.object_by = object_by
        data = {
            "unit": names[row.unit_id],
            "version": row.version,
            "total": format(row.total, "f"),
            "object_by": object_by.isoformat(),
        }
        _record(desk, program, EventKind.ASSESSMENT_PUBLISHED, actor, data)
    return drafts


def hold_program(session: Session, program: Program) -> None:
    """Let others wait with the scores of this list until the transaction ends."""
    session.execute(select(Program.id).where(Program.id == program.id).with_for_update())


def in_force(session: Session, program: Program) -> dict[int, Assessment]:
    """The score of each unit that is not replaced, in the order of the roster."""
    rows = session.scalars(
        select(Assessment)
        .where(Assessment.program_id == program.id, Assessment.state.in_(IN_FORCE))
        .order_by(Assessment.unit_id, Assessment.version)
        .execution_options(populate_existing=True)
    )
    return {row.unit_id: row for row in rows}


def lines_of(session: Session, assessment: Assessment) -> list[ScoreLine]:
    """Its lines, in their order."""
    return lines_by_score(session, [assessment])[assessment.id]


def lines_by_score(
    session: Session, assessments: Iterable[Assessment]
) -> dict[int, list[ScoreLine]]:
    """The lines of each of these scores, in their order."""
    lines: dict[int, list[ScoreLine]] = {row.id: [] for row in assessments}
    query = select(ScoreLine).where(ScoreLine.assessment_id.in_(lines)).order_by(ScoreLine.id)
    for line in session.scalars(query):
        lines[line.assessment_id].append(line)
    return lines


def replace_score(
    desk: Desk,
    program: Program,
    unit: int,
    lines: Sequence[Line],
    table: ScoreTable,
    made_by: str,
    before: Assessment | None,
) -> Assessment:
    """Write a draft as the next version of a unit's score; the one before is replaced. The
    table of scores must be kept already.
    """
    if before is not None:
        before.state = AssessmentState.REPLACED
    row = Assessment(
        program_id=program.id,
        unit_id=unit,
        version=before.version + 1 if before else 1,
        scoring_version=table.version,
        as_of=desk.day,
        total=total(lines),
        state=AssessmentState.DRAFT,
        made_at=desk.at,
        made_by=made_by,
    )
    desk.session.add(row)
    desk.session.flush()
    desk.session.add_all(
        ScoreLine(
            assessment_id=row.id,
            item=line.item.value,
            points=line.points,
            text=line.text,
            event_id=line.event,
        )
        for line in lines
    )
    desk.session.flush()
    return row


def _what_is_new(
    desk: Desk, present: dict[int, Assessment], units: dict[int, UnitFacts], table: ScoreTable
) -> dict[int, tuple[Line, ...]]:
    """The lines of each unit whose score differs from the one it has."""
    fresh: dict[int, tuple[Line, ...]] = {}
    earlier = lines_by_score(desk.session, present.values())
    for unit, facts in units.items():
        lines, before = score(facts, table), present.get(unit)
        if before is not None:
            kept = [line_of(row) for row in earlier[before.id]]
            lines = with_floor((*lines, *_corrections(desk.session, kept, lines)), table)
            if before.scoring_version == table.version and tuple(kept) == lines:
                continue
        fresh[unit] = lines
    return fresh


def line_of(row: ScoreLine) -> Line:
    """The line as the rules know it."""
    return Line(ScoreItem(row.item), row.points, row.text, row.event_id)


def _corrections(session: Session, kept: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """What accepted objections have put right stays right, as long as what it corrects is there."""
    made = [line for line in kept if line.item is ScoreItem.CORRECTION]
    events = session.scalars(
        select(JournalEvent).where(JournalEvent.id.in_([line.event for line in made]))
    )
    corrected: dict[int | None, Any] = {event.id: event.data.get("corrects") for event in events}
    counted = {line.event for line in lines if line.points}
    return [line for line in made if corrected.get(line.event) in (None, *counted)]


def _check(
    session: Session, present: dict[int, Assessment], fresh: dict[int, Any], reason: str
) -> None:
    if not fresh:
        last = max(present.values(), key=lambda row: row.made_at, default=None)
        if last is None:
            raise AssessmentRefused("清单中没有牵头单位，无从评分")
        raise AssessmentRefused(
            f"与{last.made_by}在{written(last.as_of)}所作的评分相同，没有变化，未重复评分"
        )
    replaced = [present[u] for u in fresh if u in present and not _is_draft(present[u])]
    names = _names(session, [row.unit_id for row in replaced])
    if replaced and not reason.strip():
        units = "、".join(names.values())
        raise AssessmentRefused(f"{units}的得分已经送达，重新评分须用 --reason 写明理由")
    waiting = session.scalars(
        select(Assessment.unit_id)
        .join(AssessmentObjection, AssessmentObjection.assessment_id == Assessment.id)
        .where(
            Assessment.id.in_([row.id for row in replaced]),
            AssessmentObjection.state == ObjectionState.FILED,
        )
    ).all()
    if waiting:
        units = "、".join(names[unit] for unit in sorted(set(waiting)))
        raise AssessmentRefused(f"{units}的异议还没有处理，处理后才能重新评分")


def _is_draft(row: Assessment) -> bool:
    return row.state is AssessmentState.DRAFT


def _already(row: Assessment, names: dict[int, str]) -> str:
    day = written(row.published_on) if row.published_on else ""
    return f"{names[row.unit_id]}的得分已于{day}送达"


def _names(session: Session, units: Sequence[int] | dict[int, Any]) -> dict[int, str]:
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(units)).order_by(Unit.id))
    return {number: name for number, name in rows}


def _keep_table(desk: Desk, table: ScoreTable) -> None:
    desk.session.execute(
        insert_ignoring_doubles(desk.session, ScoringVersion).values(
            version=table.version,
            title=table.title,
            content=table.to_data(),
            first_used_at=desk.at,
        )
    )


def _record(
    desk: Desk, program: Program, kind: EventKind, actor: str, data: dict[str, Any]
) -> None:
    append(desk.session, [Event(program_chain(program.id), kind, desk.at, actor, data)])
