"""One item: its promise, how it stands, who answers for it, what happened, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import Field

from engine.lists.levels import Branch, tree
from engine.overseeing.curve import Curve, ReportLine, curve, report_lines
from engine.overseeing.item_papers import DateLine, ItemPapers, item_papers
from engine.overseeing.light_reason import LightReason, light_reason
from engine.overseeing.people import UnitOfItem, people_of
from engine.overseeing.timeline import EventLine, Timeline, comments, timeline
from engine.rules.facts import MilestoneFacts, ProjectFacts, TargetFacts
from engine.rules.lifecycle import RUNNING_STATES, ProjectState
from engine.rules.progress import achieved_percent
from engine.rules.words import DeadlineKind, Light, ProjectKind, Timeliness, Urgency
from engine.store.loading import load_projects
from engine.store.tables import Batch, Program, Project
from engine.tasks.commenting import comment
from web.access import EVERYBODY, LEADERS, OFFICE, SEE_ALL
from web.console.curve_drawing import Drawing, drawing
from web.console.declared import Act, Done, Offer, Page
from web.console.given import Given, Nothing, Text
from web.console.item_acts import ItemAct, item_acts
from web.console.visit import Visit

HERE = "/projects/{code}"
ENDS = (DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)
EVENTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised, on which decision, by when.

    Attributes:
        slack: working days from today to the promised date, negative when it has passed; None for
            an item that has ended, or whose clock stood still when the date passed.
    """

    code: str
    title: str
    kind: ProjectKind
    field: str
    content: str
    program: str
    basis: str
    sponsor: str
    urgency: Urgency
    starts_on: date
    assigned_on: date | None
    assigned_by_document: str
    due: date | None
    original_due: date | None
    slack: int | None
    remark: str


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target: promised, reached, and the share of it."""

    metric: str
    unit: str
    text: str
    planned: Decimal
    actual: Decimal | None
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """All of an item; ``curve`` and ``light`` are None when its data cannot be read."""

    promise: Promise
    state: ProjectState
    light: Light
    disputed: bool
    exempt_until: date | None
    silenced_until: date | None
    timeliness: Timeliness | None
    closed_on: date | None
    set_aside: str
    targets: list[TargetLine]
    milestones: list[MilestoneFacts]
    curve: Curve | None
    drawing: Drawing | None
    reports: list[ReportLine]
    reason: LightReason | None
    people: list[UnitOfItem]
    parent: str
    parts: Branch | None
    papers: ItemPapers
    comments: list[EventLine]
    events: Timeline
    acts: list[ItemAct]


class TimelineAsked(Given):
    """From which event back."""

    before: int | None = Field(None, title="此前", ge=1)


@dataclass(frozen=True, slots=True)
class History:
    """A page of an item's history."""

    code: str
    title: str
    events: Timeline


class Comment(Given):
    """What a leader has to say."""

    text: Text = Field(title="批注内容", description="写入督办日志，事项页上可见，不能更改")


def project(visit: Visit, _: Nothing, code: str) -> Item:
    """An item."""
    row, session = visit.project(code), visit.session
    for_units = not visit.asker.may(SEE_ALL)
    loaded = load_projects(session, [row.id], visit.day)
    facts = loaded.projects[0] if loaded.projects else None
    papers = item_papers(session, row.id, for_units=for_units)
    end = next((d for d in reversed(papers.dates) if d.kind in ENDS), None)
    its_curve = curve(session, facts, end.due if end else None, visit.day) if facts else None
    branch = tree(session, row, visit.day) if facts else None
    parent = session.get(Project, row.parent_id) if row.parent_id else None
    return Item(
        promise=_promise(visit, row, end),
        state=row.state,
        light=row.light,
        disputed=bool(facts and facts.disputed),
        exempt_until=_still(row.exempt_until, visit.day),
        silenced_until=facts.silenced_until if facts else None,
        timeliness=row.timeliness,
        closed_on=row.closed_on,
        set_aside="" if for_units else row.set_aside_error,
        targets=[_target(target) for target in facts.targets] if facts else [],
        milestones=list(facts.milestones) if facts else [],
        curve=its_curve,
        drawing=drawing(its_curve, visit.day) if its_curve else None,
        reports=list(report_lines(session, row.id)),
        reason=light_reason(session, facts, visit.desk.rulebook, visit.day) if facts else None,
        people=people_of(visit.desk, row),
        parent=parent.code if parent else "",
        parts=branch if branch and branch.parts else None,
        papers=papers,
        comments=comments(session, row.id),
        events=timeline(session, row.id, for_units=for_units, limit=EVENTS_SHOWN),
        acts=_acts(visit, row, facts),
    )


def history(visit: Visit, asked: TimelineAsked, code: str) -> History:
    """The history of an item."""
    row = visit.project(code)
    for_units = not visit.asker.may(SEE_ALL)
    events = timeline(visit.session, row.id, for_units=for_units, before=asked.before)
    return History(row.code, row.title, events)


def add_comment(visit: Visit, given: Comment, code: str) -> Done:
    """Write a leader's remark."""
    comment(visit.desk, visit.project(code), visit.by, given.text)
    return Done("批注已写入督办日志", f"/projects/{code}#comments")


def _offer_comment(visit: Visit, code: str) -> Offer:
    row = visit.project(code)
    return Offer(facts=[("事项", f"{row.code} {row.title}"), ("灯色", row.light.label)])


def _promise(visit: Visit, row: Project, end: DateLine | None) -> Promise:
    program = visit.session.get_one(Program, row.program_id)
    batch = visit.session.get(Batch, (row.program_id, row.batch))
    calendar = visit.desk.rulebook.calendar
    is_past = end is not None and end.due < visit.day
    is_binding = row.closed_on is None and (not is_past or row.state in RUNNING_STATES)
    return Promise(
        code=row.code,
        title=row.title,
        kind=row.kind,
        field=row.field,
        content=row.content,
        program=program.title,
        basis=row.basis or (batch.basis if batch else program.basis),
        sponsor=row.sponsor,
        urgency=row.urgency,
        starts_on=row.starts_on,
        assigned_on=row.assigned_on,
        assigned_by_document=row.assigned_by_document,
        due=end.due if end else None,
        original_due=end.original if end else None,
        slack=calendar.working_days_between(visit.day, end.due) if end and is_binding else None,
        remark=row.remark,
    )


def _target(target: TargetFacts) -> TargetLine:
    percent = achieved_percent(target)
    return TargetLine(
        target.metric, target.unit, target.text, target.planned, target.actual, percent
    )


def _still(until: date | None, day: date) -> date | None:
    return until if until and until >= day else None


def _acts(visit: Visit, row: Project, facts: ProjectFacts | None) -> list[ItemAct]:
    names = set(visit.asker.units.values())
    leads = {unit.unit for unit in people_of(visit.desk, row) if "牵头" in unit.role}
    return item_acts(
        row.state,
        row.kind,
        is_office=visit.asker.may(OFFICE),
        is_leader=visit.asker.may(LEADERS),
        is_led=bool(names & leads),
    )


PAGES = (
    Page("project", HERE, "项目", EVERYBODY, project, "project.html"),
    Page(
        "project-history",
        f"{HERE}/history",
        "项目大事记",
        EVERYBODY,
        history,
        "project_history.html",
        TimelineAsked,
    ),
)
ACTS = (
    Act(
        "project-comment",
        f"{HERE}/comment",
        "批注",
        LEADERS,
        add_comment,
        Comment,
        about="批注供督查室和责任单位阅办，不改变时限；要求限期办理的，请用“批示交办”。",
        offer=_offer_comment,
        back=HERE,
    ),
)
