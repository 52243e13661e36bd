"""Criticism comes to the signing desk: a draft with its first version for each notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.rules.drafts import DRAFT, DraftState
from engine.rules.policy_parts import Standing
from engine.store.statements import table_of
from engine.store.tables import Draft, DraftVersion


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A notice that criticises; with a standing authorisation it has been issued already."""

    notice_id: int
    title: str
    standing: Standing | None


def lay_down(session: Session, new: Sequence[NewDraft], author: str, at: datetime) -> None:
    """Lay drafts down at the signing desk, in two statements however many there are."""
    if not new:
        return
    session.execute(_DRAFTS, [_row(draft) for draft in new])
    session.execute(
        _VERSIONS,
        [
            {
                "notice_id": draft.notice_id,
                "number": 0,
                "title": draft.title,
                "remark": "",
                "ask": "",
                "author": author,
                "at": at,
            }
            for draft in new
        ],
    )


def _row(draft: NewDraft) -> dict[str, Any]:
    standing = draft.standing
    return {
        "notice_id": draft.notice_id,
        "state": DraftState.SIGNED if standing else DRAFT.start,
        "public": standing.public if standing else None,
        "public_reason": standing.public_reason.strip() if standing else "",
        "standing": standing.document if standing else "",
    }


_DRAFTS, _VERSIONS = insert(table_of(Draft)), insert(table_of(DraftVersion))
