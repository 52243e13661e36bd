"""Dispatch from the outbox against one plain connection to the same server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from smtplib import SMTP

from benchmarks.measure import Figure, Plan, by_turns, stopwatch
from benchmarks.outbox import SENDER, composer, filled_outbox, messages, now, requeue
from benchmarks.seeding import copied, rulebook
from engine.store.database import Database
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import parse
from notifications.dispatch import dispatch

PEER = "smtplib 一条连接，成文字节"


def mails(plan: Plan) -> Iterator[Figure]:
    """Letters that are still to be written, and letters that are written already."""
    letters = 200 if plan.quick else 1_000
    original = filled_outbox(plan.folder, letters)
    written = copied(original, "written")
    with sink() as port:
        dispatched(written, port)
        database = Database(f"sqlite:///{written}")
        ready = messages(database)
        database.close()
        note = f"{letters}封，平均{sum(len(m) for _, m in ready) // letters}字节"
        for subject, english, store, again in (
            ("发信：成文并发送", "dispatch: write and send", original, False),
            ("发信：已成文的", "dispatch: send what is written", written, True),
        ):
            ours = partial(_send_copy, store, port, again)
            mine, peer = by_turns(plan, ours, partial(plainly, ready, port))
            yield Figure(subject, english, "封/秒", letters / mine, letters / peer, PEER, note)


@contextmanager
def sink(milliseconds: int = 0) -> Iterator[int]:
    """The port of a server that takes so long over each letter."""
    command = [sys.executable, "-m", "benchmarks.sink", str(milliseconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        yield int(process.stdout.readline())
        process.stdin.close()


def _send_copy(original: Path, port: int, again: bool) -> float:
    return dispatched(copied(original, "ours"), port, again)


def dispatched(store: Path, port: int, again: bool = False, connections: int = 4) -> float:
    """Send all that a store holds; ``again`` what it has sent before."""
    database = Database(f"sqlite:///{store}")
    if again:
        requeue(database)
    settings = parse(f"smtp://127.0.0.1:{port}?starttls=no&connections={connections}")
    channel = SmtpChannel(settings, SENDER.address)
    with stopwatch() as watch:
        report = dispatch(database, rulebook(), [channel], composer(), now)
    database.close()
    if report.faults or report.failed or report.deferred:
        raise RuntimeError(f"the sink should have taken everything: {report}")
    return watch.seconds


def plainly(letters: Sequence[tuple[str, bytes]], port: int) -> float:
    """Send finished letters over one connection of the standard library."""
    with stopwatch() as watch, SMTP("127.0.0.1", port, "example.gov.cn") as client:
        for address, content in letters:
            client.sendmail(SENDER.address, [address], content)
    return watch.seconds
