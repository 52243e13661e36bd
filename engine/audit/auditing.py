"""One audit: everything that is looked at, in one consistent look that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine.audit import journal, letters, supervision
from engine.rules import auditing as rules
from engine.rules.auditing import Finding, FindingKind, Period, Watched
from engine.rules.policy import Policy
from engine.rules.throttles import Rates
from engine.store.schema import foreign_revision


@dataclass(frozen=True, slots=True)
class Watch:
    """What the audit is told by those who know what should run, and when.

    Attributes:
        due: the periods that are due by now and not accounted for.
        jobs: every job with its last signs of life.
        channels: the channels that are open, with their rates.
        checkpoint_due: when the last checkpoint of the journal was due.
        apart: this process's clock less the database's; None where they are one.
        full: look at the whole journal and not only at what is new.
    """

    now: datetime
    policy: Policy
    due: Sequence[Period]
    jobs: Sequence[Watched]
    channels: Mapping[str, Rates]
    checkpoint_due: datetime
    apart: timedelta | None = None
    full: bool = False


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit found, and up to which event the journal was found whole."""

    findings: tuple[Finding, ...]
    journal: int


def audit(session: Session, watch: Watch) -> Audited:
    """Look at everything. The session must be one consistent look."""
    seen = journal.look(session, full=watch.full)
    found = (
        *rules.overdue(watch.due, watch.now),
        *supervision.still(session, watch.now),
        *supervision.look(session, watch.policy, watch.now),
        *letters.look(session, watch.channels, watch.now),
        *seen.findings,
        *journal.checkpoint(session, watch.checkpoint_due, watch.now),
        *rules.number_gaps(supervision.series(session)),
        *rules.clock_faults(watch.now, seen.written_at, watch.apart),
        *rules.silent_jobs(watch.jobs, watch.now),
        *_version(session),
    )
    return Audited(found, seen.whole_to)


def _version(session: Session) -> Iterator[Finding]:
    revision = foreign_revision(session.connection())
    if revision:
        text = f"数据库已由新程序升级（{revision}），本进程还是旧程序"
        yield Finding(FindingKind.STORE_NEWER, revision, text)
