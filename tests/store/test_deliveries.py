"""The states of a message are tied to its times by the database itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from engine.rules.words import PostKind
from engine.store.database import Database
from engine.store.tables import Delivery, DeliveryState, Person, Unit

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
S = DeliveryState

Put = Callable[..., None]


@pytest.fixture
def put(database: Database) -> Put:
    """Write one message, with these columns beside what every message has."""
    with database.begin() as session:
        session.add(Unit(name="市住建局"))
        session.flush()
        session.add(Person(unit_id=1, name="马晓明", email="ma@duban.example"))
        session.flush()
        session.add(Delivery(key="first", **_COMMON))

    def put(**columns: Any) -> None:
        with database.begin() as session:
            session.add(Delivery(**({"key": "second"} | _COMMON | columns)))

    return put


_COMMON: dict[str, Any] = {
    "person_id": 1,
    "post_kind": PostKind.CONTACT,
    "channel": "email",
    "address": "ma@duban.example",
    "state": S.QUEUED,
    "created_at": NOW,
    "next_attempt_at": NOW,
}

LAWFUL: list[dict[str, Any]] = [
    {"state": S.GATHERING},
    {"state": S.QUEUED, "error": "服务器答复 451"},
    {"state": S.SENDING, "lease_until": NOW, "message": b"mail"},
    {"state": S.SENT, "sent_at": NOW},
    {"state": S.BOUNCED, "sent_at": NOW, "error": "退信"},
    {"state": S.FAILED, "error": "服务器答复 550"},
    {"state": S.CANCELLED},
    {"state": S.MERGED, "merged_into": 1},
    {"person_id": None, "post_kind": None, "unit_id": 1},
]

UNLAWFUL: dict[str, tuple[str, dict[str, Any]]] = {
    "sending without a lease": ("sending_has_lease", {"state": S.SENDING, "message": b"mail"}),
    "a lease without sending": ("sending_has_lease", {"lease_until": NOW}),
    "sending what is not written": (
        "sending_has_message",
        {"state": S.SENDING, "lease_until": NOW},
    ),
    "sent at no time": ("sent_has_time", {"state": S.SENT}),
    "a time of sending, not sent": ("sent_has_time", {"sent_at": NOW}),
    "failed and sent": ("sent_has_time", {"state": S.FAILED, "error": "550", "sent_at": NOW}),
    "failed for no reason": ("failed_has_error", {"state": S.FAILED}),
    "bounced, never sent": ("sent_has_time", {"state": S.BOUNCED, "error": "退信"}),
    "bounced for no reason": ("bounced_has_error", {"state": S.BOUNCED, "sent_at": NOW}),
    "merged into nothing": ("merged_has_goal", {"state": S.MERGED}),
    "merged and waiting": ("merged_has_goal", {"merged_into": 1}),
    "a person in no post": ("person_has_post", {"post_kind": None}),
    "a post of nobody": ("person_has_post", {"person_id": None, "unit_id": 1}),
    "for nobody at all": ("has_reader", {"person_id": None, "post_kind": None}),
    "fewer attempts than none": ("attempts_counted", {"attempts": -1}),
}


@pytest.mark.parametrize("columns", LAWFUL, ids=lambda columns: str(columns.get("state", "group")))
def test_every_state_has_its_times(put: Put, columns: dict[str, Any]) -> None:
    put(**columns)


@pytest.mark.parametrize(("constraint", "columns"), UNLAWFUL.values(), ids=UNLAWFUL)
def test_no_state_has_the_times_of_another(
    put: Put, constraint: str, columns: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f"ck_deliveries_{constraint}"):
        put(**columns)


def test_no_key_is_used_twice(put: Put) -> None:
    with pytest.raises(IntegrityError):
        put(key="first")
