"""SIGKILL at each point of a dispatch: nothing is lost, and a repeat bears the same Message-ID."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import parse
from notifications.dispatch import dispatch
from tests.engine.builders import RULEBOOK

HERE = Path(__file__).parent
LETTERS = [f"u{number}@duban.example" for number in range(10)]


@pytest.mark.parametrize(
    ("point", "taken_before", "most_repeats"),
    [
        ("dispatch.leased:2", range(4, 5), 0),
        ("dispatch.accepted:6", range(6, 10), 4),
        ("dispatch.marked:1", range(1, 5), 3),
    ],
)
def test_a_killed_dispatch_loses_nothing_and_repeats_are_recognisable(
    outbox, compose, clock, office, serve, point, taken_before, most_repeats
):
    outbox.put(*LETTERS)
    port = serve()
    url = outbox.database.engine.url.render_as_string(hide_password=False)
    killed = subprocess.run(
        [sys.executable, HERE / "crash_worker.py", url, str(port)],
        env={**os.environ, "DUBAN_KILL_AT": point, "PYTHONPATH": str(HERE.parents[1])},
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(office.taken) in taken_before
    assert set(outbox.states().values()) != {"sent"}

    channel = SmtpChannel(parse(f"smtp://127.0.0.1:{port}?starttls=no"), "ducha@duban.example")
    dispatch(outbox.database, RULEBOOK, [channel], compose, clock)
    clock.forward(minutes=5)
    dispatch(outbox.database, RULEBOOK, [channel], compose, clock)

    assert set(outbox.states().values()) == {"sent"}
    assert set(office.addresses) == set(LETTERS)
    copies = Counter((address, mail["Message-ID"]) for address, mail in office.taken)
    assert len(copies) == len(LETTERS)
    assert len(office.taken) - len(LETTERS) <= most_repeats
    assert copies.most_common(1)[0][1] <= 2
