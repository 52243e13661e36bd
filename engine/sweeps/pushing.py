"""一月一促: once a month each unit that has something open of the kinds a rule names is pushed,
in one notice that lists it all. One that is not answered in time climbs, once, and is quoted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.desk.effects import recipients_of, unfilled_posts
from engine.desk.empty_posts import tell_of_empty_posts
from engine.desk.issuing import NoticeDraft, issue
from engine.desk.quoting import complete
from engine.rules import papers
from engine.rules.facts import ProjectFacts, moment_to_data, project_to_data
from engine.rules.policy import Rule, climb
from engine.rules.quotes import Quote, outcome_of, quote_to_data
from engine.rules.silences import is_silent
from engine.rules.words import Reason
from engine.store.journal import program_chain
from engine.store.loading import Loaded, load_projects
from engine.store.tables import Project
from engine.sweeps.run import Run, is_supervised
from engine.sweeps.setting_aside import set_aside
from engine.sweeps.unanswered import Asked, unanswered, units_unanswered
from engine.trigger import reached

UNITS = 100


@dataclass(frozen=True, slots=True)
class _Pushed:
    """What one unit is pushed for under one rule, and the push that it has not answered."""

    program_id: int
    unit_id: int
    projects: list[ProjectFacts]
    items: tuple[papers.CircularItem, ...]
    asked: Asked | None = None
    quote: Quote | None = None


def issue_pushes(run: Run) -> None:
    """The notices of every rule that gathers by unit, unit batch by unit batch."""
    for rule in run.rulebook.policy.unit_rules(run.moment.cadence):
        after, more = 0, True
        while more and (units := _next_units(run, rule, after)):
            _push(run, rule, units)
            after, more = units[-1], len(units) == UNITS
            reached("sweep.batch")


def _next_units(run: Run, rule: Rule, after: int) -> list[int]:
    with run.database.read() as session:
        if rule.when.unanswered:
            return units_unanswered(session, rule, run.moment.day, after, UNITS)
        return list(
            session.scalars(
                select(Project.lead_unit_id)
                .where(
                    Project.lead_unit_id > after,
                    Project.kind.in_(rule.kinds),
                    is_supervised(run.moment.day),
                )
                .distinct()
                .order_by(Project.lead_unit_id)
                .limit(UNITS)
            )
        )


def _push(run: Run, rule: Rule, units: Sequence[int]) -> None:
    with run.database.begin() as session:
        desk = run.desk(session)
        ids = session.scalars(
            select(Project.id)
            .where(
                Project.lead_unit_id.in_(units),
                Project.kind.in_(rule.kinds),
                is_supervised(run.moment.day),
            )
            .order_by(Project.id)
        ).all()
        loaded = load_projects(session, ids, run.moment.day)
        found = list(_by_unit(run, rule, loaded))
        if rule.when.unanswered:
            found = _left_unanswered(session, run, rule, found)
        drafts = [_draft(run, rule, loaded, pushed) for pushed in found]
        issued = issue(desk, drafts)
        tell_of_empty_posts(desk, issued)
        set_aside(desk, loaded.faults)
        counts = Counter({rule.notice.counted: len(issued)})
        counts["set_aside"] = len(loaded.faults)
        reached("sweep.written")
        run.advance(session, counts)


def _by_unit(run: Run, rule: Rule, loaded: Loaded) -> Iterator[_Pushed]:
    groups: dict[tuple[int, int], list[tuple[ProjectFacts, papers.CircularItem]]] = defaultdict(
        list
    )
    for facts in loaded.projects:
        row = loaded.rows[facts.id]
        try:
            named = papers.named_by(rule, [facts], run.rulebook.calendar, run.moment)
        except Exception as error:
            loaded.faults[facts.id] = error
            continue
        for item in named:
            groups[row.program_id, row.lead_unit_id].append((facts, item))
    for program_id, unit_id in sorted(groups):
        projects, items = zip(*groups[program_id, unit_id], strict=True)
        yield _Pushed(program_id, unit_id, list(projects), items)


def _left_unanswered(
    session: Session, run: Run, rule: Rule, found: Sequence[_Pushed]
) -> list[_Pushed]:
    """Those units that have left their push unanswered, unless all it is about is silenced."""
    day = run.moment.day
    asked = unanswered(session, rule, day, [pushed.unit_id for pushed in found])
    quotes = complete(session, (push.quote for push in asked.values()))
    return [
        replace(pushed, asked=push, quote=quotes[push.quote.number])
        for pushed in found
        if (push := asked.get((pushed.program_id, pushed.unit_id)))
        and not all(is_silent(facts, day) for facts in pushed.projects)
    ]


def _draft(run: Run, rule: Rule, loaded: Loaded, pushed: _Pushed) -> NoticeDraft:
    first = pushed.projects[0]
    row = loaded.rows[first.id]
    audience = tuple(climb(rule.audience, first.reachable))
    missing = tuple(post for post in rule.audience if post not in first.reachable)
    quote, day = pushed.quote, run.moment.day
    period = pushed.asked.occurrence if pushed.asked else run.moment.period
    return NoticeDraft(
        key=f"g{pushed.program_id}/{rule.id}/u{pushed.unit_id}/{period}",
        kind=rule.notice,
        stage=rule.stage,
        rule=rule.id,
        occurrence=period,
        reason=Reason.UNANSWERED if quote else Reason.ROUTINE,
        program_id=pushed.program_id,
        chain=program_chain(pushed.program_id),
        title=f"{first.unit}一月一促（{period}）",
        facts={
            "moment": moment_to_data(run.moment),
            "projects": [project_to_data(facts) for facts in pushed.projects],
            "paper": papers.to_data(papers.Push(pushed.items)),
            "decision": {
                "audience": [post.value for post in audience],
                "ask": rule.ask,
                "texts": [] if quote is None else [f"前次通知{outcome_of(quote)}"],
                "quoted": None if quote is None else quote_to_data(quote),
            },
        },
        recipients=recipients_of(loaded.directory, row, audience),
        unit_id=pushed.unit_id,
        reply_by=papers.reply_day(rule, day, run.rulebook.calendar),
        missing=unfilled_posts(loaded.directory, row, audience, missing),
    )
