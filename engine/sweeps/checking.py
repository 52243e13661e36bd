"""Checking projects one by one: decide on each that is due, part by part.

A part that fails is taken apart into its projects, and a project that raises is set aside until
the next day, visibly (design §5, rule 12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from engine.desk.effects import apply
from engine.desk.issuing import Desk
from engine.rules import decide as rules
from engine.rules.facts import ProjectFacts
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.words import UNIT_CLOCKS, Cadence
from engine.store.loading import load_projects
from engine.store.parts import Span, in_ranges, ranges
from engine.store.statements import rows, table_of
from engine.store.tables import Deadline, Project
from engine.sweeps.run import Outcome, Run, Step, is_not_aside, is_supervised
from engine.sweeps.setting_aside import set_aside, take_up_again

BATCH = 500


def lay_out(run: Run, session: Session) -> list[Span]:
    """Daily: the projects with a date due for a look. Monthly: every open project."""
    query = _DUE_RANGES if run.moment.cadence is Cadence.DAILY else _OPEN_RANGES
    return ranges(session, query, limit=BATCH, shards=run.shards, day=run.moment.day)


def check(run: Run, desk: Desk, span: Span) -> Outcome:
    """Decide on the projects of a part, and write what was decided."""
    loaded = load_projects(desk.session, _ids(run, desk.session, span), run.moment.day)
    faults = dict(loaded.faults)
    decided = list(_decide_all(run, loaded.projects, faults))
    counts, empty_posts = apply(desk, loaded, run.moment, decided)
    counts["set_aside"] = len(faults)
    faulty = [facts.id for facts, _ in decided if loaded.rows[facts.id].set_aside_error]
    take_up_again(desk, faulty)
    set_aside(desk, faults)
    return Outcome(counts, empty_posts)


def apart(run: Run, session: Session, span: Span) -> list[Span]:
    """The projects of a part, each by itself."""
    return [Span(number, number) for number in _ids(run, session, span)]


def give_up(desk: Desk, span: Span, error: Exception) -> Outcome:
    """Set a project aside that cannot be handled."""
    set_aside(desk, {span.first: error})
    return Outcome(Counter(set_aside=1))


CHECK_PROJECTS = Step(lay_out, check, apart, give_up)


def _ids(run: Run, session: Session, span: Span) -> Sequence[int]:
    query = _DUE if run.moment.cadence is Cadence.DAILY else _OPEN
    wanted = {"first": span.first, "last": span.last, "day": run.moment.day}
    return rows(session, query, **wanted).scalars().all()


def _decide_all(
    run: Run, projects: Sequence[ProjectFacts], faults: dict[int, Exception]
) -> Iterator[tuple[ProjectFacts, rules.Outcome]]:
    for facts in projects:
        try:
            book = run.rulebook
            yield facts, rules.decide(facts, book.policy, book.calendar, run.moment)
        except Exception as error:
            faults[facts.id] = error


# The queries, built once.

_PROJECT, _DEADLINE = table_of(Project).c, table_of(Deadline).c
_DAY: BindParameter[date] = bindparam("day")

_FIRST: BindParameter[int] = bindparam("first")
_LAST: BindParameter[int] = bindparam("last")

_IS_OF_PART = _PROJECT.id.between(_FIRST, _LAST)

_ALL_OPEN = select(_PROJECT.id).where(is_supervised(_DAY))
_OPEN = _ALL_OPEN.where(_IS_OF_PART).order_by(_PROJECT.id)

_ALL_LOOKED_AT = select(_DEADLINE.project_id).where(_DEADLINE.next_check_on <= _DAY)
_LOOKED_AT = _ALL_LOOKED_AT.where(_DEADLINE.project_id.between(_FIRST, _LAST))
_REVIEWED = _LOOKED_AT.where(_DEADLINE.kind.not_in(UNIT_CLOCKS))
_DUE = (
    select(_PROJECT.id)
    .where(
        _IS_OF_PART,
        is_not_aside(_DAY),
        _PROJECT.state.in_(OPEN_STATES) | _PROJECT.id.in_(_REVIEWED),
        _PROJECT.id.in_(_LOOKED_AT),
    )
    .order_by(_PROJECT.id)
)
"""The clock of the office on an item, such as the decision of a review, outlives the item."""

_OPEN_RANGES = in_ranges(_ALL_OPEN)
_DUE_RANGES = in_ranges(_ALL_LOOKED_AT.distinct())
"""By their dates alone: the few whose item is not looked at any more are left out of its part."""
