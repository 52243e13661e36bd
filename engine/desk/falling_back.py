"""改送: what could not be delivered to one post goes to the next that can be reached, and the
office is told (design §10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from engine.desk.alarming import raise_alarms
from engine.desk.issuing import ENGINE, Desk
from engine.desk.outbox import enqueue_instead
from engine.desk.undelivered import Situation, Undelivered, read_situation
from engine.rules.alarms import Alarm, AlarmKind
from engine.rules.words import Reason
from engine.store.directory import Recipient
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, program_chain, project_chain
from engine.store.statements import Found

Readers = Mapping[int, list[Recipient]]
"""Who gets a notice instead, by the notice's number."""


def fall_back(desk: Desk, failed: Sequence[Undelivered]) -> None:
    """Pass on what these messages carried, in the caller's transaction, and alarm the office.

    Who has a notice already, or is about to get it, gets no second one. Alarms are never passed
    on, and their failure raises none: it shows on the status page.
    """
    desk.session.flush()  # what is read next must know who has failed
    situation = read_situation(desk, [lost.row for lost in failed])
    alarms: dict[int, list[Alarm]] = defaultdict(list)
    instead, events = [], []
    for lost in failed:
        notices = situation.carried.get(lost.row.id, [])
        readers = {notice.id: situation.next_readers(lost, notice) for notice in notices}
        instead.append((lost.row, _unreached(situation, readers)))
        events += [_event(desk, situation, lost, n, readers[n.id]) for n in notices]
        for program_id, told in _by_program(notices).items():
            alarms[program_id].append(_alarm(situation, lost, told, readers))
    enqueue_instead(desk, instead)
    append(desk.session, events)
    for program_id in sorted(alarms):
        raise_alarms(desk, program_id, alarms[program_id])


def _unreached(situation: Situation, readers: Readers) -> list[tuple[int, Recipient]]:
    """The notices with those who are to get them, from now on counted as reached."""
    pairs = [
        (notice, to)
        for notice, people in readers.items()
        for to in people
        if (notice, to.person_id) not in situation.reached
    ]
    situation.reached.update((notice, to.person_id) for notice, to in pairs)
    return pairs


def _event(
    desk: Desk, situation: Situation, lost: Undelivered, notice: Found, readers: list[Recipient]
) -> Event:
    of_project = notice.project_id is not None
    return Event(
        project_chain(notice.project_id) if of_project else program_chain(notice.program_id),
        EventKind.FELL_BACK if readers else EventKind.NO_RECIPIENT,
        desk.at,
        ENGINE,
        {
            "notice": notice.id,
            "delivery": lost.row.id,
            "from": situation.reader(lost.row),
            "to": [to.name for to in readers],
            "reason": Reason.UNDELIVERED.value,
        },
    )


def _by_program(notices: Iterable[Found]) -> dict[int, list[Found]]:
    grouped: dict[int, list[Found]] = defaultdict(list)
    for notice in notices:
        grouped[notice.program_id].append(notice)
    return grouped


def _alarm(
    situation: Situation, lost: Undelivered, notices: Sequence[Found], readers: Readers
) -> Alarm:
    row, first = lost.row, notices[0]
    title = f"{first.kind.label}：{first.title}"
    people = dict.fromkeys(to for notice in notices for to in readers[notice.id])
    complete = all(readers[notice.id] for notice in notices)
    return Alarm(
        what=AlarmKind.UNDELIVERED,
        text=f"{lost.why}（{row.error}）",
        project=title if len(notices) == 1 else f"{title}等{len(notices)}件",
        person=situation.reader(row),
        post=row.post_kind.label if row.post_kind else "",
        unit=situation.unit(row, first),
        address=row.address if row.person_id else "",
        instead="、".join(f"{to.name}（{to.post_kind.label}）" for to in people) * complete,
        delivery=row.id,
    )
