"""How each channel fares, on both databases."""

from __future__ import annotations

from engine.store.tables import DeliveryState
from notifications.channel_lines import channel_lines

A, B, C = "a@duban.example", "b@duban.example", "c@duban.example"


def test_a_mail_that_bounced_counts_among_the_failed(outbox, clock):
    outbox.put(A, state=DeliveryState.SENT, sent_at=clock())
    outbox.put(B, state=DeliveryState.BOUNCED, sent_at=clock(), error="退信 5.1.1")
    outbox.put(C, state=DeliveryState.FAILED, error="550")
    with outbox.database.read() as session:
        [line] = channel_lines(session, ["email"], {}, clock())
    assert (line.sent, line.failed, line.waiting) == (1, 2, 0)
