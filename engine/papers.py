"""Issuing the papers that gather many projects; the gathering itself is ``rules.papers``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine.effects import recipients_of
from engine.issuing import NoticeDraft, issue
from engine.rules import papers
from engine.rules.facts import ProjectFacts, moment_to_data, project_to_data
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.policy import Rule, climb
from engine.rules.words import (
    Cadence,
    DeadlineState,
    Light,
    NoticeKind,
    PostKind,
    ProjectKind,
    Reason,
    Stage,
)
from engine.run import Run, is_not_aside, is_supervised
from engine.setting_aside import set_aside
from engine.store.directory import Directory, Recipient, load_directory
from engine.store.journal import program_chain
from engine.store.loading import Loaded, load_projects
from engine.store.tables import Deadline, Notice, Program, Project
from engine.trigger import reached

UNITS = 100
PROJECTS = 500
SUPERVISED = (ProjectState.REGISTERED, *OPEN_STATES)


def issue_weekly(run: Run) -> None:
    """One digest for each unit that has something before it, then one list for the office."""
    after = run.done
    while units := _next_units(run, after):
        with run.database.begin() as session:
            desk = run.desk(session, after)
            ids = session.scalars(
                select(Project.id).where(_is_for_the_week(run), Project.lead_unit_id.in_(units))
            ).all()
            loaded = load_projects(session, ids, run.moment.day)
            issued = issue(desk, list(_digests(run, loaded)))
            set_aside(desk, loaded.faults)
            counts = Counter({_count(NoticeKind.WEEKLY_DIGEST): len(issued)})
            counts["set_aside"] = len(loaded.faults)
            reached("sweep.written")
            run.advance(session, counts, units[-1])
        after = units[-1]
        reached("sweep.batch")
    with run.database.begin() as session:
        desk = run.desk(session)
        issued = issue(desk, list(_weekly_lists(run, session)))
        run.advance(session, Counter({_count(NoticeKind.WEEKLY_LIST): len(issued)}))


def issue_periodic(run: Run) -> None:
    """The monthly brief, and the circulars that the policy's gates ask for, as drafts."""
    with run.database.begin() as session:
        desk = run.desk(session)
        for program in session.scalars(select(Program).order_by(Program.id)).all():
            survey = _survey(run, session, program)
            set_aside(desk, survey.faults)
            counts = Counter(set_aside=len(survey.faults))
            if not survey.is_over:
                issued = issue(desk, list(_periodic_papers(run, session, program, survey)))
                counts.update(_count(draft.kind) for draft in issued)
            run.advance(session, counts)
        reached("sweep.written")


def _periodic_papers(
    run: Run, session: Session, program: Program, survey: _Survey
) -> Iterator[NoticeDraft]:
    if run.moment.cadence is Cadence.MONTHLY:
        yield _brief(run, session, program, survey)
    yield from _circulars(run, program, survey)


def _count(kind: NoticeKind) -> str:
    return f"notice.{kind.value}"


def _is_for_the_week(run: Run) -> ColumnElement[bool]:
    """Open, and with a date within the look-ahead, a bad light, or a problem to be put right."""
    horizon = run.rulebook.calendar.add_working_days(
        run.moment.day, run.rulebook.policy.weekly.look_ahead
    )
    near = select(Deadline.project_id).where(
        Deadline.state == DeadlineState.PENDING, Deadline.due <= horizon
    )
    return is_supervised(run.moment.day) & or_(
        Project.id.in_(near),
        Project.light.in_((Light.YELLOW, Light.RED)),
        Project.kind.in_((ProjectKind.PROBLEM, ProjectKind.RECTIFICATION)),
    )


def _next_units(run: Run, after: int) -> list[int]:
    with run.database.read() as session:
        return list(
            session.scalars(
                select(Project.lead_unit_id)
                .where(Project.lead_unit_id > after, _is_for_the_week(run))
                .distinct()
                .order_by(Project.lead_unit_id)
                .limit(UNITS)
            )
        )


def _digests(run: Run, loaded: Loaded) -> Iterator[NoticeDraft]:
    groups: dict[tuple[int, int], list[ProjectFacts]] = defaultdict(list)
    for facts in loaded.projects:
        row = loaded.rows[facts.id]
        groups[row.program_id, row.lead_unit_id].append(facts)
    for (program_id, unit_id), projects in sorted(groups.items()):
        sound = [facts for facts in projects if _is_sound(run, loaded, facts)]
        paper = papers.weekly_paper(sound, run.rulebook.policy, run.rulebook.calendar, run.moment)
        if not paper.is_empty:
            yield _digest(run, loaded, program_id, unit_id, sound, paper)


def _is_sound(run: Run, loaded: Loaded, facts: ProjectFacts) -> bool:
    """Whether a project can be put on paper at all; one that cannot is a fault of its own."""
    try:
        papers.standing_of(facts, run.moment.cutoff)
    except Exception as error:
        loaded.faults[facts.id] = error
        return False
    return True


def _digest(
    run: Run,
    loaded: Loaded,
    program_id: int,
    unit_id: int,
    projects: Sequence[ProjectFacts],
    paper: papers.WeeklyPaper,
) -> NoticeDraft:
    first = projects[0]
    audience = climb((PostKind.CONTACT,), first.reachable)
    return NoticeDraft(
        key=f"g{program_id}/weekly/u{unit_id}/{run.moment.period}",
        kind=NoticeKind.WEEKLY_DIGEST,
        stage=Stage.BEFORE,
        rule="weekly",
        occurrence=run.moment.period,
        reason=Reason.ROUTINE,
        program_id=program_id,
        chain=program_chain(program_id),
        title=f"{first.unit}一周一督（{run.moment.period}）",
        facts={
            "moment": moment_to_data(run.moment),
            "projects": [project_to_data(facts) for facts in projects],
            "paper": papers.to_data(paper),
        },
        recipients=recipients_of(loaded.directory, loaded.rows[first.id], audience),
        unit_id=unit_id,
        missing=() if PostKind.CONTACT in first.reachable else (PostKind.CONTACT,),
    )


def _weekly_lists(run: Run, session: Session) -> Iterator[NoticeDraft]:
    """The office's list is its units' digests put together."""
    digests = session.execute(
        select(Notice.id, Notice.program_id, Notice.facts)
        .where(Notice.run_id == run.id, Notice.kind == NoticeKind.WEEKLY_DIGEST)
        .order_by(Notice.id)
    ).all()
    office = _office(load_directory(session, run.moment.day, ()))
    for program_id in sorted({row.program_id for row in digests}):
        parts = {row.id: row.facts["paper"] for row in digests if row.program_id == program_id}
        paper = papers.put_together([papers.weekly_from_data(data) for data in parts.values()])
        yield NoticeDraft(
            key=f"g{program_id}/weekly/office/{run.moment.period}",
            kind=NoticeKind.WEEKLY_LIST,
            stage=Stage.BEFORE,
            rule="weekly",
            occurrence=run.moment.period,
            reason=Reason.ROUTINE,
            program_id=program_id,
            chain=program_chain(program_id),
            title=f"督查室周清单（{run.moment.period}）",
            facts={
                "moment": moment_to_data(run.moment),
                "digests": list(parts),
                "paper": papers.to_data(paper),
            },
            recipients=office,
            missing=() if office else (PostKind.OFFICE,),
        )


def _office(directory: Directory) -> tuple[Recipient, ...]:
    return tuple(directory.everywhere.get(PostKind.OFFICE, ()))


@dataclass(frozen=True, slots=True)
class _Survey:
    """Where a whole list stands, and the projects each circular rule names."""

    standings: list[papers.Standing] = field(default_factory=list)
    named: dict[str, list[papers.CircularItem]] = field(default_factory=lambda: defaultdict(list))
    projects: dict[str, list[ProjectFacts]] = field(default_factory=lambda: defaultdict(list))
    faults: dict[int, Exception] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether nothing on the list is supervised any more."""
        return not any(standing.state in SUPERVISED for standing in self.standings)


def _survey(run: Run, session: Session, program: Program) -> _Survey:
    """Go through the whole list once, keeping only what the papers print."""
    rules = run.rulebook.policy.program_rules(run.moment.cadence)
    survey = _Survey()
    cursor = 0
    while ids := session.scalars(
        select(Project.id)
        .where(
            Project.program_id == program.id,
            Project.id > cursor,
            is_not_aside(run.moment.day),
        )
        .order_by(Project.id)
        .limit(PROJECTS)
    ).all():
        cursor = ids[-1]
        loaded = load_projects(session, ids, run.moment.day)
        survey.faults.update(loaded.faults)
        for facts in loaded.projects:
            try:
                _take_in(survey, rules, facts, run)
            except Exception as error:
                survey.faults[facts.id] = error
    return survey


def _take_in(survey: _Survey, rules: Sequence[Rule], facts: ProjectFacts, run: Run) -> None:
    """One project's standing, and the circular rules that name it."""
    standing = papers.standing_of(facts, run.moment.cutoff)
    calendar = run.rulebook.calendar
    named = {rule.id: papers.named_by(rule, [facts], calendar, run.moment) for rule in rules}
    survey.standings.append(standing)
    for rule_id, items in named.items():
        if items:
            survey.named[rule_id].extend(items)
            survey.projects[rule_id].append(facts)


def _brief(run: Run, session: Session, program: Program, survey: _Survey) -> NoticeDraft:
    directory = load_directory(session, run.moment.day, ())
    leaders = tuple(directory.everywhere.get(PostKind.LEADER, ()))
    readers = {r.person_id: r for r in (*leaders, *_office(directory))}
    paper = papers.monthly_brief(survey.standings, run.moment)
    return NoticeDraft(
        key=f"g{program.id}/brief/{run.moment.period}",
        kind=NoticeKind.MONTHLY_BRIEF,
        stage=Stage.DURING,
        rule="brief",
        occurrence=run.moment.period,
        reason=Reason.ROUTINE,
        program_id=program.id,
        chain=program_chain(program.id),
        title=f"{program.name}办理情况专报（截至{run.moment.cutoff.month}月底）",
        facts=_paper_facts(run, survey, papers.to_data(paper)),
        recipients=tuple(readers.values()),
        missing=() if leaders else (PostKind.LEADER,),
    )


def _circulars(run: Run, program: Program, survey: _Survey) -> Iterator[NoticeDraft]:
    for rule in run.rulebook.policy.program_rules(run.moment.cadence):
        named = tuple(survey.named[rule.id])
        if not named:
            continue
        paper = papers.circular(named, survey.standings, run.moment)
        facts = _paper_facts(run, survey, papers.to_data(paper))
        facts["projects"] = [project_to_data(p) for p in survey.projects[rule.id]]
        facts["decision"] = {"audience": [post.value for post in rule.audience]}
        occurrence = _occurrence(rule, run)
        yield NoticeDraft(
            key=f"g{program.id}/{rule.id}/{rule.stage.value}/{occurrence}",
            kind=rule.notice,
            stage=rule.stage,
            rule=rule.id,
            occurrence=occurrence,
            reason=Reason.GATE if rule.when.gate else Reason.REPEATED,
            program_id=program.id,
            chain=program_chain(program.id),
            title=f"{program.name}督查通报（截至{run.moment.cutoff.month}月底）",
            facts=facts,
            recipients=(),
        )


def _occurrence(rule: Rule, run: Run) -> str:
    """A gate is passed once a year; otherwise each period has its own circular."""
    gate = rule.when.gate
    if gate is None:
        return run.moment.period
    return f"{run.moment.cutoff.year}-{gate.month:02d}-{gate.day:02d}"


def _paper_facts(run: Run, survey: _Survey, paper: dict[str, Any]) -> dict[str, Any]:
    return {
        "moment": moment_to_data(run.moment),
        "standings": [papers.to_data(standing) for standing in survey.standings],
        "paper": paper,
    }
