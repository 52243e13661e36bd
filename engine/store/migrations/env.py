"""Alembic's entry: runs the migrations over the connection it was given."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from engine.store.tables import Base


def plain_type(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Name a column's plain type, so that old migrations outlive the classes of today."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
