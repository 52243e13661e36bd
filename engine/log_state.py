"""How sure one may be of the journal: what the checkpoints cover, what the last audit found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.audit.kept import JOURNAL_WHOLE_TO, kept, last_audit
from engine.rules.auditing import FindingKind
from engine.store.statements import rows, table_of
from engine.store.tables import Checkpoint, JournalEvent


@dataclass(frozen=True, slots=True)
class LogState:
    """What is known of the journal.

    Attributes:
        events: the number of the last event.
        whole_to: up to which event an audit has found it whole.
        faults: what the last audit found wrong with it; empty for nothing.
        checkpoint: the number of the last checkpoint; None before the first.
    """

    events: int
    whole_to: int
    audited_at: datetime | None
    faults: str
    checkpoint: int | None
    checkpointed_at: datetime | None
    checkpoint_hash: str


def log_state(session: Session) -> LogState:
    """What is known of the journal now."""
    audit, seal = last_audit(session), rows(session, _LAST_CHECKPOINT).one_or_none()
    found = [one.text for one in audit.findings if one.kind is FindingKind.JOURNAL_ALTERED]
    return LogState(
        events=rows(session, _NEWEST).scalar_one() or 0,
        whole_to=int(kept(session, JOURNAL_WHOLE_TO) or 0),
        audited_at=audit.at,
        faults="；".join(found),
        checkpoint=seal.seq if seal else None,
        checkpointed_at=seal.at if seal else None,
        checkpoint_hash=seal.hash if seal else "",
    )


_SEAL = table_of(Checkpoint).c
_NEWEST = select(func.max(table_of(JournalEvent).c.id))
_LAST_CHECKPOINT = select(_SEAL.seq, _SEAL.at, _SEAL.hash).order_by(_SEAL.seq.desc()).limit(1)
