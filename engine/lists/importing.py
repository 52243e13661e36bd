"""导入: a ledger that was read is held against the store; what was shown is what is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.ledger.as_read import ReadItem, as_read
from engine.ledger.values import Ledger
from engine.lists.references import find_program
from engine.lists.registering import add_batch, compare, notes_on, register
from engine.lists.revising import revise


class ImportRefused(DubanError):
    """未导入。"""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do.

    Attributes:
        items: of a list or batch that is not there yet, all that it says, as it was understood.
        changes: how the file differs from what is registered; None for a list, or a batch of one,
            that is not there yet.
        notes: what to know of the file, though nothing is wrong.
    """

    title: str
    year: int
    batch: int
    basis: str
    fields: int
    projects: int
    measures: int
    targets: int
    units: int
    items: tuple[ReadItem, ...]
    changes: tuple[str, ...] | None
    notes: tuple[str, ...]


def preview(session: Session, ledger: Ledger) -> Preview:
    """What the import of a ledger would do now."""
    changes = compare(session, ledger)
    return Preview(
        title=ledger.title,
        year=ledger.year,
        batch=ledger.batch,
        basis=ledger.basis,
        fields=len(ledger.fields),
        projects=len(ledger.projects),
        measures=sum(len(project.measures) for project in ledger.projects),
        targets=sum(len(item.targets) for item in ledger.items),
        units=len(ledger.units),
        items=as_read(ledger) if changes is None else (),
        changes=None if changes is None else tuple(changes),
        notes=ledger.notes if changes is not None else notes_on(session, ledger),
    )


def take_over(desk: Desk, ledger: Ledger, seen: Sequence[str] | None, actor: str) -> None:
    """Write what somebody has looked at, or nothing.

    Args:
        seen: the changes that were shown; None for a list or batch that was not there.

    Raises:
        ImportRefused: somebody has changed the list meanwhile.
        RegistrationRefused, RevisionRefused: see there.
    """
    changes = compare(desk.session, ledger)
    if changes != (None if seen is None else list(seen)):
        raise ImportRefused("库中清单刚刚被他人改动，未导入。请重新导入，再核对变化")
    program = find_program(desk.session, ledger)
    if program is None:
        register(desk, ledger, actor)
    elif changes is None:
        add_batch(desk, program, ledger, actor)
    else:
        revise(desk, program, ledger, actor)
