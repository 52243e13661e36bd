"""一周一督: one digest for each unit that has something before it, one list for the office."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, or_, select, union_all
from sqlalchemy.orm import Session

from engine.desk.empty_posts import tell_of_empty_posts
from engine.desk.issuing import NoticeDraft, issue
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
from engine.store.directory import Recipient, load_directory
from engine.store.journal import program_chain
from engine.store.loading import Loaded, load_projects
from engine.store.statements import rows, table_of
from engine.store.tables import Deadline, Notice, Project, ProjectUnit, Unit
from engine.sweeps.run import Run, is_supervised
from engine.sweeps.setting_aside import set_aside
from engine.trigger import reached

UNITS = 100


def issue_weekly(run: Run) -> None:
    """One digest for each unit that has something before it, then one list for the office."""
    after, more = run.done, True
    while more and (units := _next_units(run, after)):
        with run.database.begin() as session:
            desk = run.desk(session, after)
            ids = rows(session, _ITEMS, units=units, **_this_week(run)).scalars().all()
            loaded = load_projects(session, ids, run.moment.day)
            issued = issue(desk, list(_digests(run, loaded, _names(session, units))))
            tell_of_empty_posts(desk, issued)
            set_aside(desk, loaded.faults)
            counts = Counter({NoticeKind.WEEKLY_DIGEST.counted: len(issued)})
            counts["set_aside"] = len(loaded.faults)
            reached("sweep.written")
            run.advance(session, counts, units[-1])
        after, more = units[-1], len(units) == UNITS
        reached("sweep.batch")
    with run.database.begin() as session:
        desk = run.desk(session)
        issued = issue(desk, list(_weekly_lists(run, session)))
        run.advance(session, Counter({NoticeKind.WEEKLY_LIST.counted: len(issued)}))


def _this_week(run: Run) -> dict[str, Any]:
    """What the queries of the week are to know."""
    day, weekly = run.moment.day, run.rulebook.policy.weekly
    horizon = run.rulebook.calendar.add_working_days(day, weekly.look_ahead)
    return {"day": day, "horizon": horizon, "every": weekly.every}


def _next_units(run: Run, after: int) -> list[int]:
    with run.database.read() as session:
        found = rows(session, _NEXT_UNITS, after=after, limit=UNITS, **_this_week(run))
        return list(found.scalars())


def _names(session: Session, units: Sequence[int]) -> dict[int, str]:
    return {number: name for number, name in rows(session, _NAMES, units=units)}


def _digests(run: Run, loaded: Loaded, units: Mapping[int, str]) -> Iterator[NoticeDraft]:
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
            yield _digest(run, loaded, program_id, (unit_id, units[unit_id]), sound, paper)


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
    program_id: int,
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
        program_id,
        NoticeKind.WEEKLY_DIGEST,
        subject=f"u{unit_id}",
        title=f"{name}一周一督",
        paper=paper,
        facts={"projects": [project_to_data(facts) for facts in projects]},
        recipients=tuple(person for group in people for person in group),
        unit_id=unit_id,
        missing=() if PostKind.CONTACT in reachable else (PostKind.CONTACT,),
    )


def _weekly_lists(run: Run, session: Session) -> Iterator[NoticeDraft]:
    """The office's list is its units' digests put together, with what was doubted last week,
    the silences that are in force or have ended since, and the objections of the public that are
    overdue; a week that has but one of these has a list all the same."""
    digests = rows(session, _DIGESTS, run=run.id).all()
    office = load_directory(session, run.moment.day, ()).office
    monday = run.moment.day - timedelta(days=run.moment.day.weekday())
    doubts = doubts_between(session, monday - timedelta(days=7), monday)
    objections = overdue_objections(session, run.moment.day)
    silenced = told_silences(session, monday - timedelta(days=7), run.moment.day)
    programs = {row.program_id for row in digests}.union(doubts, objections, silenced)
    for program_id in sorted(programs):
        parts = {row.id: row.paper for row in digests if row.program_id == program_id}
        paper = papers.put_together([papers.weekly_from_data(data) for data in parts.values()])
        yield _notice(
            run,
            program_id,
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
    program_id: int,
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
    """A paper of this week; ``subject`` is whose it is, within the list."""
    period = run.moment.period
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
        title=f"{title}（{period}）",
        facts=told | facts,
        recipients=recipients,
        unit_id=unit_id,
        missing=missing,
    )


# The queries, built once.

_PROJECT, _DEADLINE, _NOTICE = table_of(Project).c, table_of(Deadline).c, table_of(Notice).c
_UNIT, _FURTHER = table_of(Unit).c, table_of(ProjectUnit).c
_DAY: BindParameter[date] = bindparam("day")
_UNITS: BindParameter[Sequence[int]] = bindparam("units", expanding=True)

_NEAR = select(_DEADLINE.project_id).where(
    _DEADLINE.state == DeadlineState.PENDING, _DEADLINE.due <= bindparam("horizon")
)

_IS_FOR_THE_WEEK = is_supervised(_DAY) & or_(
    _PROJECT.id.in_(_NEAR),
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

_NEXT_UNITS = (
    select(_LED.c.unit_id)
    .select_from(_OF_UNITS)
    .where(_LED.c.unit_id > bindparam("after"), _IS_FOR_THE_WEEK)
    .distinct()
    .order_by(_LED.c.unit_id)
    .limit(bindparam("limit"))
)

_NAMES = select(_UNIT.id, _UNIT.name).where(_UNIT.id.in_(_UNITS))

_DIGESTS = (
    select(_NOTICE.id, _NOTICE.program_id, _NOTICE.facts["paper"].label("paper"))
    .where(_NOTICE.run_id == bindparam("run"), _NOTICE.kind == NoticeKind.WEEKLY_DIGEST)
    .order_by(_NOTICE.id)
)
