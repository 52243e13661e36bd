"""一月一促与季度通报: the monthly brief, and the circulars that the policy's gates ask for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk, NoticeDraft, issue
from engine.desk.readers import readers_of
from engine.rules import papers
from engine.rules.facts import ProjectFacts, moment_to_data, project_to_data
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.policy import Rule
from engine.rules.standings import Standing, standing_of
from engine.rules.words import Cadence, NoticeKind, PostKind, Reason, Stage
from engine.store.directory import Recipient, load_directory
from engine.store.journal import program_chain
from engine.store.loading import load_projects
from engine.store.parts import Span, in_ranges, ranges
from engine.store.statements import table_of
from engine.store.tables import Program, Project
from engine.sweeps.run import Outcome, Run, Step, is_not_aside
from engine.sweeps.setting_aside import set_aside

PROJECTS, LISTS = 500, 1
SUPERVISED = (ProjectState.REGISTERED, *OPEN_STATES)


def lay_out(run: Run, session: Session) -> list[Span]:
    """Every year's list."""
    return ranges(session, _LIST_RANGES, limit=LISTS, shards=run.shards)


def issue_papers(run: Run, desk: Desk, span: Span) -> Outcome:
    """The monthly brief, and the circulars that the policy's gates ask for, as drafts."""
    wanted, counts = Program.id.between(span.first, span.last), Counter[str]()
    for program in desk.session.scalars(select(Program).where(wanted).order_by(Program.id)):
        survey = _survey(run, desk.session, program)
        set_aside(desk, survey.faults)
        counts["set_aside"] += len(survey.faults)
        if not survey.is_over:
            issued = issue(desk, list(_periodic_papers(run, desk, program, survey)))
            counts.update(draft.kind.counted for draft in issued)
    return Outcome(counts)


PAPERS = Step(lay_out, issue_papers)


def _periodic_papers(
    run: Run, desk: Desk, program: Program, survey: _Survey
) -> Iterator[NoticeDraft]:
    if run.moment.cadence is Cadence.MONTHLY:
        yield _brief(run, desk.session, program, survey)
    yield from _circulars(run, desk, program, survey)


@dataclass(frozen=True, slots=True)
class _Survey:
    """Where a whole list stands, and the projects each circular rule names."""

    standings: list[Standing] = field(default_factory=list)
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
    standing = standing_of(facts, run.moment.cutoff)
    calendar = run.rulebook.calendar
    named = {rule.id: papers.named_by(rule, [facts], calendar, run.moment) for rule in rules}
    survey.standings.append(standing)
    for rule_id, items in named.items():
        if items:
            survey.named[rule_id].extend(items)
            survey.projects[rule_id].append(facts)


def _brief(run: Run, session: Session, program: Program, survey: _Survey) -> NoticeDraft:
    directory = load_directory(session, run.moment.day, ())
    leaders = directory.everywhere.get(PostKind.LEADER, ())
    readers = {r.person_id: r for r in (*leaders, *directory.office)}
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


def _circulars(run: Run, desk: Desk, program: Program, survey: _Survey) -> Iterator[NoticeDraft]:
    for rule in run.rulebook.policy.program_rules(run.moment.cadence):
        named = tuple(survey.named[rule.id])
        if not named:
            continue
        paper = papers.circular(named, survey.standings, run.moment)
        facts = _paper_facts(run, survey, papers.to_data(paper))
        facts["projects"] = [project_to_data(p) for p in survey.projects[rule.id]]
        facts["decision"] = {"audience": [post.value for post in rule.audience]}
        occurrence = _occurrence(rule, run)
        readers, reply_by = _when_authorised(desk, rule, [p.id for p in survey.projects[rule.id]])
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
            recipients=readers,
            reply_by=reply_by,
        )


def _when_authorised(
    desk: Desk, rule: Rule, projects: Sequence[int]
) -> tuple[tuple[Recipient, ...], date | None]:
    """The readers of a circular that needs no further signature, and when they are to answer;
    for one that waits both follow from the day of the signature."""
    if not desk.rulebook.policy.papers.authorising(rule.notice, desk.day):
        return (), None
    reply_by = papers.reply_day(rule, desk.day, desk.rulebook.calendar)
    return readers_of(desk, projects, rule.audience), reply_by


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


_LIST_RANGES = in_ranges(select(table_of(Program).c.id))
