"""count_indexes: lights are counted by field and by unit without reading the items."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index("ix_projects_field", "projects", ["program_id", "field", "light"])
    op.create_index("ix_projects_unit", "projects", ["program_id", "lead_unit_id", "light"])
