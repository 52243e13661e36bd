"""A store whose outbox holds many letters, each with a notice that a real sweep has issued."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

from sqlalchemy import delete, func, insert, select, update

from benchmarks.seeding import DAY, at, copied, rulebook, seeded
from engine.desk.outbox import EMAIL
from engine.rules.words import Cadence, PostKind
from engine.store.database import Database
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice, Person, Post
from engine.sweeps.sweep import run_sweep
from notifications.compose import Composer
from notifications.links import Links
from notifications.message import Mailbox

NOW = at(DAY, time(10, 0))
SENDER = Mailbox("督查室", "ducha@example.gov.cn")


def now() -> datetime:
    """The clock of a dispatch that is measured."""
    return NOW


def composer() -> Composer:
    """One that has read no policy yet."""
    return Composer(SENDER, "example.gov.cn", Links("", ""))


def filled_outbox(folder: Path, letters: int) -> Path:
    """A store with so many letters waiting, none of them written yet."""
    path = folder / f"letters-{letters}.db"
    if path.exists():
        return path
    store = copied(seeded(folder, 2_000), path.stem)
    database = Database(f"sqlite:///{store}")
    moment = at(DAY)
    run_sweep(
        database, rulebook(), Cadence.DAILY, scheduled_at=moment, as_of=moment, now=lambda: moment
    )
    fill(database, letters)
    database.close()
    return path


def fill(database: Database, letters: int) -> None:
    """Let so many letters wait, each with a notice that was issued."""
    with database.begin() as session:
        session.execute(delete(DeliveryNotice))
        session.execute(delete(Delivery))
        contacts = session.execute(
            select(Notice.id, Person.id, Person.email)
            .join(Post, (Post.unit_id == Notice.unit_id) & (Post.kind == PostKind.CONTACT))
            .join(Person, Person.id == Post.holder_id)
            .order_by(Notice.id)
        ).all()
        chosen = [contacts[n % len(contacts)] for n in range(letters)]
        session.execute(
            insert(Delivery),
            [
                {
                    "id": number,
                    "key": f"letter:{number}",
                    "person_id": person,
                    "post_kind": PostKind.CONTACT,
                    "channel": EMAIL,
                    "address": address,
                    "state": DeliveryState.QUEUED,
                    "created_at": NOW,
                    "next_attempt_at": NOW,
                }
                for number, (_, person, address) in enumerate(chosen, 1)
            ],
        )
        session.execute(
            insert(DeliveryNotice),
            [
                {"delivery_id": number, "notice_id": notice}
                for number, (notice, _, _) in enumerate(chosen, 1)
            ],
        )


def requeue(database: Database) -> None:
    """Let everything wait to be sent once more, as it was written the first time."""
    with database.begin() as session:
        session.execute(
            update(Delivery).values(state=DeliveryState.QUEUED, sent_at=None, attempts=0)
        )


def messages(database: Database) -> list[tuple[str, bytes]]:
    """The address and the bytes of every letter that is written."""
    with database.read() as session:
        rows = session.execute(
            select(Delivery.address, Delivery.message)
            .where(func.length(Delivery.message) > 0)
            .order_by(Delivery.id)
        )
        return [(address, message) for address, message in rows if message]
