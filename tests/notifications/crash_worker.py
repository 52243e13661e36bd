"""A dispatcher in a process of its own, for a test to kill: ``crash_worker.py DATABASE PORT``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from engine.store.database import Database
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import parse
from notifications.dispatch import dispatch
from notifications.message import Mailbox, build, message_id

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SENDER = Mailbox("督查室", "ducha@duban.example")


def compose(session, deliveries):
    return {
        row.id: build(
            message_id=message_id(row.key, "duban.example"),
            sender=SENDER,
            recipient=Mailbox("", row.address),
            subject="催办",
            text="催办",
            html="<p>催办</p>",
            date=row.created_at,
        )
        for row in deliveries
    }


database, port = sys.argv[1:]
channel = SmtpChannel(parse(f"smtp://127.0.0.1:{port}?starttls=no"), SENDER.address)
dispatch(Database(database), [channel], compose, lambda: START, batch=4)
