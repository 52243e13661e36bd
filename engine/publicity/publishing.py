"""公示: the office reviews the state of a list and publishes it; the public may then object.

A publication is kept as it was shown. Its key makes a repeat change nothing; what is different in
the same month is a further one that says what has changed. (政府信息公开条例 arts. 17, 26.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.errors import DubanError
from engine.publicity.privacy import private_words
from engine.publicity.public_notices import WaitingNotice, waiting_notices
from engine.publicity.reading import public_state
from engine.rules.public_changes import differences, same_item
from engine.rules.public_facts import (
    Correction,
    PublicState,
    notice_to_data,
    state_from_data,
    state_to_data,
)
from engine.rules.steps import Role
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, program_chain
from engine.store.statements import table_of
from engine.store.tables import Program, Publication


class PublicationRefused(DubanError):
    """现在不能公示。"""


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing a list.

    Attributes:
        state: the publication in force.
        is_new: whether it was made now; otherwise nothing had changed since it was.
        notices: the signed notices published now.
    """

    state: Publication
    is_new: bool
    notices: tuple[Publication, ...]


def publish(desk: Desk, program: Program, by: str, confirmed: str = "") -> Published:
    """Publish a list as it now stands, and what was signed for the public since the last time.

    Args:
        confirmed: why names that occur in it are not those of persons, or may be public.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        PublicationRefused: the list is empty, or names or addresses of persons occur in it; every
            place is named.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    hold_list(desk.session, program)
    state = public_state(desk, program)
    if not state.projects:
        raise PublicationRefused(f"《{program.title}》还没有实事项目，没有可以公示的内容")
    last = latest(desk.session, program)
    fresh = news(state, last)
    waiting = waiting_notices(desk.session, program)
    sure = _reviewed(desk.session, contents(fresh, waiting), confirmed)
    row = _keep(desk, program, fresh, last, actor, sure) if fresh else last
    if row is None:
        raise TypeError("what has no publication before it is news")
    made = tuple(_keep_notice(desk, program, notice, actor, sure) for notice in waiting)
    return Published(row, fresh is not None, made)


def correct(
    desk: Desk,
    program: Program,
    correction: Correction,
    before: Publication,
    actor: str,
    confirmed: str,
) -> Publication:
    """更正: publish the list anew with what an objection was right in. The caller holds the list.

    Raises:
        PublicationRefused: the item stands as it was published in ``before``, so that nothing is
            corrected; or names of persons occur in what would be published.
    """
    state = public_state(desk, program)
    item, was = state.project(correction.code), kept_state(before).project(correction.code)
    if item and was and same_item(was, item):
        raise PublicationRefused(
            f"{correction.code} 的数据与公示时一样，还没有更正。请先由责任单位更正填报，"
            "或办理有关事项，再认定属实；系统随即公示更正"
        )
    last = latest(desk.session, program)
    changed = differences(kept_state(last), state) if last else ()
    state = replace(state, changed=changed, corrections=(correction,))
    sure = _reviewed(desk.session, contents(state, ()), confirmed)
    return _keep(desk, program, state, last, actor, sure)


def hold_list(session: Session, program: Program) -> None:
    """Let others who publish this list or handle objections to it wait until the transaction
    ends."""
    session.execute(_HELD, {"program": program.id})


def latest(session: Session, program: Program) -> Publication | None:
    """The publication of the list that is in force."""
    return session.scalars(_STATES, {"program": program.id}).first()


def kept_state(row: Publication) -> PublicState:
    """The list as it was shown."""
    return state_from_data(row.content)


def news(state: PublicState, last: Publication | None) -> PublicState | None:
    """The state with what is different from the last publication; None for nothing in the same
    month, for a new month is published even when it is like the last."""
    if last is None:
        return state
    changed = differences(kept_state(last), state)
    if not changed and last.key.startswith(_period_key(state, last.program_id)):
        return None
    return replace(state, changed=changed)


def _period_key(state: PublicState, program_id: int) -> str:
    return f"progress:{program_id}:{state.day:%Y-%m}"


def contents(state: PublicState | None, notices: Sequence[WaitingNotice]) -> dict[str, Any]:
    """What would be published as JSON values: each item by its code, each notice by its number."""
    told = {f"通知{notice.number}": notice_to_data(notice.content) for notice in notices}
    if state is None:
        return told
    data = state_to_data(state)
    items = {item["code"]: item for item in data.pop("projects")}
    return {"清单": data, **items, **told}


def _reviewed(session: Session, shown: Mapping[str, Any], confirmed: str) -> str:
    """The reason for which private words are public; empty when there are none."""
    found = private_words(session, shown)
    if found and not confirmed.strip():
        raise PublicationRefused(
            f"未公示：内容中有通讯录里的姓名或邮箱：{'；'.join(found)}。请先更正；"
            "经核对不是人名的，用 --confirm 写明理由"
        )
    return confirmed.strip() if found else ""


def _keep(
    desk: Desk,
    program: Program,
    state: PublicState,
    last: Publication | None,
    actor: str,
    sure: str,
) -> Publication:
    key = _period_key(state, program.id)
    number = revision_of(last.key) + 1 if last and last.key.startswith(key) else 1
    row = Publication(
        key=key if number == 1 else f"{key}:{number}",
        program_id=program.id,
        title=f"{state.program}办理进展（{state.day.year}年{state.day.month}月）",
        content=state_to_data(state),
        published_at=desk.at,
        reviewed_by=actor,
        object_by=desk.rulebook.calendar.apply(
            desk.day, desk.rulebook.policy.publicity.object_within.limit
        ),
    )
    data = {
        "items": state.statistics.total.total,
        "changed": [item.code for item in state.changed],
        "corrects": [item.objection for item in state.corrections],
    }
    _record(desk, row, actor, sure, data)
    return row


def revision_of(key: str) -> int:
    """Which of its month a publication is, from 1."""
    parts = key.split(":")
    return int(parts[3]) if len(parts) > 3 else 1


def _keep_notice(
    desk: Desk, program: Program, notice: WaitingNotice, actor: str, sure: str
) -> Publication:
    row = Publication(
        key=notice.key,
        program_id=program.id,
        notice_id=notice.number,
        title=notice.content.title,
        content=notice_to_data(notice.content),
        published_at=desk.at,
        reviewed_by=actor,
    )
    _record(desk, row, actor, sure, {"notice": notice.number})
    return row


def _record(desk: Desk, row: Publication, actor: str, sure: str, data: dict[str, Any]) -> None:
    desk.session.add(row)
    desk.session.flush()
    told = {"key": row.key, "publication": row.id, **data}
    if row.object_by:
        told["object_by"] = row.object_by.isoformat()
    if sure:
        told["confirmed"] = sure
    chain = program_chain(row.program_id)
    append(desk.session, [Event(chain, EventKind.PUBLISHED, desk.at, actor, told)])


_HELD = (
    select(table_of(Program).c.id)
    .where(table_of(Program).c.id == bindparam("program"))
    .with_for_update()
)

_STATES = (
    select(Publication)
    .where(Publication.program_id == bindparam("program"), Publication.notice_id.is_(None))
    .order_by(Publication.id.desc())
    .limit(1)
)
"""The last publication of a list, not counting notices."""
