"""暂缓提醒: for a while an item, or all items of a unit, are left alone, for a reason that is kept.

What the policy never silences is issued all the same. Each silence ends: nothing is silenced
for longer than the policy's ``silences.at_most``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import bindparam, or_, select, update

from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.desk.transition import find_project, hold
from engine.errors import DubanError
from engine.lists.levels import find_unit
from engine.notices.silences import silence_numbered, silence_of
from engine.rules.conditions import written
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.silences import Silence
from engine.rules.steps import Role
from engine.rules.words import UNIT_CLOCKS, DeadlineState
from engine.store.event_kinds import EventKind
from engine.store.journal import PEOPLE_CHAIN, Event, append, project_chain
from engine.store.statements import table_of
from engine.store.tables import Deadline, Project, Unit
from engine.store.tables import Silence as SilenceRow


class SilenceRefused(DubanError):
    """不能暂缓提醒，或者不能解除。"""


def silence_item(desk: Desk, code: str, until: date, reason: str, by: str) -> Silence:
    """Silence one item until a day, that day included.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        ProjectUnknown, ProjectChanged: there is no such item, or a step was taken meanwhile.
        SilenceRefused: no reason, a wrong end, an item that is not supervised, or one that is
            silenced already; all faults are named, and who silenced it.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    project = find_project(desk, code)
    hold(desk, project)
    faults = list(_faults(desk, until, reason))
    if project.state not in OPEN_STATES:
        faults.append(f"事项处于“{project.state.label}”，不在督办之中")
    _refuse(faults, silence_of(desk.session, desk.day, project_id=project.id))
    return _set(desk, until, reason, actor, project_id=project.id)


def silence_unit(desk: Desk, name: str, until: date, reason: str, by: str) -> Silence:
    """Silence all items that a unit leads, alone or as the first, until a day.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        UnitUnknown: there is no such unit.
        SilenceRefused: no reason, a wrong end, or a unit that is silenced already.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    unit = find_unit(desk.session, name)
    desk.session.execute(_LOCKED_UNIT, {"unit": unit.id})
    _refuse(list(_faults(desk, until, reason)), silence_of(desk.session, desk.day, unit_id=unit.id))
    return _set(desk, until, reason, actor, unit_id=unit.id)


def lift(desk: Desk, number: int, by: str) -> Silence:
    """End a silence today. The ladders go on in the next daily check.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        SilenceRefused: there is none of this number, or it is over; who lifted it is named.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    row = desk.session.scalars(_LOCKED, {"number": number}).one_or_none()
    if row is None:
        raise SilenceRefused(f"没有暂缓号 {number}，请用 duban silence list 查看")
    silence = silence_numbered(desk.session, row.id)
    if not silence.holds_on(desk.day):
        raise SilenceRefused(f"暂缓提醒 {number} {ended(silence)}，无需解除")
    row.lifted_on, row.lifted_by = desk.day, actor
    desk.session.flush()
    _look_again(desk, row)
    _record(desk, EventKind.SILENCE_LIFTED, row, actor, {"silence": row.id})
    return silence_numbered(desk.session, row.id)


def ended(silence: Silence) -> str:
    """How a silence that is over ended."""
    if silence.lifted_on is not None:
        return f"已由{silence.lifted_by}于{written(silence.lifted_on)}解除"
    return f"已于{written(silence.ends_on)}到期"


def _faults(desk: Desk, until: date, reason: str) -> Iterator[str]:
    span = desk.rulebook.policy.silences.at_most.limit
    latest = desk.rulebook.calendar.apply(desk.day, span)
    if until < desk.day:
        yield f"结束日期{written(until)}已过，请填写今天或以后的日期"
    if until > latest:
        yield f"最长暂缓{span.text}，最晚到{written(latest)}；需要更长时间的，请申请延期或免督"
    if not reason.strip():
        yield "请写明理由"


def _refuse(faults: list[str], standing: Silence | None) -> None:
    if standing is not None:
        faults.append(
            f"已由{standing.author}暂缓至{written(standing.ends_on)}（暂缓号 {standing.number}），"
            "要改期的请先解除"
        )
    if faults:
        raise SilenceRefused("不能暂缓提醒：" + "；".join(faults))


def _set(desk: Desk, until: date, reason: str, actor: str, **subject: int) -> Silence:
    row = SilenceRow(
        **subject,
        reason=reason.strip(),
        author=actor,
        set_at=desk.at,
        starts_on=desk.day,
        ends_on=until,
    )
    desk.session.add(row)
    desk.session.flush()
    data = {"silence": row.id, "until": until.isoformat(), "reason": row.reason}
    _record(desk, EventKind.SILENCE_SET, row, actor, data)
    return silence_numbered(desk.session, row.id)


def _record(
    desk: Desk, kind: EventKind, row: SilenceRow, actor: str, data: dict[str, object]
) -> None:
    """In the item's chain; a unit's is that of the people's matters."""
    if row.project_id is not None:
        append(desk.session, [Event(project_chain(row.project_id), kind, desk.at, actor, data)])
        return
    unit = desk.session.get_one(Unit, row.unit_id)
    event = Event(PEOPLE_CHAIN, kind, desk.at, actor, {"unit": unit.name} | data)
    append(desk.session, [event])


def _look_again(desk: Desk, row: SilenceRow) -> None:
    """What was silenced may have something to say."""
    covered = {"project": row.project_id, "unit": row.unit_id, "day": desk.day}
    desk.session.execute(_LOOK_AGAIN, covered)


# The statements, built once.

_PROJECT, _UNIT, _DEADLINE = table_of(Project).c, table_of(Unit).c, table_of(Deadline).c
_SUBJECT = _PROJECT.id.type

_LOCKED = select(SilenceRow).where(SilenceRow.id == bindparam("number")).with_for_update()
_LOCKED_UNIT = select(_UNIT.id).where(_UNIT.id == bindparam("unit")).with_for_update()

_COVERED = select(_PROJECT.id).where(
    _PROJECT.state.in_(OPEN_STATES),
    or_(
        _PROJECT.id == bindparam("project", type_=_SUBJECT),
        _PROJECT.lead_unit_id == bindparam("unit", type_=_SUBJECT),
    ),
)
_LOOK_AGAIN = (
    update(table_of(Deadline))
    .where(
        _DEADLINE.project_id.in_(_COVERED),
        _DEADLINE.state == DeadlineState.PENDING,
        _DEADLINE.kind.in_(UNIT_CLOCKS),
    )
    .values(next_check_on=bindparam("day"))
)
