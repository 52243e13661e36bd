"""A dispatcher in a process of its own, for a test to kill: ``crash_worker.py DATABASE PORT``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from config.calendar_loader import load_calendar
from config.policy_loader import load_policy
from engine.rules.rulebook import Rulebook
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
rulebook = Rulebook(load_policy("default"), load_calendar(["national"]))
dispatch(Database(database), rulebook, [channel], compose, lambda: START, batch=4)
