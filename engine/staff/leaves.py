"""离岗与销假: who is away, from which post and until when, so that deputies stand in (AB角)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, find_person, holds_post_in, is_of_office
from engine.errors import DubanError
from engine.rules.absences import Absence
from engine.rules.conditions import written
from engine.staff.standing_in import absence_of, uncovered
from engine.store.event_kinds import EventKind
from engine.store.journal import PEOPLE_CHAIN, Event, append
from engine.store.tables import JournalEvent, Leave, Person, Post, Unit

ONE_DAY = timedelta(days=1)


class LeaveRefused(DubanError):
    """离岗登记有误。"""


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """One absence as a list shows it; ``post`` is empty for all posts."""

    number: int
    person: str
    unit: str
    post: str
    starts_on: date
    ends_on: date | None
    reason: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A leave, and what to be careful of: posts in which nobody would stand in."""

    number: int
    warnings: tuple[str, ...]


def add(
    desk: Desk,
    name: str,
    first: date,
    last: date | None,
    by: str,
    *,
    post_id: int | None = None,
    reason: str = "",
) -> Recorded:
    """Record that somebody is away. From the first day on the deputies of their posts stand in.

    Args:
        last: the last day away; None until it is known.
        post_id: the post they are away from; None for all of them.

    Raises:
        PersonUnknown: nobody of that name, or ``by`` is nobody.
        NotAllowed: ``by`` is neither of the office, nor of the person's unit, nor the person; or
            would gain the authority to sign by it.
        LeaveRefused: the dates or the post are wrong, or it is recorded already; all is named.
    """
    person = _locked(desk, name)
    actor = _recorder(desk, person, by)
    held = _posts_of(desk, person)
    wanted = Absence(first, last, post_id)
    faults = [*_faults_of_dates(desk, wanted), *_faults_of_post(person, held, post_id)]
    faults += _overlaps(desk, person, wanted)
    if faults:
        raise LeaveRefused("离岗未登记：" + "；".join(faults))
    row = Leave(
        person_id=person.id,
        post_id=post_id,
        starts_on=first,
        ends_on=last,
        reason=reason.strip(),
        recorded_by=actor,
    )
    desk.session.add(row)
    desk.session.flush()
    _record(desk, EventKind.LEAVE_SET, actor, row, person)
    concerned = [post for post in held if wanted.concerns(post.id)]
    return Recorded(row.id, tuple(uncovered(desk, concerned, first)))


def end(desk: Desk, number: int, by: str, back_on: date | None = None) -> None:
    """销假: the person is back; a leave that has not begun by then is dropped.

    Args:
        back_on: the first day back; today when not given.

    Raises:
        PersonUnknown: ``by`` is nobody.
        NotAllowed: as for ``add``.
        LeaveRefused: there is no such leave (any more), or it ends before that day anyway.
    """
    back = back_on or desk.day
    row = desk.session.scalars(
        select(Leave).where(Leave.id == number).with_for_update()
    ).one_or_none()
    if row is None:
        raise LeaveRefused(f"没有编号为 {number} 的离岗登记{_ended_by(desk, number, None)}")
    if row.ends_on is not None and row.ends_on < back:
        who = _ended_by(desk, number, row.starts_on)
        raise LeaveRefused(f"离岗登记 {number} 到{written(row.ends_on)}为止{who}，无需销假")
    person = desk.session.get_one(Person, row.person_id)
    actor = _recorder(desk, person, by)
    row.ends_on = max(back - ONE_DAY, row.starts_on)
    _record(desk, EventKind.LEAVE_ENDED, actor, row, person, back=back)
    if back <= row.starts_on:
        desk.session.delete(row)
    desk.session.flush()


def leave_lines(desk: Desk, *, all_: bool = False) -> list[LeaveLine]:
    """The absences of today and to come, or all of them, by their first day."""
    query = (
        select(Leave, Person.name, Unit.name, Post.title)
        .join(Person, Leave.person_id == Person.id)
        .join(Unit, Person.unit_id == Unit.id)
        .outerjoin(Post, Leave.post_id == Post.id)
        .order_by(Leave.starts_on, Leave.id)
    )
    if not all_:
        query = query.where(or_(Leave.ends_on.is_(None), Leave.ends_on >= desk.day))
    return [
        LeaveLine(
            number=leave.id,
            person=name,
            unit=unit,
            post=title or "",
            starts_on=leave.starts_on,
            ends_on=leave.ends_on,
            reason=leave.reason,
            recorded_by=leave.recorded_by,
        )
        for leave, name, unit, title in desk.session.execute(query)
    ]


def _locked(desk: Desk, name: str) -> Person:
    """The person; others wait who want to record something of theirs."""
    number = find_person(desk.session, name).id
    return desk.session.scalars(select(Person).where(Person.id == number).with_for_update()).one()


def _recorder(desk: Desk, person: Person, by: str) -> str:
    """Who may record it. Nobody gains the authority to sign by sending the holder on leave."""
    actor = find_person(desk.session, by)
    own = actor.id == person.id
    of_unit = holds_post_in(desk.session, actor, person.unit_id)
    if not (own or of_unit or is_of_office(desk.session, actor)):
        raise NotAllowed(f"{actor.name}不是督查室或{person.name}所在单位的人员，不能登记")
    gains = select(Post.id).where(
        Post.may_sign.is_(True), Post.holder_id == person.id, Post.deputy_id == actor.id
    )
    if desk.session.scalar(gains.limit(1)) is not None:
        raise NotAllowed(f"{actor.name}是{person.name}签发岗位的B角，须由本人或督查室其他人员登记")
    return str(actor.name)


def _posts_of(desk: Desk, person: Person) -> list[Post]:
    mine = or_(Post.holder_id == person.id, Post.deputy_id == person.id)
    return list(desk.session.scalars(select(Post).where(mine).order_by(Post.id)))


def _faults_of_dates(desk: Desk, wanted: Absence) -> Iterator[str]:
    if wanted.last is None:
        return
    if wanted.last < wanted.first:
        yield f"结束日期{written(wanted.last)}早于开始日期{written(wanted.first)}"
    elif wanted.last < desk.day:
        yield f"{wanted.text}已经过去，无需登记"


def _faults_of_post(person: Person, held: list[Post], post_id: int | None) -> Iterator[str]:
    if post_id is not None and post_id not in [post.id for post in held]:
        known = "、".join(f"{post.id}（{post.title}）" for post in held) or "无"
        yield f"{person.name}不在岗位 {post_id} 上，其岗位有：{known}"


def _overlaps(desk: Desk, person: Person, wanted: Absence) -> Iterator[str]:
    query = select(Leave).where(Leave.person_id == person.id)
    for leave in desk.session.scalars(query.order_by(Leave.starts_on, Leave.id)):
        known = absence_of(leave)
        if known.concerns(wanted.post_id) and wanted.common_days(known):
            yield (
                f"{person.name}{known.text}离岗已由{leave.recorded_by}登记"
                f"（编号 {leave.id}），日期重叠"
            )


def _ended_by(desk: Desk, number: int, starts_on: date | None) -> str:
    """Who has recorded the end of a leave, as a clause; empty when nobody has."""
    events = desk.session.execute(
        select(JournalEvent.actor, JournalEvent.data)
        .where(
            JournalEvent.chain == PEOPLE_CHAIN,
            JournalEvent.kind == EventKind.LEAVE_ENDED.value,
        )
        .order_by(JournalEvent.seq.desc())
    )
    for actor, data in events:
        is_it = starts_on is None or data["from"] == starts_on.isoformat()
        if data["leave"] == number and is_it:
            return f"，{actor}已办理销假"
    return ""


def _record(
    desk: Desk, kind: EventKind, actor: str, row: Leave, person: Person, **more: date
) -> None:
    data = {
        "leave": row.id,
        "person": person.name,
        "post": row.post_id,
        "from": row.starts_on.isoformat(),
        "to": row.ends_on.isoformat() if row.ends_on else None,
        "reason": row.reason,
    }
    data |= {name: day.isoformat() for name, day in more.items()}
    append(desk.session, [Event(PEOPLE_CHAIN, kind, desk.at, actor, data)])
