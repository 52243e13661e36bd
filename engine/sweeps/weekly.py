"""一周一督: one digest for each unit that has something before it, one list for the office."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, or_, select, union_all
from sqlalchemy.orm import Session

from engine.desk.empty_posts import find_empty_posts
from engine.desk.issuing import Desk, NoticeDraft, issue
from engine.notices.silences import told_silences
from engine.publicity.objection_list import overdue_objections
from engine.reports.report_versions import doubts_between
from engine.rules import papers
from engine.rules.facts import ProjectFacts, moment_to_data, project_to_data
from engine.rules.policy import climb
from engine.rules.silences import silence_to_data
from engine.rules.standings import standing_of
from engine.rules.words import (
    DeadlineState,
    Light,
    NoticeKind,
    PostKind,
    Reason,
    Stage,
)
from engine.rules.years import other_list
from engine.store.directory import Recipient, load_directory
from engine.store.journal import program_chain
from engine.store.loading import Loaded, load_projects
from engine.store.parts import Span, in_ranges, ranges
from engine.store.statements import rows, table_of
from engine.store.tables import Deadline, Notice, Program, Project, ProjectUnit, Unit
from engine.sweeps.run import Outcome, Run, Step, is_supervised
from engine.sweeps.setting_aside import set_aside

UNITS = 100
LISTS = 1


def lay_out_digests(run: Run, session: Session) -> list[Span]:
    """All units: which of them have something before them this week is seen part by part."""
    return ranges(session, _UNIT_RANGES, limit=UNITS, shards=run.shards)


def issue_digests(run: Run, desk: Desk, span: Span) -> Outcome:
    """One digest for each unit of a part that has something before it."""
    session, wanted = desk.session, {"first": span.first, "last": span.last, **_this_week(run)}
    units = rows(session, _THESE_UNITS, **wanted).scalars().all()
    ids = rows(session, _ITEMS, units=units, **_this_week(run)).scalars().all()
    loaded = load_projects(session, ids, run.moment.day)
    names, years = _names(session, units), _years(session)
    issued = issue(desk, list(_digests(run, loaded, names, years)))
    set_aside(desk, loaded.faults)
    counts = Counter({NoticeKind.WEEKLY_DIGEST.counted: len(issued)})
    counts["set_aside"] = len(loaded.faults)
    return Outcome(counts, find_empty_posts(desk, issued))


def lay_out_lists(run: Run, session: Session) -> list[Span]:
    """Every year's list, for the office."""
    return ranges(session, _LIST_RANGES, limit=LISTS, shards=run.shards)


def issue_lists(run: Run, desk: Desk, span: Span) -> Outcome:
    """One list for the office of each year's list of a part."""
    issued = issue(desk, list(_weekly_lists(run, desk.session, span)))
    return Outcome(Counter({NoticeKind.WEEKLY_LIST.counted: len(issued)}))


DIGESTS = Step(lay_out_digests, issue_digests)
WEEKLY_LISTS = Step(lay_out_lists, issue_lists)


def _this_week(run: Run) -> dict[str, Any]:
    """What the queries of the week are to know."""
    day, weekly = run.moment.day, run.rulebook.policy.weekly
    horizon = run.rulebook.calendar.add_working_days(day, weekly.look_ahead)
    return {"day": day, "horizon": horizon, "every": weekly.every}


def _names(session: Session, units: Sequence[int]) -> dict[int, str]:
    return {number: name for number, name in rows(session, _NAMES, units=units)}


def _years(session: Session) -> dict[int, int]:
    """Of which year each list is."""
    return {number: year for number, year in rows(session, _YEARS)}


def _digests(
    run: Run, loaded: Loaded, units: Mapping[int, str], years: Mapping[int, int]
) -> Iterator[NoticeDraft]:
    """One for each of these units, with all that it leads, alone or with others."""
    groups: dict[tuple[int, int], list[ProjectFacts]] = defaultdict(list)
    for facts in loaded.projects:
        row = loaded.rows[facts.id]
        for unit_id in loaded.directory.units_of(row):
            if unit_id in units:
                groups[row.program_id, unit_id].append(facts)
    for (program_id, unit_id), projects in sorted(groups.items()):
        sound = [facts for facts in projects if _is_sound(run, loaded, facts)]
        paper = papers.weekly_paper(sound, run.rulebook.policy, run.rulebook.calendar, run.moment)
        if not paper.is_empty:
            of = program_id, years[program_id]
            yield _digest(run, loaded, of, (unit_id, units[unit_id]), sound, paper)


def _is_sound(run: Run, loaded: Loaded, facts: ProjectFacts) -> bool:
    """Whether a project can be put on paper at all; one that cannot is a fault of its own."""
    try:
        standing_of(facts, run.moment.cutoff)
    except Exception as error:
        loaded.faults[facts.id] = error
        return False
    return True


def _digest(
    run: Run,
    loaded: Loaded,
    program: tuple[int, int],
    unit: tuple[int, str],
    projects: Sequence[ProjectFacts],
    paper: papers.WeeklyPaper,
) -> NoticeDraft:
    (unit_id, name), leader = unit, loaded.rows[projects[0].id].leader_post_id
    reachable = loaded.directory.reachable(unit_id, leader)
    audience = climb((PostKind.CONTACT,), reachable)
    people = (loaded.directory.find(post, unit_id, leader) for post in audience)
    return _notice(
        run,
        program,
        NoticeKind.WEEKLY_DIGEST,
        subject=f"u{unit_id}",
        title=f"{name}一周一督",
        paper=paper,
        facts={"projects": [project_to_data(facts) for facts in projects]},
        recipients=tuple(person for group in people for person in group),
        unit_id=unit_id,
        missing=() if PostKind.CONTACT in reachable else (PostKind.CONTACT,),
    )


def _weekly_lists(run: Run, session: Session, span: Span) -> Iterator[NoticeDraft]:
    """The office's list is its units' digests put together, with what was doubted last week,
    the silences that are in force or have ended since, and the objections of the public that are
    overdue; a week that has but one of these has a list all the same."""
    lists = rows(session, _LISTS, first=span.first, last=span.last).scalars().all()
    digests = rows(session, _DIGESTS, run=run.id, lists=lists).all()
    office = load_directory(session, run.moment.day, ()).office
    monday = run.moment.day - timedelta(days=run.moment.day.weekday())
    doubts = doubts_between(session, lists, monday - timedelta(days=7), monday)
    objections = overdue_objections(session, lists, run.moment.day)
    silenced = told_silences(session, lists, monday - timedelta(days=7), run.moment.day)
    years = _years(session)
    programs = {row.program_id for row in digests}.union(doubts, objections, silenced)
    for program_id in sorted(programs):
        parts = {row.id: row.paper for row in digests if row.program_id == program_id}
        paper = papers.put_together([papers.weekly_from_data(data) for data in parts.values()])
        yield _notice(
            run,
            (program_id, years[program_id]),
            NoticeKind.WEEKLY_LIST,
            subject="office",
            title="督查室周清单",
            paper=paper,
            facts={
                "digests": list(parts),
                "doubts": doubts.get(program_id, []),
                "objections": objections.get(program_id, []),
                "silences": [silence_to_data(s) for s in silenced.get(program_id, ())],
            },
            recipients=office,
            missing=() if office else (PostKind.OFFICE,),
        )


def _notice(
    run: Run,
    program: tuple[int, int],
    kind: NoticeKind,
    *,
    subject: str,
    title: str,
    paper: papers.WeeklyPaper,
    facts: dict[str, Any],
    recipients: tuple[Recipient, ...],
    missing: tuple[PostKind, ...],
    unit_id: int | None = None,
) -> NoticeDraft:
    """A paper of this week; ``program`` is the list and its year, ``subject`` whose it is within
    the list."""
    (program_id, year), period = program, run.moment.period
    told = {"moment": moment_to_data(run.moment), "paper": papers.to_data(paper)}
    return NoticeDraft(
        key=f"g{program_id}/weekly/{subject}/{period}",
        kind=kind,
        stage=Stage.BEFORE,
        rule="weekly",
        occurrence=period,
        reason=Reason.ROUTINE,
        program_id=program_id,
        chain=program_chain(program_id),
        title=f"{title}（{period}{other_list(year, run.moment.day)}）",
        facts=told | facts,
        recipients=recipients,
        unit_id=unit_id,
        missing=missing,
    )


# The queries, built once.

_PROJECT, _DEADLINE, _NOTICE = table_of(Project).c, table_of(Deadline).c, table_of(Notice).c
_UNIT, _FURTHER, _PROGRAM = table_of(Unit).c, table_of(ProjectUnit).c, table_of(Program).c
_DAY: BindParameter[date] = bindparam("day")
_UNITS: BindParameter[Sequence[int]] = bindparam("units", expanding=True)

_IS_NEAR = (
    select(_DEADLINE.id)
    .where(
        _DEADLINE.project_id == _PROJECT.id,
        _DEADLINE.state == DeadlineState.PENDING,
        _DEADLINE.due <= bindparam("horizon"),
    )
    .exists()
)

_IS_FOR_THE_WEEK = is_supervised(_DAY) & or_(
    _IS_NEAR,
    _PROJECT.light.in_((Light.YELLOW, Light.RED)),
    _PROJECT.kind.in_(bindparam("every", expanding=True)),
)
"""Open, and with a date within the look-ahead, a bad light, or of a kind told every week."""

_LED = union_all(
    select(_PROJECT.id.label("project_id"), _PROJECT.lead_unit_id.label("unit_id")),
    select(_FURTHER.project_id, _FURTHER.unit_id).where(_FURTHER.leads.is_(True)),
).subquery("led")
"""Which unit leads which project: the first named and the others."""

_OF_UNITS = table_of(Project).join(_LED, _LED.c.project_id == _PROJECT.id)

_ITEMS = (
    select(_PROJECT.id)
    .select_from(_OF_UNITS)
    .where(_IS_FOR_THE_WEEK, _LED.c.unit_id.in_(_UNITS))
    .distinct()
    .order_by(_PROJECT.id)
)

_UNIT_RANGES = in_ranges(select(_UNIT.id))
_THESE_UNITS = (
    select(_LED.c.unit_id)
    .select_from(_OF_UNITS)
    .where(_IS_FOR_THE_WEEK, _LED.c.unit_id.between(bindparam("first"), bindparam("last")))
    .distinct()
    .order_by(_LED.c.unit_id)
)

_LIST_RANGES = in_ranges(select(_PROGRAM.id))
_LISTS = select(_PROGRAM.id).where(_PROGRAM.id.between(bindparam("first"), bindparam("last")))

_YEARS = select(_PROGRAM.id, _PROGRAM.year)

_NAMES = select(_UNIT.id, _UNIT.name).where(_UNIT.id.in_(_UNITS))

_DIGESTS = (
    select(_NOTICE.id, _NOTICE.program_id, _NOTICE.facts["paper"].label("paper"))
    .where(
        _NOTICE.run_id == bindparam("run"),
        _NOTICE.kind == NoticeKind.WEEKLY_DIGEST,
        _NOTICE.program_id.in_(bindparam("lists", expanding=True)),
    )
    .order_by(_NOTICE.program_id, _NOTICE.unit_id)
)
