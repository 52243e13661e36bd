"""改送: messages that wait for somebody who has left a post go to whom holds it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import and_, delete, exists, insert, or_, select

from engine.desk.issuing import Desk
from engine.rules.words import UNIT_POSTS, NoticeKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, program_chain, project_chain
from engine.store.statements import table_of
from engine.store.tables import (
    Delivery,
    DeliveryNotice,
    DeliveryState,
    Notice,
    Person,
    Post,
    ProjectUnit,
)

UNSENT = (DeliveryState.GATHERING, DeliveryState.QUEUED)


def readdress(desk: Desk, post: Post, before: Person, person: Person, actor: str) -> int:
    """Send what waits for the old holder of a post, as its holder, to the new one.

    A message that also carries what the old holder still answers for in another post is parted.

    Returns:
        How many messages changed hands, whole or in part.
    """
    waiting = desk.session.scalars(
        select(Delivery)
        .where(
            Delivery.person_id == before.id,
            Delivery.state.in_(UNSENT),
            Delivery.attempts == 0,
            Delivery.post_kind == post.kind,
        )
        .order_by(Delivery.id)
        .with_for_update()
    ).all()
    keeps = _keeps_another(desk, post, before)
    carried = _carried(desk, [row.id for row in waiting])
    moved: list[int] = []
    for row in waiting:
        numbers = carried[row.id]
        theirs = _of_post(desk, post, numbers) if keeps else numbers
        if not theirs:
            continue
        if len(theirs) == len(numbers):
            row.person_id, row.address = person.id, person.email
        else:
            _part(desk, row, theirs, post, person)
        moved += theirs
    desk.session.flush()
    _record(desk, moved, before, person, actor)
    return sum(1 for row in waiting if set(carried[row.id]) & set(moved))


def _record(desk: Desk, numbers: Sequence[int], before: Person, person: Person, actor: str) -> None:
    """The journal said to whom these notices were issued; it must say as well who gets them."""
    notices = desk.session.scalars(select(Notice).where(Notice.id.in_(numbers)).order_by(Notice.id))
    append(
        desk.session,
        [
            Event(
                project_chain(n.project_id) if n.project_id else program_chain(n.program_id),
                EventKind.READDRESSED,
                desk.at,
                actor,
                {"notice": n.id, "from": before.name, "to": person.name},
            )
            for n in notices
        ],
    )


def _keeps_another(desk: Desk, post: Post, person: Person) -> bool:
    """Whether the person answers for another post of this kind."""
    another = select(Post.id).where(
        Post.id != post.id,
        Post.kind == post.kind,
        or_(Post.holder_id == person.id, Post.deputy_id == person.id),
    )
    return desk.session.scalar(another.limit(1)) is not None


def _carried(desk: Desk, deliveries: Sequence[int]) -> dict[int, list[int]]:
    carried: dict[int, list[int]] = defaultdict(list)
    rows = desk.session.execute(
        select(DeliveryNotice.delivery_id, DeliveryNotice.notice_id)
        .where(DeliveryNotice.delivery_id.in_(deliveries))
        .order_by(DeliveryNotice.notice_id)
    )
    for delivery_id, notice_id in rows:
        carried[delivery_id].append(notice_id)
    return carried


def _of_post(desk: Desk, post: Post, numbers: Sequence[int]) -> list[int]:
    """Those of these notices that reached the person through this post."""
    if post.kind not in UNIT_POSTS:
        return list(numbers)
    supports = Notice.kind == NoticeKind.SUPPORT_NOTICE
    of_unit = exists().where(
        ProjectUnit.project_id == Notice.project_id,
        ProjectUnit.unit_id == post.unit_id,
        ProjectUnit.leads.is_(True) != supports,
    )
    is_about_unit = and_(Notice.unit_id == post.unit_id, ~supports)
    return list(
        desk.session.scalars(
            select(Notice.id)
            .where(Notice.id.in_(numbers), or_(is_about_unit, of_unit))
            .order_by(Notice.id)
        )
    )


def _part(desk: Desk, row: Delivery, theirs: Sequence[int], post: Post, person: Person) -> None:
    """Take some notices out of a message and into one of their own."""
    own = Delivery(
        key=f"{row.key}/post{post.id}/{person.id}",
        run_id=row.run_id,
        person_id=person.id,
        post_kind=post.kind,
        channel=row.channel,
        address=person.email,
        state=row.state,
        created_at=row.created_at,
        next_attempt_at=row.next_attempt_at,
    )
    desk.session.add(own)
    desk.session.flush()
    desk.session.execute(
        delete(DeliveryNotice).where(
            DeliveryNotice.delivery_id == row.id, DeliveryNotice.notice_id.in_(theirs)
        )
    )
    desk.session.execute(
        insert(table_of(DeliveryNotice)),
        [{"delivery_id": own.id, "notice_id": number} for number in theirs],
    )
