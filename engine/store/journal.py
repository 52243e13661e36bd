"""督办日志: the append-only record of everything, written in the transaction that it tells of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from engine.rules.words import Word
from engine.store import chain as links
from engine.store.chain import Fault
from engine.store.records import records
from engine.store.statements import table_of
from engine.store.tables import Checkpoint, JournalEvent, JournalHead

UNWRITTEN = "journal"
"""Where a session keeps the events that its transaction has yet to write."""

ROUTE = "route"
"""Where a session keeps by which way somebody acts in it; see ``by_way_of``."""

ENGINE_CHAIN = "engine"
"""The chain of what concerns no single program or project: policies, calendars, addresses."""

PEOPLE_CHAIN = "people"
"""The chain of who holds which post, and who is away."""


class EventKind(Word):
    """What an event tells."""

    PROGRAM_IMPORTED = "program_imported", "清单导入"
    PROJECT_REGISTERED = "project_registered", "立项"
    PROJECT_CHANGED = "project_changed", "事项变更"
    ASSIGNED = "assigned", "交办"
    RETURNED = "returned", "退回"
    SIGNED_FOR = "signed_for", "签收"
    REPORT_SUBMITTED = "report_submitted", "填报"
    MILESTONE_DONE = "milestone_done", "节点完成"
    DEADLINE_SET = "deadline_set", "时限设定"
    DEADLINE_MOVED = "deadline_moved", "时限调整"
    DEADLINE_MET = "deadline_met", "时限完成"
    LIGHT_CHANGED = "light_changed", "灯色变化"
    NOTICE_ISSUED = "notice_issued", "通知发出"
    NOTICE_DRAFTED = "notice_drafted", "通知拟稿"
    NOTICE_SIGNED = "notice_signed", "通知签发"
    NOTICE_DISMISSED = "notice_dismissed", "通知不予发出"
    NOTICE_CANCELLED = "notice_cancelled", "通知取消"
    NOTICE_ANSWERED = "notice_answered", "通知答复"
    NOTICES_SUPERSEDED = "notices_superseded", "通知被取代"
    NO_RECIPIENT = "no_recipient", "无收件人"
    EXTENSION_REQUESTED = "extension_requested", "延期申请"
    EXTENSION_REVIEWED = "extension_reviewed", "延期初审"
    EXTENSION_DECIDED = "extension_decided", "延期审批"
    SUSPENDED = "suspended", "暂停"
    RESUMED = "resumed", "恢复"
    EXEMPTED = "exempted", "免督"
    INSPECTED = "inspected", "督查"
    RECTIFICATION_OPENED = "rectification_opened", "限期整改"
    COMPLETION_REQUESTED = "completion_requested", "申请办结"
    SENT_BACK = "sent_back", "退回重办"
    CLOSED = "closed", "销号"
    REOPENED = "reopened", "重新办理"
    TERMINATED = "terminated", "终止"
    SET_ASIDE = "set_aside", "搁置"
    PROPOSAL_COLLECTED = "proposal_collected", "建议收集"
    PROPOSAL_MERGED = "proposal_merged", "建议合并"
    PROPOSAL_ASSESSED = "proposal_assessed", "建议评估"
    PROPOSAL_REVIEWED = "proposal_reviewed", "建议审议"
    PROPOSAL_ADOPTED = "proposal_adopted", "建议列入清单"
    PROPOSAL_DECLINED = "proposal_declined", "建议未采纳"
    MEETING_RECORDED = "meeting_recorded", "会议记录"
    BATCH_ADDED = "batch_added", "批次增补"
    BROKEN_DOWN = "broken_down", "任务分解"
    PLAN_SET = "plan_set", "倒排工期"
    REASSIGNED = "reassigned", "改派"
    PLAN_SUBMITTED = "plan_submitted", "实施方案报送"
    DRAFT_AMENDED = "draft_amended", "拟稿修改"
    CHANGED = "changed", "目标调整"
    HANDED_OVER = "handed_over", "交办事项登记"
    INSPECTION_PLANNED = "inspection_planned", "督查计划"
    INSPECTION_OPENED = "inspection_opened", "督查启动"
    INSPECTION_CANCELLED = "inspection_cancelled", "督查取消"
    EVIDENCE_ADDED = "evidence_added", "证据入库"
    RECHECKED = "rechecked", "复查"
    REVIEW_REQUESTED = "review_requested", "申请复核"
    REVIEW_DECIDED = "review_decided", "复核决定"
    REVIEW_WITHDRAWN = "review_withdrawn", "撤回复核申请"
    OPINION_RECEIVED = "opinion_received", "审议意见接收"
    OPINION_REPORTED = "opinion_reported", "办理情况报告"
    OPINION_EVALUATED = "opinion_evaluated", "满意度测评"
    ASSESSED = "assessed", "考核评分"
    ASSESSMENT_PUBLISHED = "assessment_published", "考核得分送达"
    ASSESSMENT_OBJECTED = "assessment_objected", "考核异议"
    ASSESSMENT_SETTLED = "assessment_settled", "考核异议处理"
    POST_HELD = "post_held", "岗位任职"
    DEPUTY_SET = "deputy_set", "AB角设定"
    READDRESSED = "readdressed", "未发通知改送"
    LEAVE_SET = "leave_set", "离岗登记"
    LEAVE_ENDED = "leave_ended", "销假"
    SWEEP_DONE = "sweep_done", "检查完成"
    SWEEP_SKIPPED = "sweep_skipped", "检查错过"
    POLICY_ADOPTED = "policy_adopted", "规则启用"
    CALENDAR_ADOPTED = "calendar_adopted", "日历启用"
    ADDRESS_DISABLED = "address_disabled", "地址停用"
    DELIVERY_FAILED = "delivery_failed", "发送失败"
    DELIVERY_BOUNCED = "delivery_bounced", "退信"
    FELL_BACK = "fell_back", "改送上一级岗位"
    LETTERS_HELD = "letters_held", "通知顺延或合并"
    ADDRESS_RESTORED = "address_restored", "地址恢复"
    SILENCE_SET = "silence_set", "暂缓提醒"
    SILENCE_LIFTED = "silence_lifted", "解除暂缓"
    DRAFT_CHECKED = "draft_checked", "核稿"
    DRAFT_SENT_BACK = "draft_sent_back", "拟稿退回"
    NUMBER_GIVEN = "number_given", "编发文号"
    NUMBER_VOIDED = "number_voided", "文号作废"
    DOCUMENT_MADE = "document_made", "公文生成"
    TEMPLATE_SET = "template_set", "模板修改"
    TEMPLATE_FAILED = "template_failed", "模板套印失败"
    FEED_RENEWED = "feed_renewed", "日历订阅地址更换"
    PUBLISHED = "published", "公示"
    PUBLIC_OBJECTION_RECEIVED = "public_objection_received", "公示异议受理"
    PUBLIC_OBJECTION_HANDLED = "public_objection_handled", "公示异议办理"


KINDS = {kind.value: kind for kind in EventKind}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        chain: whose history it belongs to; see ``project_chain`` and ``program_chain``.
        actor: the person, unit or part of the engine that did it, as users read it.
        data: plain JSON values; dates and figures are given as text.
    """

    chain: str
    kind: EventKind
    at: datetime
    actor: str
    data: Mapping[str, Any]


def project_chain(project_id: int) -> str:
    """The chain of one project."""
    return f"project:{project_id}"


def program_chain(program_id: int) -> str:
    """The chain of one year's list."""
    return f"program:{program_id}"


def proposals_chain(year: int) -> str:
    """The chain of the proposals and meetings on their way to one year's list."""
    return f"proposals:{year}"


def append(session: Session, events: Sequence[Event]) -> None:
    """Add events to the caller's transaction; they are written, in their order, when it ends.

    Raises:
        TypeError: an event's data holds something that is not plain JSON, such as a date.
        ValueError: a moment without a time zone.
    """
    route = session.info.get(ROUTE, {})
    told = [_told(event, route) for event in events]
    session.info.setdefault(UNWRITTEN, []).extend(told)


@contextmanager
def by_way_of(session: Session, route: Mapping[str, Any]) -> Iterator[None]:
    """Events added inside tell by which way they came, beside what they tell of themselves."""
    session.info[ROUTE] = dict(route)
    try:
        yield
    finally:
        del session.info[ROUTE]


def write(session: Session) -> None:
    """Write what was added. The store calls it once, as the last act of every transaction: one
    set of statements for all events, and locks that are held for a moment and in one order.

    Writers of one chain wait for each other; two that both begin a new chain at the same moment
    are told apart by its unique key, and the later one fails whole.

    Raises:
        IntegrityError: another transaction began the same chain at the same moment.
    """
    events: list[Event] = session.info.pop(UNWRITTEN, [])
    if not events:
        return
    session.flush()
    begun = _lock_heads(session, {event.chain for event in events})
    tips = dict(begun)
    rows = []
    for event, number in zip(events, _numbers(session, len(events)), strict=True):
        row = _linked(event, number, tips.get(event.chain, (0, links.GENESIS)))
        tips[event.chain] = (row["seq"], row["hash"])
        rows.append(row)
    session.execute(insert(_EVENTS), rows)
    _write_heads(session, begun, tips)


def checkpoint(session: Session, at: datetime, due: datetime | None = None) -> Checkpoint | None:
    """Cover the heads that have moved since the last checkpoint; None when none has, or when
    there has been one since the moment at which it was ``due``."""
    last = session.execute(_LAST_CHECKPOINT).one_or_none()
    if last is not None and due is not None and last.at >= due:
        return None
    write(session)
    moved = session.execute(_MOVED_HEADS).all()
    if not moved:
        return None
    record = {
        "seq": last.seq + 1 if last else 1,
        "at": links.moment(at),
        "heads": {head.chain: {"seq": head.seq, "hash": head.hash} for head in moved},
        "previous": last.hash if last else links.GENESIS,
    }
    row = {**record, "at": at, "hash": links.digest(record)}
    session.execute(_SEAL, row)
    session.execute(_COVER, [{"its_chain": head.chain, "its_seq": head.seq} for head in moved])
    return Checkpoint(**row)


def history(session: Session, chain: str) -> list[Event]:
    """The events of one chain, oldest first."""
    write(session)
    rows = session.scalars(
        select(JournalEvent).where(JournalEvent.chain == chain).order_by(JournalEvent.seq)
    )
    return [Event(row.chain, KINDS[row.kind], row.at, row.actor, row.data) for row in rows]


def verify(session: Session) -> list[Fault]:
    """All that is not as it was written. The session must be one consistent look."""
    write(session)
    return list(links.faults(records(session)))


def export(session: Session, stream: BinaryIO) -> int:
    """Write the journal as lines that ``chain.py`` verifies; returns the number of events.

    The same journal gives the same bytes. The session must be one consistent look.
    """
    write(session)
    events = 0
    stream.write(links.canonical(links.HEADER) + b"\n")
    for record in records(session):
        stream.write(links.canonical(record) + b"\n")
        events += record["record"] == "event"
    return events


def _told(event: Event, route: Mapping[str, Any]) -> Event:
    """The event as it will be read back: tuples as lists, all names as text."""
    links.moment(event.at)
    data = json.loads(json.dumps({**event.data, **route}, allow_nan=False))
    return replace(event, data=data)


def _linked(event: Event, number: int, tip: tuple[int, str]) -> dict[str, Any]:
    """The row of an event that follows the tip of its chain."""
    record = {
        "id": number,
        "chain": event.chain,
        "seq": tip[0] + 1,
        "at": links.moment(event.at),
        "kind": event.kind.value,
        "actor": event.actor,
        "data": event.data,
        "previous": tip[1],
    }
    return {**record, "at": event.at, "hash": links.digest(record)}


def _lock_heads(session: Session, chains: set[str]) -> dict[str, tuple[int, str]]:
    """The last event of each chain that has one, in an order that keeps writers from deadlock."""
    rows = session.execute(_LOCKED_HEADS, {"chains": sorted(chains)})
    return {row.chain: (row.seq, row.hash) for row in rows}


def _numbers(session: Session, count: int) -> list[int]:
    """The next row numbers. Hashes cover them, so that events of two chains cannot be swapped."""
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(_LAST_NUMBER) or 0
        return list(range(last + 1, last + 1 + count))
    sequence = func.pg_get_serial_sequence(JournalEvent.__tablename__, "id")
    numbers = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return sorted(session.scalars(numbers))


def _write_heads(
    session: Session, begun: Mapping[str, tuple[int, str]], tips: Mapping[str, tuple[int, str]]
) -> None:
    heads = [
        {"its_chain": chain, "its_seq": seq, "its_hash": tip} for chain, (seq, tip) in tips.items()
    ]
    moved = [head for head in heads if head["its_chain"] in begun]
    new = [head for head in heads if head["its_chain"] not in begun]
    if moved:
        session.execute(_MOVE_HEAD, moved)
    if new:
        session.execute(_BEGIN_CHAIN, new)


# The statements of every transaction, built once.

_EVENTS, _HEADS = table_of(JournalEvent), table_of(JournalHead)

_LOCKED_HEADS = (
    select(_HEADS.c.chain, _HEADS.c.seq, _HEADS.c.hash)
    .where(_HEADS.c.chain.in_(bindparam("chains", expanding=True)))
    .order_by(_HEADS.c.chain)
    .with_for_update()
)

_MOVED_HEADS = (
    select(_HEADS.c.chain, _HEADS.c.seq, _HEADS.c.hash)
    .where(_HEADS.c.seq > _HEADS.c.checkpointed_seq)
    .order_by(_HEADS.c.chain)
)

_COVER = (
    update(_HEADS)
    .where(_HEADS.c.chain == bindparam("its_chain"))
    .values(checkpointed_seq=bindparam("its_seq"))
)

_CHECKPOINT = table_of(Checkpoint).c
_SEAL = insert(table_of(Checkpoint))
_LAST_CHECKPOINT = (
    select(_CHECKPOINT.seq, _CHECKPOINT.at, _CHECKPOINT.hash)
    .order_by(_CHECKPOINT.seq.desc())
    .limit(1)
)

_LAST_NUMBER = select(func.max(_EVENTS.c.id))

_TIP: dict[str, Any] = {"seq": bindparam("its_seq"), "hash": bindparam("its_hash")}

_MOVE_HEAD = update(_HEADS).where(_HEADS.c.chain == bindparam("its_chain")).values(_TIP)

_BEGIN_CHAIN = insert(_HEADS).values(
    {"chain": bindparam("its_chain"), "checkpointed_seq": 0, **_TIP}
)
