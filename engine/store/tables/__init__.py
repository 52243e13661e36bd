"""The tables. Word columns hold closed vocabularies; unique keys hold the promises of design §5."""

from __future__ import annotations

from engine.rules.extensions import ExtensionState
from engine.store.tables.accounts import Account, AccountSession, ApiAnswer, ApiToken
from engine.store.tables.assessments import (
    Assessment,
    AssessmentObjection,
    ScoreLine,
    ScoringVersion,
)
from engine.store.tables.base import Base, DeliveryState, RunState
from engine.store.tables.clocks import ClockEvent
from engine.store.tables.completions import CompletionRequest, TargetProof
from engine.store.tables.congress import CongressOpinion, OpinionReport
from engine.store.tables.decisions import Change, Extension
from engine.store.tables.documents import Document, TemplateVersion
from engine.store.tables.drafts import DocumentNumber, Draft, DraftVersion, NumberSeries
from engine.store.tables.evidence import Evidence, EvidenceContent
from engine.store.tables.inspections import (
    Finding,
    InspectedProject,
    Inspection,
    InspectionMember,
    ReviewRequest,
)
from engine.store.tables.jobs import AuditFinding, JobLook, JobRun
from engine.store.tables.journal import Checkpoint, JournalEvent, JournalHead
from engine.store.tables.notices import Delivery, DeliveryNotice, Notice
from engine.store.tables.programs import Batch, Meeting, MeetingItem, Program, Proposal
from engine.store.tables.projects import (
    Deadline,
    LightRecord,
    Milestone,
    Project,
    ProjectUnit,
    Target,
)
from engine.store.tables.publicity import Publication, PublicObjection
from engine.store.tables.reports import (
    ImplementationPlan,
    ProgressReport,
    ReportDoubt,
    ReportedValue,
)
from engine.store.tables.roster import Leave, Person, Post, Unit
from engine.store.tables.running import (
    CalendarVersion,
    PolicyVersion,
    Setting,
    SweepPart,
    SweepRun,
)
from engine.store.tables.silences import Feed, Silence

__all__ = [
    "Account",
    "AccountSession",
    "ApiAnswer",
    "ApiToken",
    "Assessment",
    "AssessmentObjection",
    "AuditFinding",
    "Base",
    "Batch",
    "CalendarVersion",
    "Change",
    "Checkpoint",
    "ClockEvent",
    "CompletionRequest",
    "CongressOpinion",
    "Deadline",
    "Delivery",
    "DeliveryNotice",
    "DeliveryState",
    "Document",
    "DocumentNumber",
    "Draft",
    "DraftVersion",
    "Evidence",
    "EvidenceContent",
    "Extension",
    "ExtensionState",
    "Feed",
    "Finding",
    "ImplementationPlan",
    "InspectedProject",
    "Inspection",
    "InspectionMember",
    "JobLook",
    "JobRun",
    "JournalEvent",
    "JournalHead",
    "Leave",
    "LightRecord",
    "Meeting",
    "MeetingItem",
    "Milestone",
    "Notice",
    "NumberSeries",
    "OpinionReport",
    "Person",
    "PolicyVersion",
    "Post",
    "Program",
    "ProgressReport",
    "Project",
    "ProjectUnit",
    "Proposal",
    "PublicObjection",
    "Publication",
    "ReportDoubt",
    "ReportedValue",
    "ReviewRequest",
    "RunState",
    "ScoreLine",
    "ScoringVersion",
    "Setting",
    "Silence",
    "SweepPart",
    "SweepRun",
    "Target",
    "TargetProof",
    "TemplateVersion",
    "Unit",
]
