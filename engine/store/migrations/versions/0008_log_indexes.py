"""log_indexes: the log is looked through by time, kind, person and reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_IS_REASONED = sa.text(
    "kind IN ('notice_issued', 'notice_drafted', 'light_changed', 'fell_back', 'letters_held')"
)
_REASON = {"sqlite": "json_extract(data, '$.reason')", "postgresql": "(data ->> 'reason')"}


def upgrade() -> None:
    op.create_index("ix_journal_at", "journal", ["at"])
    op.create_index("ix_journal_kind", "journal", ["kind", "at"])
    op.create_index("ix_journal_actor", "journal", ["actor", "at"])
    op.create_index(
        "ix_journal_reason",
        "journal",
        [sa.text(_REASON[op.get_bind().dialect.name]), "at"],
        sqlite_where=_IS_REASONED,
        postgresql_where=_IS_REASONED,
    )
