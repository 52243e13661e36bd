"""送达告警: the office is told what did not arrive; "no recipient" is an alarm, not silence
(design §5, rule 5).

Alarms are gathered: a sweep's go into one notice, those between sweeps into one that leaves an
hour after its first. What has not left yet takes in what comes next, so that ten failures of a
morning make one letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update

from engine.desk.issuing import TITLE_LENGTH, Desk, NoticeDraft, issue
from engine.desk.outbox import INBOX
from engine.rules.alarms import Alarm, alarm_to_data, alarms_from_data, heading, reason_of
from engine.rules.facts import moment_to_data
from engine.rules.hours import next_sending_time
from engine.rules.periods import moment_of
from engine.rules.words import Cadence, NoticeKind, PostKind, Stage
from engine.store.directory import load_directory
from engine.store.journal import program_chain
from engine.store.statements import rows, table_of
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice, Program

RULE = "alarm"
GATHERS_FOR = timedelta(hours=1)


def raise_alarms(desk: Desk, program_id: int, alarms: Sequence[Alarm]) -> None:
    """Tell the office, in the caller's transaction, what of one year's list did not arrive.

    What is known already is not told again. When the office has nobody who can be reached, the
    notice is kept all the same, and the journal says so.
    """
    if not alarms:
        return
    # Of two who raise alarms at once, the second adds to the notice of the first.
    desk.session.flush()
    desk.session.execute(_LOCKED, {"program": program_id})
    notice = _open_notice(desk, program_id)
    if notice is None:
        _issue(desk, program_id, list(dict.fromkeys(alarms)))
        return
    told = alarms_from_data(notice.facts)
    _rewrite(notice, list(dict.fromkeys((*told, *alarms))))


def _open_notice(desk: Desk, program_id: int) -> Notice | None:
    """The last alarm of the list and run, if no message of it has left or is about to."""
    last = desk.session.scalars(
        _LAST, {"program": program_id, "run": desk.run.id if desk.run else None}
    ).first()
    if last is None:
        return None
    wanted = {"notice": last.id}
    waiting = rows(desk.session, _WAITING, **wanted).all()
    mails = desk.session.scalar(_MAILS, wanted)
    return last if waiting and len(waiting) == mails else None


def _issue(desk: Desk, program_id: int, alarms: Sequence[Alarm]) -> None:
    number = desk.session.scalar(_COUNT, {"program": program_id})
    directory = load_directory(desk.session, desk.day, ())
    draft = NoticeDraft(
        key=f"g{program_id}/{RULE}/{number}",
        kind=NoticeKind.ALARM,
        stage=Stage.DURING,
        rule=RULE,
        occurrence=str(number),
        reason=reason_of(alarms),
        program_id=program_id,
        chain=program_chain(program_id),
        title=heading(alarms),
        facts={
            "moment": moment_to_data(moment_of(Cadence.DAILY, desk.day)),
            "decision": {"texts": [], "audience": [PostKind.OFFICE.value]},
            **_told(alarms),
        },
        recipients=directory.office,
        missing=() if directory.office else (PostKind.OFFICE,),
    )
    issue(desk, [draft])
    if desk.run is None:
        hours, calendar = desk.rulebook.policy.hours, desk.rulebook.calendar
        leave_at = next_sending_time(desk.at + GATHERS_FOR, hours, calendar)
        desk.session.execute(_PUT_OFF, {"its_key": draft.key, "leave_at": leave_at})


def _rewrite(notice: Notice, alarms: Sequence[Alarm]) -> None:
    notice.facts = {**notice.facts, **_told(alarms)}
    notice.title, notice.reason = heading(alarms)[:TITLE_LENGTH], reason_of(alarms)


def _told(alarms: Sequence[Alarm]) -> dict[str, Any]:
    return {"alarms": [alarm_to_data(alarm) for alarm in alarms]}


# The statements, built once.

_NOTICE, _DELIVERY, _CARRIED = table_of(Notice).c, table_of(Delivery).c, table_of(DeliveryNotice).c
_RUN = bindparam("run", type_=_NOTICE.run_id.type)

_LOCKED = (
    select(Program.id).where(Program.id == bindparam("program")).with_for_update(key_share=True)
)

_LAST = (
    select(Notice)
    .where(
        Notice.program_id == bindparam("program"),
        Notice.kind == NoticeKind.ALARM,
        or_(Notice.run_id == _RUN, Notice.run_id.is_(None) & _RUN.is_(None)),
    )
    .order_by(Notice.id.desc())
    .limit(1)
    .execution_options(populate_existing=True)
)

_ITS_MAILS = (
    _CARRIED.notice_id == bindparam("notice"),
    _DELIVERY.id == _CARRIED.delivery_id,
    _DELIVERY.channel != INBOX,
)
_MAILS = select(func.count(_DELIVERY.id)).where(*_ITS_MAILS)

_WAITING = (
    select(_DELIVERY.id)
    .where(
        *_ITS_MAILS,
        _DELIVERY.state.in_((DeliveryState.GATHERING, DeliveryState.QUEUED)),
        _DELIVERY.message.is_(None),
    )
    .with_for_update(of=table_of(Delivery), skip_locked=True)
)
"""The mails of an alarm that are not written yet, and that no dispatcher is about to write;
none may take them while the alarm grows."""

_COUNT = select(func.count() + 1).where(
    _NOTICE.program_id == bindparam("program"), _NOTICE.kind == NoticeKind.ALARM
)

_PUT_OFF = (
    update(table_of(Delivery))
    .where(
        _DELIVERY.id.in_(
            select(_CARRIED.delivery_id)
            .join(table_of(Notice), _NOTICE.id == _CARRIED.notice_id)
            .where(_NOTICE.key == bindparam("its_key"))
        ),
        _DELIVERY.state == DeliveryState.QUEUED,
    )
    .values(next_attempt_at=bindparam("leave_at"))
)
