"""What is told when an item is given to its units: 交办通知, 配合通知, and 改派告知 to a unit that
is relieved of it. One message per person carries all that is given out together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.desk.effects import recipients_of, unfilled_posts
from engine.desk.issuing import Desk, NoticeDraft, issue
from engine.rules.facts import DeadlineFacts, ProjectFacts, moment_to_data, project_to_data
from engine.rules.periods import moment_of
from engine.rules.policy import climb
from engine.rules.words import Cadence, DeadlineKind, NoticeKind, PostKind, Reason, Stage
from engine.store.directory import Directory, Recipient, load_directory
from engine.store.journal import project_chain
from engine.store.loading import Loaded, load_projects
from engine.store.tables import Project, ProjectUnit, Unit

Members = dict[int, list[tuple[int, str]]]
"""Units, id and name, by project."""


@dataclass(frozen=True, slots=True)
class Handover:
    """How an item came to the units that have it now; empty for a first assignment.

    Attributes:
        before: the unit that was relieved of it, id and name.
        reason: why, in the office's words.
    """

    before: tuple[int, str] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Given:
    """One item with all that its notices need."""

    row: Project
    facts: ProjectFacts
    deadline: DeadlineFacts
    lead: list[tuple[int, str]]
    support: list[tuple[int, str]]
    handover: Handover


def tell_units(desk: Desk, projects: Sequence[Project], handover: Handover) -> None:
    """Issue the notices of an assignment that has just been made."""
    ids = [project.id for project in projects]
    loaded = load_projects(desk.session, ids, desk.day)
    lead, support = _members(desk, ids, leads=True), _members(desk, ids, leads=False)
    others = {unit for group in support.values() for unit, _ in group}
    if handover.before:
        others.add(handover.before[0])
    directory = load_directory(desk.session, desk.day, others)
    drafts: list[NoticeDraft] = []
    for facts in loaded.projects:
        row = loaded.rows[facts.id]
        first = (row.lead_unit_id, facts.unit)
        deadline = next(d for d in facts.deadlines if d.kind is DeadlineKind.SIGN_FOR)
        given = _Given(row, facts, deadline, [first, *lead[facts.id]], support[facts.id], handover)
        drafts.append(_assignment(desk, loaded, given))
        drafts.extend(_support(desk, directory, given))
        drafts.extend(_relief(desk, directory, given))
    issue(desk, drafts)


def _members(desk: Desk, project_ids: Sequence[int], *, leads: bool) -> Members:
    members: Members = defaultdict(list)
    rows = desk.session.execute(
        select(ProjectUnit.project_id, Unit.id, Unit.name)
        .join(Unit, ProjectUnit.unit_id == Unit.id)
        .where(ProjectUnit.project_id.in_(project_ids), ProjectUnit.leads.is_(leads))
        .order_by(ProjectUnit.project_id, ProjectUnit.position, Unit.id)
    )
    for project_id, unit_id, name in rows:
        members[project_id].append((unit_id, name))
    return members


def _assignment(desk: Desk, loaded: Loaded, given: _Given) -> NoticeDraft:
    audience = climb((PostKind.CONTACT,), given.facts.reachable)
    return _draft(
        desk,
        given,
        NoticeKind.ASSIGNMENT,
        audience=audience,
        recipients=recipients_of(loaded.directory, given.row, audience),
        unit_id=given.row.lead_unit_id,
        deadline=given.deadline,
        missing=unfilled_posts(loaded.directory, given.row, (PostKind.CONTACT,)),
    )


def _support(desk: Desk, directory: Directory, given: _Given) -> Iterator[NoticeDraft]:
    """配合单位 are informed; nothing is asked of them, and no clock runs."""
    if given.support:
        units = [unit for unit, _ in given.support]
        yield _informing(desk, directory, given, NoticeKind.SUPPORT_NOTICE, units)


def _relief(desk: Desk, directory: Directory, given: _Given) -> Iterator[NoticeDraft]:
    if given.handover.before:
        unit, _ = given.handover.before
        yield _informing(desk, directory, given, NoticeKind.RELIEF, [unit])


def _informing(
    desk: Desk, directory: Directory, given: _Given, kind: NoticeKind, units: Sequence[int]
) -> NoticeDraft:
    """A notice to the contacts of these units; it stays within the units."""
    contact = PostKind.CONTACT
    people = {p.person_id: p for unit in units for p in directory.within(contact, unit)}
    filled = all(directory.find(contact, unit, None) for unit in units)
    return _draft(
        desk,
        given,
        kind,
        audience=[contact],
        recipients=tuple(people.values()),
        unit_id=units[0] if kind is NoticeKind.RELIEF else given.row.lead_unit_id,
        missing=() if filled else (contact,),
    )


RULES = {
    NoticeKind.ASSIGNMENT: "assign",
    NoticeKind.SUPPORT_NOTICE: "support",
    NoticeKind.RELIEF: "relieve",
}
"""What these notices are decided by: no rule of the policy, but the act itself."""


def _draft(
    desk: Desk,
    given: _Given,
    kind: NoticeKind,
    *,
    audience: Sequence[PostKind],
    recipients: tuple[Recipient, ...],
    unit_id: int,
    missing: tuple[PostKind, ...],
    deadline: DeadlineFacts | None = None,
) -> NoticeDraft:
    """A notice of the day of the assignment, named by its sign-for date, which is new each time."""
    facts, rule = given.facts, RULES[kind]
    left = deadline and desk.rulebook.calendar.working_days_between(desk.day, deadline.due)
    suffix = "" if kind is NoticeKind.ASSIGNMENT else f"·{kind.label}"
    return NoticeDraft(
        key=f"p{facts.id}/{rule}/{given.deadline.code}/{Stage.BEFORE.value}/{desk.day}",
        kind=kind,
        stage=Stage.BEFORE,
        rule=rule,
        occurrence=desk.day.isoformat(),
        reason=Reason.ROUTINE,
        program_id=given.row.program_id,
        chain=project_chain(facts.id),
        title=f"{facts.code} {facts.title}{suffix}",
        facts={
            "moment": moment_to_data(moment_of(Cadence.DAILY, desk.day)),
            "project": project_to_data(facts),
            "assignment": _terms(given),
            "decision": {
                "texts": list(_texts(given)),
                "audience": [post.value for post in audience],
                "superseded": [],
                "working_days": left,
            },
        },
        recipients=recipients,
        project_id=facts.id,
        unit_id=unit_id,
        deadline_id=deadline.id if deadline else None,
        reply_by=deadline.due if deadline else None,
        missing=missing,
    )


def _terms(given: _Given) -> dict[str, Any]:
    """Who has the item now, and by which document."""
    handover = given.handover
    return {
        "document": given.row.assigned_by_document,
        "lead": [name for _, name in given.lead],
        "support": [name for _, name in given.support],
        "before": handover.before[1] if handover.before else "",
        "reason": handover.reason,
    }


def _texts(given: _Given) -> Iterator[str]:
    if given.row.assigned_by_document:
        yield f"交办文号：{given.row.assigned_by_document}"
    if given.handover.before:
        leads = "、".join(name for _, name in given.lead)
        yield f"原由{given.handover.before[1]}办理，现改派{leads}：{given.handover.reason}"
