"""受理编号: what somebody who has objected on the board keeps, and later asks with."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.rules import codes
from engine.rules.public_objections import PublicObjectionState
from engine.store.statements import rows, table_of
from engine.store.tables import Project, PublicObjection

_TYPED = re.compile(r"\s*([0-9０-９]{1,9})\s*[-－—]\s*(.+)")


class ReceiptUnknown(DubanError):
    """没有这个受理编号。"""


@dataclass(frozen=True, slots=True)
class ObjectionStands:
    """How far an objection has come, for who made it; nothing of who that is."""

    number: int
    code: str
    title: str
    received_on: date
    handle_by: date
    state: PublicObjectionState
    finding: str


def receipt_of(secret: str, number: int) -> str:
    """The receipt of an objection: its number, and a code that nobody guesses."""
    return f"{number}-{codes.code_of(secret, f'objection:{number}', '')}"


def find_by_receipt(session: Session, secret: str, typed: str) -> ObjectionStands:
    """How far an objection has come.

    Raises:
        ReceiptUnknown: it is no receipt of ours.
    """
    match = _TYPED.fullmatch(typed)
    number, code = (int(match[1]), codes.read(match[2])) if match else (0, "")
    given = f"{number}-{code}".encode()
    is_ours = hmac.compare_digest(given, receipt_of(secret, number).encode())
    row = rows(session, _STANDS, number=number).one_or_none() if code and is_ours else None
    if row is None:
        raise ReceiptUnknown(
            "没有这个受理编号，请核对：数字、短横，然后是16位验证码，形如 12-7K2M-9Q4R-0ABC-X3YZ"
        )
    return ObjectionStands(*row)


_OBJECTION, _PROJECT = table_of(PublicObjection).c, table_of(Project).c
_STANDS = (
    select(
        _OBJECTION.id,
        _PROJECT.code,
        _PROJECT.title,
        _OBJECTION.received_on,
        _OBJECTION.handle_by,
        _OBJECTION.state,
        _OBJECTION.finding,
    )
    .join_from(table_of(PublicObjection), table_of(Project), _PROJECT.id == _OBJECTION.project_id)
    .where(_OBJECTION.id == bindparam("number"))
)
