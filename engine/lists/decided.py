"""A list held against what was decided: what it may not alter, and where it is only older.

A file that still says what a decision has altered is read as if it said what was decided: the
office need not write the decision into its file before it can import that file again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.ledger.promises import broken_promises
from engine.ledger.values import Ledger, LedgerProject, LedgerTarget
from engine.lists.given import Given
from engine.lists.handed_over import with_units_of_today
from engine.rules.targets import full_name
from engine.store.tables import Change, Program, Project, Target

Earlier = dict[tuple[str, str], set[str]]
"""How promises read before they were altered, by item and by what was altered."""


def brought_up(session: Session, program: Program, ledger: Ledger) -> Ledger:
    """The list with the promises that were altered by decision as they now are, and the units that
    items were handed over to."""
    return with_units_of_today(session, program, _with_promises(session, program, ledger))


def _with_promises(session: Session, program: Program, ledger: Ledger) -> Ledger:
    earlier = _earlier(session, program)
    if not earlier:
        return ledger
    now = dict(_as_decided(session, program, earlier))
    projects = (
        _brought_up(project, f"{program.year}-{project.number:02d}", earlier, now)
        for project in ledger.projects
    )
    return replace(ledger, projects=tuple(projects))


def _earlier(session: Session, program: Program) -> Earlier:
    found: Earlier = defaultdict(set)
    query = (
        select(Project.code, Change.subject, Change.before)
        .join(Project, Project.id == Change.project_id)
        .where(Project.program_id == program.id)
    )
    for code, subject, before in session.execute(query):
        found[code, subject].add(before)
    return found


def _as_decided(
    session: Session, program: Program, earlier: Earlier
) -> Iterator[tuple[tuple[str, str], Target | str]]:
    codes = {code for code, _ in earlier}
    query = select(Project).where(Project.program_id == program.id, Project.code.in_(codes))
    for project in session.scalars(query):
        yield (project.code, ""), project.content
        for target in session.scalars(select(Target).where(Target.project_id == project.id)):
            yield (project.code, full_name(target.metric, target.unit)), target


def _brought_up(
    item: LedgerProject, code: str, earlier: Earlier, now: dict[tuple[str, str], Target | str]
) -> LedgerProject:
    content = now.get((code, ""))
    if item.content in earlier.get((code, ""), ()) and isinstance(content, str):
        item = replace(item, content=content)
    targets = tuple(_target(target, code, earlier, now) for target in item.targets)
    measures = (
        _brought_up(measure, f"{code}-{measure.number}", earlier, now) for measure in item.measures
    )
    return replace(item, targets=targets, measures=tuple(measures))


def _target(
    target: LedgerTarget, code: str, earlier: Earlier, now: dict[tuple[str, str], Target | str]
) -> LedgerTarget:
    key = (code, full_name(target.metric, target.unit))
    decided = now.get(key)
    if target.text not in earlier.get(key, ()) or not isinstance(decided, Target):
        return target
    return replace(target, form=decided.form, planned=decided.planned, text=decided.text)


def altered_promises(given: Iterable[Given]) -> list[str]:
    """What a list would alter of promises that a unit was given; only a decision may (陕西 2025
    第十八条)."""
    return [
        f"{where}{text}"
        for where, old, new in given
        for text in broken_promises(old.targets, new.targets)
    ]
