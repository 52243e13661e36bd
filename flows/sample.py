"""Filling an empty store with a sample list, so that there is something to look at."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.calendar_loader import load_calendar
from config.policy_loader import load_policy
from config.sample import Sample, load_sample
from config.settings import Settings, make_folder
from engine.assigning.assignment import assign
from engine.dates.recalculating import adopt
from engine.desk.issuing import Desk
from engine.ledger import Ledger, read_ledger
from engine.lists.registering import register
from engine.rules.rulebook import Rulebook
from engine.store.database import Database
from engine.store.schema import upgrade
from engine.store.tables import Program, Project
from flows.clock import system_clock
from flows.remembered import remember_sample


def begin_sample(settings: Settings, folder: Path) -> Sample | None:
    """Import a sample's list and give its items to their units, in one transaction.

    Args:
        folder: holds ``sample.yaml`` and ``ledger.xlsx``.

    Returns:
        The sample; None when the store holds a list already and is left as it is.

    Raises:
        ConfigError, LedgerErrors: a file of the sample cannot be read.
        PersonUnknown, NotAllowed: whom the sample names is not of its office.
    """
    make_folder(settings.home)
    database = Database(settings.database)
    try:
        upgrade(database)
        with database.begin() as session:
            if session.scalar(select(Program.id).limit(1)) is not None:
                return None
            sample = load_sample(folder / "sample.yaml")
            _fill(session, settings, sample, read_ledger(folder / "ledger.xlsx"))
            return sample
    finally:
        database.close()


def _fill(session: Session, settings: Settings, sample: Sample, ledger: Ledger) -> None:
    at = settings.clock or sample.clock
    remember_sample(session, at, at - system_clock(), sample.calendar)
    rulebook = Rulebook(load_policy(settings.policy), load_calendar(sample.calendar))
    desk = Desk(session, rulebook, at)
    adopt(desk)
    program = register(desk, ledger, sample.by)
    projects = session.scalars(
        select(Project).where(Project.program_id == program.id).order_by(Project.number)
    )
    assign(desk, projects.all(), sample.by)
