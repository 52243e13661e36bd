"""考核异议: a unit contests its score, and somebody who did not make it decides."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.assessment.assessing import hold_program, line_of, lines_of, replace_score
from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, acting, find_person, holds_post_in
from engine.errors import DubanError
from engine.rules.assessments import (
    OBJECTION,
    AssessmentState,
    ObjectionEvent,
    ObjectionState,
    ScoreItem,
)
from engine.rules.conditions import written
from engine.rules.score_table import ScoreTable
from engine.rules.scoring import Line, with_floor
from engine.rules.steps import Role, StepFacts
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, program_chain, write
from engine.store.tables import (
    Assessment,
    AssessmentObjection,
    JournalEvent,
    Program,
    ScoreLine,
    ScoringVersion,
    Unit,
)


class ObjectionRefused(DubanError):
    """异议不能这样提出或处理。"""


def file_objection(
    desk: Desk, assessment: Assessment, by: str, reason: str, line: int | None = None
) -> AssessmentObjection:
    """提出异议, against one line of the unit's own score or against the whole.

    Args:
        line: the line's number as the unit sees it, from 1.

    Raises:
        NotAllowed, PersonUnknown: ``by`` holds no post in the unit.
        ObjectionRefused: not published, too late, no reason, no such line, or contested already;
            all that is wrong is named.
    """
    person = find_person(desk.session, by)
    if not holds_post_in(desk.session, person, assessment.unit_id):
        unit = desk.session.get_one(Unit, assessment.unit_id)
        raise NotAllowed(f"{person.name}不在{unit.name}的岗位上，只能对本单位的得分提出异议")
    program = desk.session.get_one(Program, assessment.program_id)
    hold_program(desk.session, program)
    desk.session.refresh(assessment)
    lines = lines_of(desk.session, assessment)
    contested = lines[line - 1] if line is not None and 1 <= line <= len(lines) else None
    faults = _faults(desk, assessment, reason, line, contested)
    if faults:
        raise ObjectionRefused("异议未受理：" + "；".join(faults))
    row = AssessmentObjection(
        assessment_id=assessment.id,
        line_id=contested.id if contested else None,
        reason=reason.strip(),
        filed_on=desk.day,
        filed_by=str(person.name),
        state=ObjectionState.FILED,
    )
    desk.session.add(row)
    desk.session.flush()
    data = {
        "objection": row.id,
        "unit": desk.session.get_one(Unit, assessment.unit_id).name,
        "version": assessment.version,
        "line": line,
        "reason": row.reason,
    }
    chain = program_chain(program.id)
    event = Event(chain, EventKind.ASSESSMENT_OBJECTED, desk.at, str(person.name), data)
    append(desk.session, [event])
    return row


def _faults(
    desk: Desk, assessment: Assessment, reason: str, line: int | None, contested: ScoreLine | None
) -> list[str]:
    faults = []
    if assessment.state is not AssessmentState.PUBLISHED or assessment.object_by is None:
        faults.append(f"这一版得分{assessment.state.label}，不能提出异议")
    elif desk.day > assessment.object_by:
        faults.append(f"异议须在{written(assessment.object_by)}前提出，现已逾期")
    if not reason.strip():
        faults.append("请写明理由")
    if line is not None and contested is None:
        faults.append(f"没有第{line}项，请用 duban assess show 查看得分项的序号")
    same = select(AssessmentObjection.filed_by).where(
        AssessmentObjection.assessment_id == assessment.id,
        AssessmentObjection.state == ObjectionState.FILED,
        AssessmentObjection.line_id == contested.id
        if contested
        else AssessmentObjection.line_id.is_(None),
    )
    first = desk.session.scalar(same.limit(1))
    if first:
        faults.append(f"{first}已提出同一异议，正在处理")
    return faults


def settle(
    desk: Desk,
    number: int,
    by: str,
    *,
    accept: bool,
    reason: str,
    points: Decimal | None = None,
) -> AssessmentObjection:
    """处理异议: accepted, a line that corrects the score is added and a new version is the unit's
    score at once; rejected, the score stands.

    Args:
        points: what the correction gives (or takes, negative); by default what the contested
            line took or gave, the other way round.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office, or made the score.
        ObjectionRefused: there is none of this number, it was settled, or the points are unclear.
        StepRefused: no reason.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    objection = _waiting(desk.session, number)
    assessment = desk.session.get_one(Assessment, objection.assessment_id)
    if actor == assessment.made_by:
        raise NotAllowed(f"这次评分由{actor}所作，异议须由督查室其他人员处理")
    event = ObjectionEvent.ACCEPT if accept else ObjectionEvent.REJECT
    target = OBJECTION.take(objection.state, event, Role.OFFICE, StepFacts(reason=reason))
    contested = desk.session.get(ScoreLine, objection.line_id) if objection.line_id else None
    given = _points(accept, points, contested)
    objection.state, objection.decided_on = target, desk.day
    objection.decided_by, objection.decision = actor, reason.strip()
    told = _record(desk, objection, assessment, contested, given)
    if given is not None:
        _correct(desk, objection, assessment, given, told)
    return objection


def _waiting(session: Session, number: int) -> AssessmentObjection:
    """The objection, held until the transaction ends."""
    found = session.get(AssessmentObjection, number)
    if found is None:
        raise ObjectionRefused(f"没有编号为 {number} 的考核异议，请用 duban assess list 查看")
    assessment = session.get_one(Assessment, found.assessment_id)
    hold_program(session, session.get_one(Program, assessment.program_id))
    session.refresh(found)
    if found.state is not ObjectionState.FILED:
        raise ObjectionRefused(f"考核异议 {number} 已由{found.decided_by}处理：{found.state.label}")
    return found


def _points(accept: bool, points: Decimal | None, contested: ScoreLine | None) -> Decimal | None:
    """What an accepted objection changes; None when it is rejected."""
    if not accept:
        if points is not None:
            raise ObjectionRefused("异议不成立的，得分不变，不能写更正的分数")
        return None
    given = -contested.points if points is None and contested is not None else points
    if given is None:
        raise ObjectionRefused("对总分的异议成立的，请用 --points 写明更正几分")
    if not given.is_finite() or not given:
        raise ObjectionRefused("更正的分数不能为0，请用 --points 写明更正几分")
    return given


def _record(
    desk: Desk,
    objection: AssessmentObjection,
    assessment: Assessment,
    contested: ScoreLine | None,
    points: Decimal | None,
) -> int:
    """Tell the journal now: the correcting line rests on this event. Returns its number."""
    data = {
        "objection": objection.id,
        "unit": desk.session.get_one(Unit, assessment.unit_id).name,
        "version": assessment.version,
        "accepted": points is not None,
        "reason": objection.decision,
        "points": None if points is None else format(points, "f"),
        "corrects": contested.event_id if contested else None,
    }
    chain = program_chain(assessment.program_id)
    kind = EventKind.ASSESSMENT_SETTLED
    append(desk.session, [Event(chain, kind, desk.at, objection.decided_by, data)])
    write(desk.session)
    latest = select(func.max(JournalEvent.id)).where(
        JournalEvent.chain == chain, JournalEvent.kind == kind.value
    )
    return desk.session.execute(latest).scalar_one()


def _correct(
    desk: Desk, objection: AssessmentObjection, before: Assessment, points: Decimal, event: int
) -> None:
    """The next version, with the correction; it is the unit's score from now on."""
    kept = desk.session.get_one(ScoringVersion, before.scoring_version)
    table = ScoreTable.from_data(kept.content)
    rows = lines_of(desk.session, before)
    text = f"异议{objection.id}成立：{objection.decision}"
    correction = Line(ScoreItem.CORRECTION, points, text, event)
    lines = with_floor((*map(line_of, rows), correction), table)
    program = desk.session.get_one(Program, before.program_id)
    row = replace_score(desk, program, before.unit_id, lines, table, before.made_by, before)
    limit = desk.rulebook.policy.limits.score_objection.limit
    row.as_of, row.state = before.as_of, AssessmentState.PUBLISHED
    row.published_on = desk.day
    row.object_by = desk.rulebook.calendar.apply(desk.day, limit)
    _carry_over(desk.session, rows, before, row)


def _carry_over(
    session: Session, rows: list[ScoreLine], before: Assessment, after: Assessment
) -> None:
    """Objections that still wait are about the new version, line by line."""
    session.flush()
    lines = lines_of(session, after)
    waiting = session.scalars(
        select(AssessmentObjection).where(
            AssessmentObjection.assessment_id == before.id,
            AssessmentObjection.state == ObjectionState.FILED,
        )
    ).all()
    places = {line.id: place for place, line in enumerate(rows)}
    for objection in waiting:
        values: dict[str, int | None] = {"assessment_id": after.id}
        if objection.line_id is not None:
            values["line_id"] = lines[places[objection.line_id]].id
        session.execute(
            update(AssessmentObjection)
            .where(AssessmentObjection.id == objection.id)
            .values(**values)
        )
