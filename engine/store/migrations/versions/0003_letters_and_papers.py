"""letters_and_papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "number_series",
        sa.Column("issuer", sa.String(length=30), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "template_versions",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "number", name=op.f("pk_template_versions")),
    )
    op.create_table(
        "feeds",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewed_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_feeds_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_feeds")),
    )
    op.create_table(
        "silences",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_by", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(lifted_on IS NULL) = (lifted_by = '')", name=op.f("ck_silences_lift_has_author")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_silences_has_reason")),
        sa.CheckConstraint(
            "(project_id IS NULL) <> (unit_id IS NULL)", name=op.f("ck_silences_one_subject")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_silences_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_silences_project_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_silences_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
    )
    with op.batch_alter_table("silences", schema=None) as batch_op:
        batch_op.create_index("ix_silences_project_id", ["project_id"], unique=False)
        batch_op.create_index("ix_silences_unit_id", ["unit_id"], unique=False)

    op.create_table(
        "document_numbers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("issuer", sa.String(length=30), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=100), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by", sa.String(length=100), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (void_reason = '')",
            name=op.f("ck_document_numbers_void_has_reason"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by = '')",
            name=op.f("ck_document_numbers_void_has_author"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_document_numbers_number_counts")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_document_numbers_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_numbers")),
        sa.UniqueConstraint(
            "issuer", "year", "number", name=op.f("uq_document_numbers_issuer_year_number")
        ),
        sa.UniqueConstraint("notice_id", name=op.f("uq_document_numbers_notice_id")),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_documents_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("code", name=op.f("uq_documents_code")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_documents_notice_id")),
    )
    op.create_table(
        "drafts",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public", sa.String(length=32), nullable=True),
        sa.Column("public_reason", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.String(length=100), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("standing", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(checked_by = '') = (checked_at IS NULL)", name=op.f("ck_drafts_check_has_time")
        ),
        sa.CheckConstraint(
            "state NOT IN ('checked', 'signed') OR public IS NOT NULL",
            name=op.f("ck_drafts_checked_has_attribute"),
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_drafts_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_drafts")),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.String(length=100), nullable=False),
        sa.Column("object_by", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_publications_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_publications_program_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("key", name=op.f("uq_publications_key")),
    )
    op.create_table(
        "draft_versions",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["drafts.notice_id"], name=op.f("fk_draft_versions_notice_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", "number", name=op.f("pk_draft_versions")),
    )
    op.create_table(
        "public_objections",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_by", sa.String(length=100), nullable=False),
        sa.Column("handle_by", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.String(length=100), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'received') = (handled_at IS NULL)",
            name=op.f("ck_public_objections_handled_has_time"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_public_objections_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_public_objections_publication_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_objections")),
    )
    with op.batch_alter_table("public_objections", schema=None) as batch_op:
        batch_op.create_index("ix_public_objections_project_id", ["project_id"], unique=False)

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("held", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("merged_into", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("instead_of", sa.Integer(), nullable=True))
        batch_op.alter_column("person_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("post_kind", existing_type=sa.VARCHAR(length=32), nullable=True)
        batch_op.create_index(
            "ix_deliveries_sent",
            ["channel", "sent_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NOT NULL"),
            postgresql_where=sa.text("sent_at IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_instead_of"), "deliveries", ["instead_of"], ["id"]
        )
        batch_op.drop_constraint(batch_op.f("ck_deliveries_sent_has_time"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_deliveries_sent_has_time"),
            "(state IN ('sent', 'bounced')) = (sent_at IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_deliveries_bounced_has_error"), "state <> 'bounced' OR error <> ''"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_deliveries_merged_has_goal"),
            "(state = 'merged') = (merged_into IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_deliveries_person_has_post"), "(person_id IS NULL) = (post_kind IS NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_deliveries_has_reader"), "person_id IS NOT NULL OR unit_id IS NOT NULL"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_deliveries_attempts_counted"), "attempts >= 0"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_unit_id"), "units", ["unit_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_merged_into"), "deliveries", ["merged_into"], ["id"]
        )

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("retitled", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("ask", sa.Text(), nullable=False, server_default=""))

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.alter_column("retitled", server_default=None)
        batch_op.alter_column("ask", server_default=None)

    # Drafts that wait for a signature come to the signing desk.
    op.execute(
        "INSERT INTO drafts"
        " (notice_id, state, number, public_reason, checked_by, comment, standing)"
        " SELECT id, 'written', 0, '', '', '', '' FROM notices WHERE state = 'draft'"
    )
    op.execute(
        "INSERT INTO draft_versions (notice_id, number, title, remark, ask, author, at)"
        " SELECT id, 0, title, remark, '', '督办引擎', created_at"
        " FROM notices WHERE state = 'draft'"
    )
