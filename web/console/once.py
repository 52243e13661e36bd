"""幂等键: what is sent twice is done once, and answered the same."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Select, delete, select

from engine.errors import DubanError
from engine.store.statements import insert_ignoring_doubles
from engine.store.tables import ApiAnswer
from web.console.declared import Done
from web.console.visit import Visit

LONGEST = 100
KEPT = timedelta(days=7)
"""No form outlives its session, which lasts no longer."""


class SentBefore(DubanError):
    """这个幂等键已经用于另一次提交。"""


def digest(path: str, body: bytes) -> str:
    """By which a request is known again."""
    return sha256(path.encode() + b"\n" + body).hexdigest()


def answered_before(visit: Visit, key: str, request: str) -> Done | None:
    """Claim a key in the transaction of the act; what it was answered if it was used before.

    Raises:
        SentBefore: it was used for something else.
    """
    old = delete(ApiAnswer).where(
        ApiAnswer.account_id == visit.asker.account_id, ApiAnswer.answered_at < visit.at - KEPT
    )
    visit.session.execute(old)
    claim = (
        insert_ignoring_doubles(visit.session, ApiAnswer)
        .values(
            account_id=visit.asker.account_id,
            key=key,
            request=request,
            answer="",
            answered_at=visit.at,
        )
        .returning(ApiAnswer.id)
    )
    if visit.session.scalar(claim) is not None:
        return None
    row = visit.session.scalars(_of(visit, key)).one()
    if row.request != request:
        raise SentBefore("这个幂等键已经用于另一次提交，请换一个")
    return Done(**json.loads(row.answer))


def keep_answer(visit: Visit, key: str, done: Done) -> None:
    """Keep what was answered, but for what is shown only once."""
    row = visit.session.scalars(_of(visit, key)).one()
    kept = asdict(done) | {"secret": ""}
    row.answer = json.dumps(kept, ensure_ascii=False)


def _of(visit: Visit, key: str) -> Select[ApiAnswer]:
    return select(ApiAnswer).where(
        ApiAnswer.account_id == visit.asker.account_id, ApiAnswer.key == key
    )
