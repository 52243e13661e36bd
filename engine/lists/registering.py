"""立项: a ledger becomes a program with its projects, all of it or nothing.

Nothing is registered without a basis (政府督查工作条例 art. 11); the reader refuses such a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.ledger.compare import differences, roster_changes
from engine.ledger.values import Ledger, LedgerProject
from engine.lists.decided import brought_up
from engine.lists.items import Place, Registration, register_items
from engine.lists.references import USE_A_BATCH, find_program, last_batch, taken_faults
from engine.lists.registered import registered_ledger, registered_roster
from engine.lists.roster import Roster, write_roster
from engine.lists.unsaid import with_unsaid
from engine.proposals.adopting import adopt
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, history, program_chain
from engine.store.statements import insert_ignoring_doubles
from engine.store.tables import Batch, Program


class RegistrationRefused(DubanError):
    """清单不能立项。"""


def compare(session: Session, ledger: Ledger) -> list[str] | None:
    """How the ledger differs from what is registered; None when it, or its batch, is not there."""
    program = find_program(session, ledger)
    if program is None or ledger.batch > last_batch(session, program):
        return None
    return differences(*as_meant(session, program, ledger))


def as_meant(session: Session, program: Program, ledger: Ledger) -> tuple[Ledger, Ledger]:
    """What is registered of a list or batch, and what its file means beside that: what was decided
    since, where it is only older, and what stands already, where it has no column."""
    units = [unit.name for unit in ledger.units]
    stored = registered_ledger(session, program, units, ledger.batch)
    ledger = brought_up(session, program, ledger)
    return stored, with_unsaid(ledger, stored.units, stored.posts, stored.projects)


def notes_on(session: Session, ledger: Ledger) -> tuple[str, ...]:
    """What to know of a file of a list or batch that is not there yet, though nothing is wrong:
    also how its contact sheet alters the units and posts that are there, for last year's sheet
    may name who has left."""
    units, posts = registered_roster(session, ledger)
    known = replace(ledger, units=units, posts=posts)
    changes = roster_changes(known, with_unsaid(ledger, units, posts))
    return (*ledger.notes, *(f"联系表将改动库中的岗位：{change}" for change in changes))


def register(desk: Desk, ledger: Ledger, actor: str) -> Program:
    """Register a list that is not there yet. The clocks start with the assignment, not here.

    Raises:
        RegistrationRefused: numbers are taken by another list of the year, or the list is there.
        StepRefused: the decision's number, approver or date is missing (条例 733 art. 11).
        AdoptionRefused, RosterRefused: see there.
    """
    _refuse_taken(desk.session, ledger)
    program = _add_program(desk, ledger)
    data = {"title": ledger.title, "projects": len(ledger.projects), **_told(ledger)}
    _begin(desk, program, ledger, EventKind.PROGRAM_IMPORTED, data, actor)
    return program


def add_batch(desk: Desk, program: Program, ledger: Ledger, actor: str) -> None:
    """Add a further batch to a list, with a decision of its own (无锡分批公布).

    Raises:
        RegistrationRefused: it is not the next batch, or numbers are taken; also when somebody
            else has just added it.
        StepRefused: the decision's number, approver or date is missing (条例 733 art. 11).
        AdoptionRefused, RosterRefused: see there.
    """
    desk.session.scalars(select(Program).where(Program.id == program.id).with_for_update()).one()
    last = last_batch(desk.session, program)
    if ledger.batch <= last:
        raise RegistrationRefused(
            f"《{program.title}》第{ledger.batch}批刚刚由{_who_added(desk, program, ledger.batch)}"
            "导入，请重新导入，再核对变化"
        )
    if ledger.batch > last + 1:
        raise RegistrationRefused(f"库中到第{last}批为止，请改为第{last + 1}批")
    _refuse_taken(desk.session, ledger)
    data = {"batch": ledger.batch, "projects": len(ledger.projects), **_told(ledger)}
    _begin(desk, program, ledger, EventKind.BATCH_ADDED, data, actor)


def _refuse_taken(session: Session, ledger: Ledger) -> None:
    faults = taken_faults(session, ledger, ledger.projects)
    if faults:
        raise RegistrationRefused(f"没有导入：{'；'.join(faults)}。{USE_A_BATCH}")


def _add_program(desk: Desk, ledger: Ledger) -> Program:
    """The row of the list, before all else: of two who import it at once one waits here.

    Raises:
        RegistrationRefused: the other one was first.
    """
    row = insert_ignoring_doubles(desk.session, Program).values(
        year=ledger.year, title=ledger.title, issuer=ledger.issuer, basis=ledger.basis
    )
    number = desk.session.scalar(row.returning(Program.id))
    if number is not None:
        return desk.session.get_one(Program, number)
    program = find_program(desk.session, ledger)
    who = _who_added(desk, program, 1) if program else "他人"
    raise RegistrationRefused(f"《{ledger.title}》刚刚由{who}导入，请重新导入，再核对变化")


def _begin(
    desk: Desk,
    program: Program,
    ledger: Ledger,
    kind: EventKind,
    data: dict[str, Any],
    actor: str,
) -> None:
    ledger = with_unsaid(ledger, *registered_roster(desk.session, ledger))
    roster = write_roster(desk.session, ledger)
    desk.session.add(Batch(program_id=program.id, number=ledger.batch, **decision_row(ledger)))
    keep_layout(program, ledger)
    append(desk.session, [Event(program_chain(program.id), kind, desk.at, actor, data)])
    add_projects(desk, program, roster, ledger, ledger.projects, actor)


def keep_layout(program: Program, ledger: Ledger) -> None:
    """Remember how the file was laid out, so that this batch goes out alike."""
    if ledger.layout is not None:
        program.layout = {**program.layout, str(ledger.batch): dict(ledger.layout)}


def decision_row(ledger: Ledger) -> dict[str, Any]:
    """The columns of a batch that the list's head decides."""
    return {
        "issuer": ledger.issuer,
        "basis": ledger.basis,
        "document": ledger.document,
        "approver": ledger.approver,
        "approved_on": ledger.approved_on,
    }


def _told(ledger: Ledger) -> dict[str, Any]:
    """The decision as the journal keeps it."""
    day = ledger.approved_on
    return {
        "basis": ledger.basis,
        "document": ledger.document,
        "approver": ledger.approver,
        "approved_on": day.isoformat() if day else None,
    }


def _who_added(desk: Desk, program: Program, batch: int) -> str:
    events = history(desk.session, program_chain(program.id))
    adders = (e.actor for e in events if e.data.get("batch", 1) == batch)
    return next(adders, "他人")


def add_projects(
    desk: Desk,
    program: Program,
    roster: Roster,
    ledger: Ledger,
    items: Sequence[LedgerProject],
    actor: str,
) -> None:
    """Register items of a list with their measures, and their origins."""
    places = [Place(f"{program.year}-{item.number:02d}", item.number, item) for item in items]
    starts_on = date(program.year, 1, 1)
    office = Registration(program, roster, ledger.batch, ledger.decision, starts_on, actor)
    ids = register_items(desk, office, places)
    adopt(desk, program, list(zip(ids, items, strict=True)), ledger.decision, actor)
