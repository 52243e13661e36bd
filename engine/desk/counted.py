"""Which letters count against the budget of a unit (减负额度)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, or_, text

from engine.desk.outbox import EMAIL
from engine.rules.words import UNIT_POSTS
from engine.store.statements import table_of
from engine.store.tables import Delivery

_DELIVERY = table_of(Delivery)
TO_UNITS = (_DELIVERY.c.channel == EMAIL, _DELIVERY.c.post_kind.in_(UNIT_POSTS))
"""Letters to the people of a unit; the inbox and work groups are no letters."""

_FIRST: BindParameter[datetime] = bindparam("first")
_AFTER: BindParameter[datetime] = bindparam("after")
COUNTED = (
    *TO_UNITS,
    _DELIVERY.c.instead_of.is_(None),
    or_(
        and_(_DELIVERY.c.sent_at >= _FIRST, _DELIVERY.c.sent_at < _AFTER),
        and_(
            text("deliveries.state IN ('queued', 'sending')"),
            _DELIVERY.c.next_attempt_at >= _FIRST,
            _DELIVERY.c.next_attempt_at < _AFTER,
        ),
    ),
)
"""Which letters count against the budget of a month: those that leave in it, whatever they carry.
One that a lower post could not be given is no second one."""
