"""indexes_at_size."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_INDEXES: tuple[tuple[str, str, list[str], str | None], ...] = (
    (
        "deadlines",
        "ix_deadlines_looked_at",
        ["next_check_on", "project_id", "kind"],
        "next_check_on IS NOT NULL",
    ),
    ("deliveries", "ix_deliveries_person_id", ["person_id"], None),
    ("journal_heads", "ix_journal_heads_moved", ["chain"], "seq > checkpointed_seq"),
    ("leaves", "ix_leaves_ends_on", ["ends_on"], None),
    ("notices", "ix_notices_program_id", ["program_id", "kind"], None),
    (
        "notices",
        "ix_notices_unanswered",
        ["kind", "as_of"],
        "answered_at IS NULL AND reply_by IS NOT NULL",
    ),
    ("notices", "ix_notices_unit_id", ["unit_id", "rule"], None),
    ("persons", "ix_persons_name", ["name"], None),
    ("posts", "ix_posts_deputy_id", ["deputy_id"], None),
    ("posts", "ix_posts_holder_id", ["holder_id"], None),
    ("posts", "ix_posts_kind", ["kind"], None),
    ("project_units", "ix_project_units_unit_id", ["unit_id"], None),
    ("projects", "ix_projects_light", ["light", "program_id", "code"], None),
    ("silences", "ix_silences_ends_on", ["ends_on"], None),
)


def upgrade() -> None:
    for table, name, columns, where in _INDEXES:
        condition = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
    # Its place is taken by ix_deadlines_looked_at.
    op.drop_index("ix_deadlines_next_check_on", "deadlines")
