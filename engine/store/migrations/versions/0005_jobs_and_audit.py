"""jobs_and_audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "audit_findings",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_audit_findings")),
    )
    op.create_table(
        "job_looks",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("process", sa.String(length=100), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(failed_at IS NULL) = (error = '')", name=op.f("ck_job_looks_failed_has_error")
        ),
        sa.PrimaryKeyConstraint("job", "process", name=op.f("pk_job_looks")),
    )
    op.create_table(
        "job_runs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("process", sa.String(length=100), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint("did <> '' OR error <> ''", name=op.f("ck_job_runs_worth_telling")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
    )
    with op.batch_alter_table("job_runs", schema=None) as batch_op:
        batch_op.create_index("ix_job_runs_finished_at", ["finished_at"], unique=False)
        batch_op.create_index("ix_job_runs_job", ["job", "finished_at"], unique=False)

    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deadlines_unwatched",
            ["state", "due"],
            unique=False,
            sqlite_where=sa.text("state = 'pending' AND next_check_on IS NULL"),
            postgresql_where=sa.text("state = 'pending' AND next_check_on IS NULL"),
        )

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_state", ["state", "channel"], unique=False)

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_kind", ["kind", "stage"], unique=False)

    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.create_index("ix_projects_standing", ["state", "light"], unique=False)
