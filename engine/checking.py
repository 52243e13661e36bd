"""Checking projects one by one: decide on each that is due, batch by batch.

A batch is one transaction. One that fails is taken again project by project, and a project that
raises is set aside until the next day, visibly (design §5, rule 12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from engine.effects import apply
from engine.issuing import ENGINE, Desk
from engine.rules.decide import Outcome, decide
from engine.rules.facts import ProjectFacts
from engine.rules.words import Cadence
from engine.run import Run, is_supervised
from engine.store.journal import Event, EventKind, append, project_chain
from engine.store.loading import load_projects
from engine.store.tables import Deadline, Project
from engine.trigger import reached

BATCH = 500


def check_projects(run: Run) -> None:
    """Daily: the projects with a date due for a look. Monthly: every open project."""
    while ids := _next_ids(run):
        try:
            _check(run, ids)
        except OperationalError:  # the database is away: no project's fault
            raise
        except Exception:
            for project_id in ids:
                _check_alone(run, project_id)
        reached("sweep.batch")


def _next_ids(run: Run) -> list[int]:
    day = run.moment.day
    with run.database.read() as session:
        query = (
            select(Project.id)
            .where(Project.id > run.row(session).cursor, is_supervised(day))
            .order_by(Project.id)
            .limit(BATCH)
        )
        if run.moment.cadence is Cadence.DAILY:
            due = select(Deadline.project_id).where(Deadline.next_check_on <= day)
            query = query.where(Project.id.in_(due))
        return list(session.scalars(query))


def _check(run: Run, ids: Sequence[int]) -> None:
    with run.database.begin() as session:
        desk = run.desk(session)
        loaded = load_projects(session, ids, run.moment.day)
        faults = dict(loaded.faults)
        decided = list(_decide_all(run, loaded.projects, faults))
        counts = apply(desk, loaded, run.moment, decided)
        counts["set_aside"] = len(faults)
        _set_aside(desk, faults)
        reached("sweep.written")
        run.advance(session, ids[-1], counts)


def _check_alone(run: Run, project_id: int) -> None:
    try:
        _check(run, [project_id])
    except OperationalError:
        raise
    except Exception as error:
        with run.database.begin() as session:
            _set_aside(run.desk(session), {project_id: error})
            run.advance(session, project_id, Counter(set_aside=1))


def _decide_all(
    run: Run, projects: Sequence[ProjectFacts], faults: dict[int, Exception]
) -> Iterator[tuple[ProjectFacts, Outcome]]:
    for facts in projects:
        try:
            yield facts, decide(facts, run.rulebook.policy, run.rulebook.calendar, run.moment)
        except Exception as error:
            faults[facts.id] = error


def _set_aside(desk: Desk, faults: dict[int, Exception]) -> None:
    if not faults:
        return
    errors = {
        project_id: f"{type(error).__name__}: {error}"[:500] for project_id, error in faults.items()
    }
    desk.session.execute(
        update(Project),
        [
            {"id": project_id, "set_aside_until": desk.day, "set_aside_error": error}
            for project_id, error in errors.items()
        ],
    )
    append(
        desk.session,
        [
            Event(project_chain(number), EventKind.SET_ASIDE, desk.at, ENGINE, {"error": error})
            for number, error in errors.items()
        ],
    )
