"""Checking projects one by one: decide on each that is due, batch by batch.

A batch is one transaction. One that fails is taken again project by project, and a project that
raises is set aside until the next day, visibly (design §5, rule 12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.exc import OperationalError

from engine.desk.effects import apply
from engine.rules.decide import Outcome, decide
from engine.rules.facts import ProjectFacts
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.words import UNIT_CLOCKS, Cadence
from engine.store.loading import load_projects
from engine.store.statements import rows, table_of
from engine.store.tables import Deadline, Project
from engine.sweeps.run import Overtaken, Run, is_not_aside, is_supervised
from engine.sweeps.setting_aside import set_aside, take_up_again
from engine.trigger import reached

BATCH = 500
NO_FAULT_OF_A_PROJECT = (OperationalError, Overtaken)
"""The database is away, or another runner goes on with this run."""


def check_projects(run: Run) -> None:
    """Daily: the projects with a date due for a look. Monthly: every open project.

    Raises:
        Overtaken: another runner goes on with this run.
    """
    after, more = run.done, True
    while more and (ids := _next_ids(run, after)):
        try:
            _check(run, after, ids)
        except NO_FAULT_OF_A_PROJECT:
            raise
        except Exception:
            for before, project_id in zip([after, *ids], ids, strict=False):
                _check_alone(run, before, project_id)
        after, more = ids[-1], len(ids) == BATCH
        reached("sweep.batch")


def _next_ids(run: Run, after: int) -> list[int]:
    query = _DUE if run.moment.cadence is Cadence.DAILY else _OPEN
    wanted = {"after": after, "day": run.moment.day, "limit": BATCH}
    with run.database.read() as session:
        return list(rows(session, query, **wanted).scalars())


def _check(run: Run, after: int, ids: Sequence[int]) -> None:
    with run.database.begin() as session:
        desk = run.desk(session, after)
        loaded = load_projects(session, ids, run.moment.day)
        faults = dict(loaded.faults)
        decided = list(_decide_all(run, loaded.projects, faults))
        counts = apply(desk, loaded, run.moment, decided)
        counts["set_aside"] = len(faults)
        faulty = [facts.id for facts, _ in decided if loaded.rows[facts.id].set_aside_error]
        take_up_again(desk, faulty)
        set_aside(desk, faults)
        reached("sweep.written")
        run.advance(session, counts, ids[-1])


def _check_alone(run: Run, after: int, project_id: int) -> None:
    try:
        _check(run, after, [project_id])
    except NO_FAULT_OF_A_PROJECT:
        raise
    except Exception as error:
        with run.database.begin() as session:
            set_aside(run.desk(session, after), {project_id: error})
            run.advance(session, Counter(set_aside=1), project_id)


def _decide_all(
    run: Run, projects: Sequence[ProjectFacts], faults: dict[int, Exception]
) -> Iterator[tuple[ProjectFacts, Outcome]]:
    for facts in projects:
        try:
            yield facts, decide(facts, run.rulebook.policy, run.rulebook.calendar, run.moment)
        except Exception as error:
            faults[facts.id] = error


# The queries, built once.

_PROJECT, _DEADLINE = table_of(Project).c, table_of(Deadline).c
_DAY: BindParameter[date] = bindparam("day")

_OPEN = (
    select(_PROJECT.id)
    .where(_PROJECT.id > bindparam("after"), is_supervised(_DAY))
    .order_by(_PROJECT.id)
    .limit(bindparam("limit"))
)

_LOOKED_AT = select(_DEADLINE.project_id).where(_DEADLINE.next_check_on <= _DAY)
_REVIEWED = _LOOKED_AT.where(_DEADLINE.kind.not_in(UNIT_CLOCKS))

_DUE = (
    select(_PROJECT.id)
    .where(
        _PROJECT.id > bindparam("after"),
        is_not_aside(_DAY),
        _PROJECT.state.in_(OPEN_STATES) | _PROJECT.id.in_(_REVIEWED),
        _PROJECT.id.in_(_LOOKED_AT),
    )
    .order_by(_PROJECT.id)
    .limit(bindparam("limit"))
)
"""The clock of the office on an item, such as the decision of a review, outlives the item."""
