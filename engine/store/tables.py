"""The tables. Word columns hold closed vocabularies; unique keys hold the promises of design §5."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from engine.rules.lifecycle import ProjectState
from engine.rules.targets import TargetForm
from engine.rules.words import (
    Cadence,
    DeadlineKind,
    DeadlineState,
    InspectionKind,
    Light,
    NoticeKind,
    NoticeState,
    PostKind,
    ProjectKind,
    Reason,
    Stage,
    Timeliness,
    Urgency,
    Word,
)
from engine.store.columns import Figure, Instant, Term


class DeliveryState(Word):
    """How far a message has come. GATHERING: its run may still add notices to it."""

    GATHERING = "gathering", "汇集中"
    QUEUED = "queued", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已送达"
    FAILED = "failed", "发送失败"
    CANCELLED = "cancelled", "已取消"


class RunState(Word):
    """What became of a period. SKIPPED: missed, and a later run answered for it."""

    RUNNING = "running", "运行中"
    DONE = "done", "已完成"
    SKIPPED = "skipped", "错过，由后一期代为检查"


class ExtensionState(Word):
    """Two levels approve: the unit's superior reads the office's view before the leader's."""

    REQUESTED = "requested", "待督查室初审"
    REVIEWED = "reviewed", "待领导审批"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "未批准"


class Base(DeclarativeBase):
    """All tables, with names for constraints so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own form
        datetime: Instant(),
        Decimal: Figure(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        ProjectState: Term(ProjectState),
        TargetForm: Term(TargetForm),
        Cadence: Term(Cadence),
        DeadlineKind: Term(DeadlineKind),
        DeadlineState: Term(DeadlineState),
        Light: Term(Light),
        NoticeKind: Term(NoticeKind),
        NoticeState: Term(NoticeState),
        PostKind: Term(PostKind),
        ProjectKind: Term(ProjectKind),
        Reason: Term(Reason),
        Stage: Term(Stage),
        Timeliness: Term(Timeliness),
        Urgency: Term(Urgency),
        DeliveryState: Term(DeliveryState),
        RunState: Term(RunState),
        ExtensionState: Term(ExtensionState),
        InspectionKind: Term(InspectionKind),
    }


Id = Mapped[int]


def key() -> Mapped[int]:
    return mapped_column(primary_key=True, autoincrement=True)


class Program(Base):
    """年度清单: one year's list and the decision that adopted it."""

    __tablename__ = "programs"
    __table_args__ = (UniqueConstraint("year", "title"),)

    id: Id = key()
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(Text)

    @property
    def name(self) -> str:
        """The list as papers speak of it: 2023年度民生实事, without 台账 or 清单 behind."""
        return re.sub(r"(办理情况|办理)?(台账|清单|一览表)$", "", self.title)


class Unit(Base):
    """单位. Only organs of government are supervised (条例 733, art. 5)."""

    __tablename__ = "units"

    id: Id = key()
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(50), default="")


class Person(Base):
    """人员. ``email_fault`` is set when a server has refused the address for good."""

    __tablename__ = "persons"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)

    id: Id = key()
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(50))
    title: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    email_fault: Mapped[str] = mapped_column(Text, default="")
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]


class Post(Base):
    """岗位. Duties belong to posts; a post resolves to its holder or, while away, the deputy."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("unit_id", "kind", "title"),)

    id: Id = key()
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[PostKind]
    title: Mapped[str] = mapped_column(String(100))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    may_sign: Mapped[bool] = mapped_column(default=False)


class Project(Base):
    """实事项目 and everything else that is supervised (``kind``)."""

    __tablename__ = "projects"
    __table_args__ = (
        UniqueConstraint("program_id", "code"),
        Index("ix_projects_state", "program_id", "state"),
        Index("ix_projects_lead_unit_id", "lead_unit_id"),
    )

    id: Id = key()
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[ProjectKind]
    code: Mapped[str] = mapped_column(String(40))
    number: Mapped[int | None]
    field: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(300))
    content: Mapped[str] = mapped_column(Text, default="")
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    sponsor: Mapped[str] = mapped_column(String(100), default="")
    leader_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    urgency: Mapped[Urgency] = mapped_column(default=Urgency.NORMAL)
    remark: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ProjectState]
    version: Mapped[int] = mapped_column(default=1)
    light: Mapped[Light] = mapped_column(default=Light.GREEN)
    starts_on: Mapped[date]
    exempt_until: Mapped[date | None]
    exempt_reason: Mapped[str] = mapped_column(Text, default="")
    set_aside_until: Mapped[date | None]
    set_aside_error: Mapped[str] = mapped_column(Text, default="")
    suspended_on: Mapped[date | None]
    requested_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    timeliness: Mapped[Timeliness | None]


class ProjectUnit(Base):
    """Units beside the one first named: further lead units, and support units."""

    __tablename__ = "project_units"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    leads: Mapped[bool] = mapped_column(default=False)


class Target(Base):
    """量化指标 as promised. ``planned`` is in ``unit``; ``text`` is how the list writes it."""

    __tablename__ = "targets"
    __table_args__ = (UniqueConstraint("project_id", "position"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    position: Mapped[int]
    metric: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(50))
    form: Mapped[TargetForm]
    planned: Mapped[Decimal]
    text: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(Text, default="")


class Milestone(Base):
    """节点: a dated step of the backward plan and the share of the work done by then (percent)."""

    __tablename__ = "milestones"
    __table_args__ = (UniqueConstraint("project_id", "position"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    due: Mapped[date]
    planned_percent: Mapped[Decimal | None]
    done_on: Mapped[date | None]


class Deadline(Base):
    """时限. Moving a date makes a new version; the first promise stays in ``original_due``.

    ``slot`` tells apart deadlines of one kind (the milestone's position, the month of a report).
    ``next_check_on`` is the next local day on which a rule may have something to say.
    """

    __tablename__ = "deadlines"
    __table_args__ = (
        UniqueConstraint("project_id", "kind", "slot", "version"),
        CheckConstraint("(state = 'met') = (met_on IS NOT NULL)", "met_has_date"),
        CheckConstraint("state = 'pending' OR next_check_on IS NULL", "only_pending_checked"),
        Index(
            "ix_deadlines_next_check_on",
            "next_check_on",
            sqlite_where=text("next_check_on IS NOT NULL"),
            postgresql_where=text("next_check_on IS NOT NULL"),
        ),
        Index("ix_deadlines_state_due", "state", "due"),
    )

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[DeadlineKind]
    slot: Mapped[str] = mapped_column(String(20), default="")
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(default=1)
    due: Mapped[date]
    original_due: Mapped[date]
    provisional: Mapped[bool] = mapped_column(default=False)
    state: Mapped[DeadlineState] = mapped_column(default=DeadlineState.PENDING)
    met_on: Mapped[date | None]
    next_check_on: Mapped[date | None]


class ProgressReport(Base):
    """进展填报. A correction is a new version of the same period."""

    __tablename__ = "progress_reports"
    __table_args__ = (UniqueConstraint("project_id", "period", "version"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    period: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    reported_at: Mapped[datetime]
    reported_by: Mapped[str] = mapped_column(String(100))
    percent: Mapped[Decimal | None]
    statement: Mapped[str] = mapped_column(Text, default="")


class ReportedValue(Base):
    """The cumulative figure of one target in one report, in the target's unit."""

    __tablename__ = "reported_values"

    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    value: Mapped[Decimal]


class LightRecord(Base):
    """灯色 history: one row for each monthly assessment and each change between."""

    __tablename__ = "lights"
    __table_args__ = (
        UniqueConstraint("project_id", "period", "on_day"),
        Index("ix_lights_project_id", "project_id"),
    )

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    on_day: Mapped[date]
    period: Mapped[str] = mapped_column(String(20), default="")
    colour: Mapped[Light]
    reason: Mapped[Reason]
    rule: Mapped[str] = mapped_column(String(50), default="")
    text: Mapped[str] = mapped_column(Text, default="")


class Notice(Base):
    """One row, one key, one explanation. ``facts`` is all that the decision was taken on."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("(state = 'issued') = (issued_at IS NOT NULL)", "issued_has_time"),
        CheckConstraint("(answered_at IS NULL) = (answered_by = '')", "answer_has_author"),
        Index("ix_notices_project_id", "project_id"),
        Index("ix_notices_deadline_id", "deadline_id"),
        Index("ix_notices_state", "state"),
    )

    id: Id = key()
    key: Mapped[str] = mapped_column(String(200), unique=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    deadline_id: Mapped[int | None] = mapped_column(ForeignKey("deadlines.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("sweep_runs.id"))
    kind: Mapped[NoticeKind]
    stage: Mapped[Stage]
    rule: Mapped[str] = mapped_column(String(50))
    occurrence: Mapped[str] = mapped_column(String(30))
    reason: Mapped[Reason]
    state: Mapped[NoticeState]
    title: Mapped[str] = mapped_column(String(300))
    as_of: Mapped[date]
    policy_version: Mapped[str] = mapped_column(String(16))
    calendar_version: Mapped[str] = mapped_column(String(16))
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    reply_by: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(100), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    signed_by: Mapped[str] = mapped_column(String(100), default="")
    signed_basis: Mapped[str] = mapped_column(Text, default="")


class Delivery(Base):
    """发送: one message to one person over one channel; the outbox row, lease and all.

    ``message`` is the finished mail, written before the first attempt, so that a repeat after
    a crash is the same to the byte. States are tied to their times by constraints.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", "sending_has_lease"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", "sent_has_time"),
        CheckConstraint("state <> 'failed' OR error <> ''", "failed_has_error"),
        CheckConstraint("state <> 'sending' OR message IS NOT NULL", "sending_has_message"),
        Index(
            "ix_deliveries_queue",
            "next_attempt_at",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index("ix_deliveries_run_id", "run_id"),
    )

    id: Id = key()
    key: Mapped[str] = mapped_column(String(200), unique=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("sweep_runs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    post_kind: Mapped[PostKind]
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(254))
    state: Mapped[DeliveryState]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(String(200), default="")
    message: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


class DeliveryNotice(Base):
    """Which notices a message carries: one digest per person per run when there are several."""

    __tablename__ = "delivery_notices"
    __table_args__ = (Index("ix_delivery_notices_notice_id", "notice_id"),)

    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)


class Extension(Base):
    """延期申请: asked before expiry, approved by the office and then by a leader."""

    __tablename__ = "extensions"

    id: Id = key()
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"))
    new_due: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    progress: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[str] = mapped_column(String(100))
    requested_at: Mapped[datetime]
    state: Mapped[ExtensionState] = mapped_column(default=ExtensionState.REQUESTED)
    reviewed_by: Mapped[str] = mapped_column(String(100), default="")
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    decision: Mapped[str] = mapped_column(Text, default="")


class Inspection(Base):
    """督查活动."""

    __tablename__ = "inspections"

    id: Id = key()
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id"))
    kind: Mapped[InspectionKind]
    on_day: Mapped[date]
    title: Mapped[str] = mapped_column(String(300))
    leader: Mapped[str] = mapped_column(String(100))
    conclusion: Mapped[str] = mapped_column(Text)


class InspectedProject(Base):
    """What an inspection looked at, what it found, and the rectification that followed."""

    __tablename__ = "inspected_projects"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    finding: Mapped[str] = mapped_column(Text, default="")
    rectification_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))


class SweepRun(Base):
    """One period of one cadence, claimed once by whoever comes first (design §5, rule 3).

    ``cursor`` is the last project or unit finished, so that a killed run goes on where it stopped.
    """

    __tablename__ = "sweep_runs"
    __table_args__ = (
        UniqueConstraint("cadence", "period"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", "running_has_lease"),
    )

    id: Id = key()
    cadence: Mapped[Cadence]
    period: Mapped[str] = mapped_column(String(20))
    scheduled_at: Mapped[datetime]
    as_of: Mapped[datetime]
    state: Mapped[RunState]
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    cursor: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class PolicyVersion(Base):
    """A policy as it was used, by the hash of its content."""

    __tablename__ = "policy_versions"

    version: Mapped[str] = mapped_column(String(16), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    first_used_at: Mapped[datetime]


class CalendarVersion(Base):
    """A calendar as it was used, by the hash of its content."""

    __tablename__ = "calendar_versions"

    version: Mapped[str] = mapped_column(String(16), primary_key=True)
    content: Mapped[dict[str, Any]]
    first_used_at: Mapped[datetime]


class JournalEvent(Base):
    """督办日志: append-only. Each chain (a project, or a part of the engine) is hash-linked."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: Id = key()
    chain: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(100))
    data: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class JournalHead(Base):
    """The last event of each chain, and how far the checkpoints have covered it."""

    __tablename__ = "journal_heads"

    chain: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    checkpointed_seq: Mapped[int] = mapped_column(default=0)


class Checkpoint(Base):
    """The heads that moved since the last checkpoint, hash-linked to it."""

    __tablename__ = "checkpoints"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    heads: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Setting(Base):
    """What this installation must remember about itself, such as when it began."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
