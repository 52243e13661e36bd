"""岗位无人: the office is told whom a sweep could not reach because nobody is in the post.

A post is told of once a week for each item or paper: a vacancy lasts, and an alarm that comes every
day is not read. The journal records each time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, select

from engine.desk.alarming import raise_alarms
from engine.desk.issuing import Desk, NoticeDraft
from engine.rules.alarms import Alarm, AlarmKind, alarms_from_data
from engine.rules.words import NoticeKind, PostKind
from engine.store.statements import rows, table_of
from engine.store.tables import Notice, Unit

NOBODY = "岗位无人，或者没有可用的邮箱"
NONE: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A notice that reached nobody: the whole list it belongs to, whose it is, and for whom."""

    program_id: int
    title: str
    unit: str
    posts: tuple[PostKind, ...]


ListAlarm = tuple[int, Alarm]
"""An alarm, and the list it belongs to."""


def find_empty_posts(
    desk: Desk,
    drafts: Sequence[NoticeDraft],
    vacancies: Iterable[Vacancy] = (),
    items: Mapping[int, str] = NONE,
) -> list[ListAlarm]:
    """The posts that were passed over, and the notices without a reader.

    Args:
        items: number and title of the items that drafts are about; a paper goes by its own title.
    """
    found = [
        (vacancy.program_id, _alarm(vacancy.title, vacancy.unit, post.label))
        for vacancy in vacancies
        for post in vacancy.posts
    ]
    for draft, unit in _passed_over(desk, drafts):
        instead = "、".join(f"{to.name}（{to.post_kind.label}）" for to in draft.recipients)
        title = items.get(draft.project_id or 0, draft.title)
        found += [
            (draft.program_id, _alarm(title, unit, post.label, instead)) for post in draft.missing
        ]
    return found


def tell_of_empty_posts(desk: Desk, found: Iterable[ListAlarm]) -> None:
    """Raise what was not told this week, in an order that no sharing of the work changes."""
    by_list: dict[int, list[Alarm]] = defaultdict(list)
    for program_id, alarm in found:
        by_list[program_id].append(alarm)
    for program_id, alarms in sorted(by_list.items()):
        told = set(_told_this_week(desk, program_id))
        alarms.sort(key=lambda alarm: (*_matter(alarm), alarm.instead), reverse=True)
        fresh = {_matter(a): a for a in alarms if _matter(a) not in told}
        raise_alarms(desk, program_id, list(reversed(fresh.values())))


def _passed_over(desk: Desk, drafts: Sequence[NoticeDraft]) -> list[tuple[NoticeDraft, str]]:
    """The notices with an empty post, with the names of their units. A draft that waits for its
    signature has reached nobody yet: the signature looks for its readers."""
    empty = [draft for draft in drafts if draft.missing and not draft.kind.is_criticism]
    if not empty:
        return []
    ids = sorted({draft.unit_id for draft in empty if draft.unit_id})
    names: dict[int, str] = {number: name for number, name in rows(desk.session, _NAMES, ids=ids)}
    return [(draft, names.get(draft.unit_id or 0, "")) for draft in empty]


def _alarm(title: str, unit: str, post: str, instead: str = "") -> Alarm:
    return Alarm(
        AlarmKind.NO_RECIPIENT, NOBODY, project=title, post=post, unit=unit, instead=instead
    )


def _told_this_week(desk: Desk, program_id: int) -> Iterator[tuple[str, str, str]]:
    monday = desk.day - timedelta(days=desk.day.weekday())
    for facts in rows(desk.session, _THIS_WEEK, program=program_id, since=monday).scalars():
        for alarm in alarms_from_data(facts):
            if alarm.what is AlarmKind.NO_RECIPIENT:
                yield _matter(alarm)


def _matter(alarm: Alarm) -> tuple[str, str, str]:
    return alarm.project, alarm.unit, alarm.post


# The queries, built once.

_NOTICE, _UNIT = table_of(Notice).c, table_of(Unit).c

_NAMES = select(_UNIT.id, _UNIT.name).where(_UNIT.id.in_(bindparam("ids", expanding=True)))

_THIS_WEEK = select(_NOTICE.facts).where(
    _NOTICE.program_id == bindparam("program"),
    _NOTICE.kind == NoticeKind.ALARM,
    _NOTICE.as_of >= bindparam("since"),
)
