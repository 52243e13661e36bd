"""拟稿: what the office changes in a circular or a proposal to summon before it is signed.

The sums and shares in its words are recomputed; what does not add up is refused, unless the office
says why it is right. Every change is kept as a version with its author, and a draft that had been
checked must be checked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.desk.issuing import TITLE_LENGTH, Desk
from engine.desk.people import acting
from engine.desk.transition import hold
from engine.errors import DubanError
from engine.notices.answering import chain_of, find_notice
from engine.reports.doubting import DoubtsFound, doubts_data
from engine.rules import arithmetic
from engine.rules.conditions import written
from engine.rules.drafts import DRAFT, DraftEvent
from engine.rules.honesty import Doubt
from engine.rules.steps import NoSuchStep, Role, StepFacts
from engine.rules.texts import too_long
from engine.rules.words import NoticeState
from engine.rules.zone import local_day
from engine.store.event_kinds import KINDS, EventKind
from engine.store.journal import Event, append
from engine.store.tables import Draft, DraftVersion, JournalEvent, Notice, Project

REMARK_LENGTH = 2000
ASK_LENGTH = 1000
STEPS = (EventKind.DRAFT_AMENDED, EventKind.DRAFT_CHECKED, EventKind.DRAFT_SENT_BACK)


class DraftRefused(DubanError):
    """这份拟稿现在不能办理。"""


@dataclass(frozen=True, slots=True)
class Wording:
    """What the office may change; None leaves it as it is.

    Attributes:
        remark: a paragraph of the office; empty for none.
        ask: what is asked for; empty for what the policy asks for.
    """

    title: str | None = None
    remark: str | None = None
    ask: str | None = None


def amend(
    desk: Desk, number: int, wording: Wording, by: str, confirmed: str = "", seen: int = 0
) -> Notice:
    """Change the words of a draft.

    Args:
        confirmed: why figures in the words that do not go together are right.
        seen: the version that the writer had before them; another one is not overwritten.

    Raises:
        NoticeUnknown, PersonUnknown, NotAllowed: see there; ``by`` is of the office.
        DraftRefused: it is no draft, somebody else wrote meanwhile, a text is too long, or
            nothing is changed.
        DoubtsFound: shares or sums in the words are wrong, and no reason is given.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    notice, draft = open_draft(desk, number, DraftRefused, seen)
    before = _words_of(notice)
    given = {k: " ".join(v.split()) for k, v in asdict(wording).items() if v is not None}
    after, confirmed = before | given, confirmed.strip()
    doubts = arithmetic.doubts("\n".join(after.values()))
    _refuse(list(_faults(before, after)), () if confirmed else doubts)
    take(desk, notice, draft, DraftEvent.AMEND, Role.OFFICE, StepFacts())
    first = versions_of(desk.session, number)[0]
    notice.title, notice.remark, notice.ask = after["title"], after["remark"], after["ask"]
    notice.retitled = notice.title != first.title
    notice.remark_confirmed = confirmed if doubts else ""
    draft.checked_by, draft.checked_at, draft.public, draft.public_reason = "", None, None, ""
    draft.number += 1
    desk.session.add(
        DraftVersion(notice_id=number, number=draft.number, author=actor, at=desk.at, **after)
    )
    changed = {k: v for k, v in after.items() if v != before[k]}
    data = {
        "version": draft.number,
        "before": {name: before[name] for name in changed},
        "after": changed,
        "doubts": doubts_data([(doubt, notice.remark_confirmed) for doubt in doubts]),
    }
    record(desk, notice, EventKind.DRAFT_AMENDED, actor, data)
    return notice


def open_draft(
    desk: Desk, number: int, refusal: type[DubanError], seen: int | None = None
) -> tuple[Notice, Draft]:
    """A notice at the signing desk; others wait with it until the transaction ends.

    Args:
        seen: the version that somebody goes by; None for the latest.

    Raises:
        NoticeUnknown: there is none of this number.
        ProjectChanged: somebody has taken a step on its project since it was read.
        refusal: it is no draft, or not in the version seen; whoever decided or wrote is named.
    """
    notice = find_notice(desk.session, number)
    if notice.project_id is not None:
        hold(desk, desk.session.get_one(Project, notice.project_id))
    notice = find_notice(desk.session, number, lock=True)
    if notice.state is not NoticeState.DRAFT:
        who = f"（{notice.signed_by}）" if notice.signed_by else ""
        raise refusal(f"通知 {number} {notice.state.label}{who}，不是待签发的拟稿")
    draft = desk.session.get_one(Draft, number, populate_existing=True)
    if seen is not None and draft.number != seen:
        raise refusal(_written_meanwhile(desk.session, draft))
    return notice, draft


def take(
    desk: Desk, notice: Notice, draft: Draft, event: DraftEvent, role: Role, facts: StepFacts
) -> None:
    """Take a step at the signing desk.

    Raises:
        StepRefused: the table, the role or the guard refuses; where the table does, it is told
            who took the last step.
    """
    try:
        draft.state = DRAFT.take(draft.state, event, role, facts)
    except NoSuchStep as refusal:
        raise NoSuchStep(f"{refusal}{_told_last_step(desk.session, notice)}") from None


def record(desk: Desk, notice: Notice, kind: EventKind, actor: str, data: dict[str, Any]) -> None:
    """Write a step at the signing desk into the journal."""
    data = {"notice": notice.id, **data}
    append(desk.session, [Event(chain_of(notice), kind, desk.at, actor, data)])


def doubts_left(notice: Notice) -> tuple[Doubt, ...]:
    """The doubts about a draft's words for which nobody has given a reason."""
    if notice.remark_confirmed:
        return ()
    return arithmetic.doubts("\n".join(_words_of(notice).values()))


def versions_of(session: Session, number: int) -> Sequence[DraftVersion]:
    """The versions of a draft, the engine's own first."""
    return session.scalars(_VERSIONS, {"number": number}).all()


def _words_of(notice: Notice) -> dict[str, str]:
    return {"title": notice.title, "remark": notice.remark, "ask": notice.ask}


def _faults(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    if after == before:
        yield "没有改动；标题、补充说明、要求至少改一处"
    if not after["title"]:
        yield "标题不能为空"
    limits = (
        ("标题", "title", TITLE_LENGTH),
        ("补充说明", "remark", REMARK_LENGTH),
        ("要求", "ask", ASK_LENGTH),
    )
    for name, key, limit in limits:
        if fault := too_long(name, after[key], limit):
            yield fault


def _refuse(faults: Sequence[str], doubts: Sequence[Doubt]) -> None:
    if faults:
        told = "；".join((*faults, *(doubt.text for doubt in doubts)))
        raise DraftRefused(f"拟稿未修改：{told}")
    if doubts:
        raise DoubtsFound(doubts, "拟稿修改")


def _written_meanwhile(session: Session, draft: Draft) -> str:
    last = versions_of(session, draft.notice_id)[-1]
    said = f"“{last.remark}”" if last.remark else "空白"
    return (
        f"通知 {draft.notice_id} 现为第{last.number}版，由{last.author}修改，补充说明为{said}，"
        "请看过后再办理（改写请加 --replace）"
    )


def _told_last_step(session: Session, notice: Notice) -> str:
    kinds = [kind.value for kind in STEPS]
    events = session.scalars(_STEPS, {"chain": chain_of(notice), "kinds": kinds})
    last = next((event for event in events if event.data["notice"] == notice.id), None)
    if last is None:
        return ""
    return f"（{written(local_day(last.at))}{last.actor}已办理{KINDS[last.kind].label}）"


# The queries, built once.

_VERSIONS = (
    select(DraftVersion)
    .where(DraftVersion.notice_id == bindparam("number"))
    .order_by(DraftVersion.number)
)

_STEPS = (
    select(JournalEvent)
    .where(
        JournalEvent.chain == bindparam("chain"),
        JournalEvent.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(JournalEvent.seq.desc())
)
