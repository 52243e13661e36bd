"""whole_work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "evidence_contents",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_evidence_contents")),
    )
    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint(
            "body", "title", "held_on", name=op.f("uq_meetings_body_title_held_on")
        ),
    )
    op.create_table(
        "scoring_versions",
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_scoring_versions")),
    )
    op.create_table(
        "assessments",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scoring_version", sa.String(length=16), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("total", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("object_by", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_assessments_program_id")
        ),
        sa.ForeignKeyConstraint(
            ["scoring_version"],
            ["scoring_versions.version"],
            name=op.f("fk_assessments_scoring_version"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_assessments_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint(
            "program_id",
            "unit_id",
            "version",
            name=op.f("uq_assessments_program_id_unit_id_version"),
        ),
    )
    op.create_table(
        "batches",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("approver", sa.String(length=200), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_batches_program_id")
        ),
        sa.PrimaryKeyConstraint("program_id", "number", name=op.f("pk_batches")),
    )
    op.create_table(
        "score_lines",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=50), nullable=False),
        sa.Column("points", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_score_lines_assessment_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["journal.id"], name=op.f("fk_score_lines_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_lines")),
    )
    with op.batch_alter_table("score_lines", schema=None) as batch_op:
        batch_op.create_index("ix_score_lines_assessment_id", ["assessment_id"], unique=False)

    op.create_table(
        "assessment_objections",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_by", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name=op.f("fk_assessment_objections_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["score_lines.id"], name=op.f("fk_assessment_objections_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_objections")),
    )
    with op.batch_alter_table("assessment_objections", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assessment_objections_assessment_id", ["assessment_id"], unique=False
        )

    op.create_table(
        "inspection_members",
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_inspection_members_inspection_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_inspection_members_person_id")
        ),
        sa.PrimaryKeyConstraint("inspection_id", "name", name=op.f("pk_inspection_members")),
    )
    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_leaves_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_leaves_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_leaves_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.create_index("ix_leaves_person_id", ["person_id"], unique=False)

    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_changes_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.create_index("ix_changes_project_id", ["project_id"], unique=False)

    op.create_table(
        "clock_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("slot", sa.String(length=20), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("roll", sa.String(length=20), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_clock_events_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_events")),
    )
    with op.batch_alter_table("clock_events", schema=None) as batch_op:
        batch_op.create_index("ix_clock_events_project_id", ["project_id"], unique=False)

    op.create_table(
        "completion_requests",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("requested_by", sa.String(length=100), nullable=False),
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.String(length=100), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("timeliness", sa.String(length=32), nullable=True),
        sa.Column("overturned_on", sa.Date(), nullable=True),
        sa.Column("overturned_for", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_completion_requests_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["requester_id"], ["persons.id"], name=op.f("fk_completion_requests_requester_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_requests")),
        sa.UniqueConstraint(
            "project_id", "number", name=op.f("uq_completion_requests_project_id_number")
        ),
    )
    op.create_table(
        "congress_opinions",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=200), nullable=False),
        sa.Column("session", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("satisfaction", sa.String(length=32), nullable=True),
        sa.Column("votes", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_congress_opinions_project_id")
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_congress_opinions")),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("rectification_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("rechecked_on", sa.Date(), nullable=True),
        sa.Column("rechecked_by", sa.String(length=100), nullable=False),
        sa.Column("recheck_passed", sa.Boolean(), nullable=True),
        sa.Column("recheck", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(rechecked_on IS NULL) = (recheck_passed IS NULL)",
            name=op.f("ck_findings_recheck_has_result"),
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_findings_inspection_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_findings_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["rectification_id"], ["projects.id"], name=op.f("fk_findings_rectification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("rectification_id", name=op.f("uq_findings_rectification_id")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index("ix_findings_inspection_id", ["inspection_id"], unique=False)

    op.create_table(
        "implementation_plans",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=100), nullable=False),
        sa.Column("departments", sa.Text(), nullable=False),
        sa.Column("tasks", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("funds", sa.Text(), nullable=False),
        sa.Column("safeguards", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_implementation_plans_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_implementation_plans")),
        sa.UniqueConstraint(
            "project_id", "version", name=op.f("uq_implementation_plans_project_id_version")
        ),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("proposer", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("succession", sa.String(length=32), nullable=True),
        sa.Column("feasible", sa.Boolean(), nullable=True),
        sa.Column("funds", sa.String(length=40), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("assessed_by", sa.String(length=100), nullable=False),
        sa.Column("declined_reason", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'adopted') = (project_id IS NOT NULL)",
            name=op.f("ck_proposals_adopted_has_project"),
        ),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)",
            name=op.f("ck_proposals_merged_has_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["proposals.id"], name=op.f("fk_proposals_merged_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["projects.id"], name=op.f("fk_proposals_origin_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_proposals_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint(
            "year",
            "channel",
            "received_on",
            "title",
            "proposer",
            name=op.f("uq_proposals_year_channel_received_on_title_proposer"),
        ),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index("ix_proposals_year_state", ["year", "state"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=True),
        sa.Column("completion_id", sa.Integer(), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["completion_id"], ["completion_requests.id"], name=op.f("fk_evidence_completion_id")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_evidence_inspection_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_evidence_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["evidence_contents.sha256"], name=op.f("fk_evidence_sha256")
        ),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_evidence_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_project_id", ["project_id"], unique=False)

    op.create_table(
        "meeting_items",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_items_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_meeting_items_proposal_id")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "proposal_id", name=op.f("pk_meeting_items")),
    )
    op.create_table(
        "opinion_reports",
        sa.Column("completion_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("unfinished", sa.JSON(), nullable=False),
        sa.Column("satisfaction", sa.String(length=32), nullable=True),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column("evaluated_by", sa.String(length=100), nullable=False),
        sa.Column("votes", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(satisfaction IS NULL) = (evaluated_on IS NULL)",
            name=op.f("ck_opinion_reports_evaluated_has_date"),
        ),
        sa.ForeignKeyConstraint(
            ["completion_id"],
            ["completion_requests.id"],
            name=op.f("fk_opinion_reports_completion_id"),
        ),
        sa.PrimaryKeyConstraint("completion_id", name=op.f("pk_opinion_reports")),
    )
    op.create_table(
        "report_doubts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("check", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["progress_reports.id"], name=op.f("fk_report_doubts_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_doubts")),
    )
    with op.batch_alter_table("report_doubts", schema=None) as batch_op:
        batch_op.create_index("ix_report_doubts_report_id", ["report_id"], unique=False)

    op.create_table(
        "target_proofs",
        sa.Column("completion_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["completion_id"],
            ["completion_requests.id"],
            name=op.f("fk_target_proofs_completion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_target_proofs_target_id")
        ),
        sa.PrimaryKeyConstraint("completion_id", "target_id", name=op.f("pk_target_proofs")),
    )
    op.create_table(
        "review_requests",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("requested_by", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_review_requests_inspection_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_review_requests_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_review_requests_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_requests")),
    )
    with op.batch_alter_table("review_requests", schema=None) as batch_op:
        batch_op.create_index(
            "ix_review_requests_project_id", ["project_id", "state"], unique=False
        )

    with op.batch_alter_table("inspected_projects", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_inspected_projects_rectification_id"), type_="foreignkey"
        )

    with op.batch_alter_table("inspections", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("state", sa.String(length=32), nullable=False, server_default="concluded")
        )
        batch_op.add_column(sa.Column("scope", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("starts_on", sa.Date(), nullable=False, server_default="2000-01-01")
        )
        batch_op.add_column(
            sa.Column("ends_on", sa.Date(), nullable=False, server_default="2000-01-01")
        )
        batch_op.add_column(sa.Column("basis", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("handled_by", sa.String(length=100), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("handled_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("concluded_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_inspections_handled_by_id"), "persons", ["handled_by_id"], ["id"]
        )

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("remark", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("remark_confirmed", sa.Text(), nullable=False, server_default="")
        )

    with op.batch_alter_table("programs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("layout", sa.JSON(), nullable=False, server_default="{}"))

    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("origin_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("succession", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("basis", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("assigned_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "assigned_by_document", sa.String(length=100), nullable=False, server_default=""
            )
        )
        batch_op.create_index("ix_projects_parent_id", ["parent_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_projects_origin_id"), "projects", ["origin_id"], ["id"]
        )

    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.add_column(sa.Column("level", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_units_parent_id"), "units", ["parent_id"], ["id"]
        )

    op.execute(
        "INSERT INTO batches (program_id, number, issuer, basis, document, approver) "
        "SELECT id, 1, issuer, basis, '', '' FROM programs"
    )
    op.execute("UPDATE inspections SET starts_on = on_day, ends_on = on_day, concluded_on = on_day")
    op.execute(
        "INSERT INTO findings (inspection_id, project_id, rectification_id, text, due, "
        "rechecked_by, recheck) SELECT i.inspection_id, i.project_id, i.rectification_id,"
        " i.finding, MIN(d.original_due), '', '' FROM inspected_projects i JOIN deadlines"
        " d ON d.project_id = i.rectification_id AND d.kind = 'rectification' GROUP BY "
        "i.inspection_id, i.project_id, i.rectification_id, i.finding"
    )
    op.execute(
        "INSERT INTO inspection_members (inspection_id, name, leads) SELECT id, leader, "
        "true FROM inspections"
    )
    op.execute(
        "INSERT INTO leaves (person_id, starts_on, ends_on, reason, recorded_by) SELECT "
        "id, away_from, away_until, '', '升级前登记' FROM persons WHERE away_from IS NOT NULL "
        "AND (away_until IS NULL OR away_until >= away_from) ORDER BY id"
    )
    op.execute(
        "UPDATE projects SET assigned_on = (SELECT DATE(MAX(journal.at)) FROM journal "
        "WHERE journal.chain = 'project:' || projects.id AND journal.kind = 'assigned')"
    )
    op.execute(
        "INSERT INTO clock_events (project_id, kind, slot, act, on_day, unit, roll, due, "
        "why) SELECT d.project_id, d.kind, d.slot, 'start', p.starts_on, '', 'none', "
        "d.due, '升级前的时限' FROM deadlines d JOIN projects p ON p.id = d.project_id WHERE "
        "d.state <> 'replaced' ORDER BY d.id"
    )
    op.execute(
        "INSERT INTO clock_events (project_id, slot, act, on_day, unit, roll, why) SELECT"
        " id, '', 'pause', suspended_on, '', 'none', '升级前已暂停' FROM projects WHERE "
        "suspended_on IS NOT NULL"
    )

    with op.batch_alter_table("inspections", schema=None) as batch_op:
        batch_op.alter_column("state", server_default=None)
        batch_op.alter_column("scope", server_default=None)
        batch_op.alter_column("starts_on", server_default=None)
        batch_op.alter_column("ends_on", server_default=None)
        batch_op.alter_column("basis", server_default=None)
        batch_op.alter_column("handled_by", server_default=None)
        batch_op.drop_column("on_day")

    with op.batch_alter_table("inspected_projects", schema=None) as batch_op:
        batch_op.drop_column("finding")
        batch_op.drop_column("rectification_id")

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_column("away_from")
        batch_op.drop_column("away_until")

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.alter_column("remark", server_default=None)
        batch_op.alter_column("remark_confirmed", server_default=None)

    with op.batch_alter_table("programs", schema=None) as batch_op:
        batch_op.alter_column("layout", server_default=None)

    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.alter_column("batch", server_default=None)
        batch_op.alter_column("basis", server_default=None)
        batch_op.alter_column("assigned_by_document", server_default=None)
