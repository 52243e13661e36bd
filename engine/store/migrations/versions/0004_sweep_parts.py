"""sweep_parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "sweep_parts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=50), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("alarms", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["sweep_runs.id"], name=op.f("fk_sweep_parts_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_parts")),
    )
    with op.batch_alter_table("sweep_parts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sweep_parts_open",
            ["run_id", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index("ix_sweep_parts_run_id", ["run_id"], unique=False)

    with op.batch_alter_table("sweep_runs", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("step", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
