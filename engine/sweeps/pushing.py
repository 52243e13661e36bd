"""一月一促: once a month each unit that has something open of the kinds a rule names is pushed,
in one notice that lists it all. One that is not answered in time climbs, once, and is quoted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.desk.effects import recipients_of, unfilled_posts
from engine.desk.empty_posts import find_empty_posts
from engine.desk.issuing import Desk, NoticeDraft, issue
from engine.desk.quoting import complete
from engine.rules import papers
from engine.rules.facts import ProjectFacts, moment_to_data, project_to_data
from engine.rules.policy import Rule, climb
from engine.rules.quotes import Quote, outcome_of, quote_to_data
from engine.rules.silences import is_silent
from engine.rules.words import Reason
from engine.store.journal import program_chain
from engine.store.loading import Loaded, load_projects
from engine.store.parts import Span, in_ranges, ranges
from engine.store.statements import rows, table_of
from engine.store.tables import Project
from engine.sweeps.run import Outcome, Run, Step, is_supervised
from engine.sweeps.setting_aside import set_aside
from engine.sweeps.unanswered import Asked, ranges_unanswered, unanswered, units_unanswered

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


def lay_out(run: Run, session: Session) -> list[Span]:
    """The units that each rule which gathers by unit may push."""
    return [
        replace(span, rule=rule.id)
        for rule in run.rulebook.policy.unit_rules(run.moment.cadence)
        for span in _spans(run, session, rule)
    ]


def _spans(run: Run, session: Session, rule: Rule) -> list[Span]:
    day, share = run.moment.day, {"limit": UNITS, "shards": run.shards}
    if rule.when.unanswered:
        return ranges_unanswered(session, rule, day, **share)
    return ranges(session, _UNIT_RANGES, **share, kinds=rule.kinds, day=day)


def push(run: Run, desk: Desk, span: Span) -> Outcome:
    """One notice for each unit of a part that its rule pushes."""
    session, rule = desk.session, run.rulebook.policy.rule(span.rule)
    if rule is None:  # the policy was changed since the run began
        return Outcome(Counter())
    units = _units(run, session, rule, span)
    items = rows(session, _ITEMS, units=units, kinds=rule.kinds, day=run.moment.day)
    loaded = load_projects(session, items.scalars().all(), run.moment.day)
    found = list(_by_unit(run, rule, loaded))
    if rule.when.unanswered:
        found = _left_unanswered(session, run, rule, found)
    issued = issue(desk, [_draft(run, rule, loaded, pushed) for pushed in found])
    set_aside(desk, loaded.faults)
    counts = Counter({rule.notice.counted: len(issued)})
    counts["set_aside"] = len(loaded.faults)
    return Outcome(counts, find_empty_posts(desk, issued))


PUSH_UNITS = Step(lay_out, push)


def _units(run: Run, session: Session, rule: Rule, span: Span) -> Sequence[int]:
    if rule.when.unanswered:
        return units_unanswered(session, rule, run.moment.day, span)
    wanted = {"first": span.first, "last": span.last, "kinds": rule.kinds, "day": run.moment.day}
    return rows(session, _UNITS, **wanted).scalars().all()


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


# The queries, built once.

_PROJECT = table_of(Project).c
_IS_FOR_THE_RULE = _PROJECT.kind.in_(bindparam("kinds", expanding=True)) & is_supervised(
    bindparam("day")
)
_ALL_UNITS = select(_PROJECT.lead_unit_id).where(_IS_FOR_THE_RULE).distinct()
_UNIT_RANGES = in_ranges(_ALL_UNITS)
_UNITS = _ALL_UNITS.where(
    _PROJECT.lead_unit_id.between(bindparam("first"), bindparam("last"))
).order_by(_PROJECT.lead_unit_id)
_ITEMS = (
    select(_PROJECT.id)
    .where(_PROJECT.lead_unit_id.in_(bindparam("units", expanding=True)), _IS_FOR_THE_RULE)
    .order_by(_PROJECT.id)
)
