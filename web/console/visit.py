"""A visit: who asks, and the desk at which they look or act, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from engine.desk.desk import Desk
from engine.desk.transition import find_project
from engine.lists.levels import seen_by
from engine.store.tables import Program, Project
from flows.runner import Runner
from flows.service import Service
from web.access import Asker, Role
from web.refusals import NotFound


@dataclass(frozen=True)
class Visit:
    """What pages and acts are given. Pages get a desk that only reads."""

    service: Service
    runner: Runner
    asker: Asker
    desk: Desk

    @property
    def session(self) -> Session:
        return self.desk.session

    @property
    def at(self) -> datetime:
        return self.desk.at

    @property
    def day(self) -> date:
        return self.desk.day

    @property
    def by(self) -> str:
        """How the verbs of the engine know who acts."""
        return self.asker.by

    def may(self, *roles: Role) -> bool:
        """Whether one of these roles is the asker's."""
        return self.asker.may(frozenset(roles))

    @cached_property
    def seen(self) -> frozenset[int] | None:
        """The numbers of the items that the asker may see; None for all."""
        if self.asker.sees_all:
            return None
        return frozenset(n for unit in self.asker.units for n in seen_by(self.session, unit))

    def project(self, code: str) -> Project:
        """The item of this code.

        Raises:
            ProjectUnknown: there is none.
            NotFound: it is none of the asker's; told as if there were none.
        """
        project = find_project(self.desk, code)
        if self.seen is not None and project.id not in self.seen:
            raise NotFound(f"没有编号为“{code}”的事项")
        return project

    def program(self, number: int) -> Program:
        """The list of this number.

        Raises:
            NotFound: there is none.
        """
        program = self.session.get(Program, number)
        if program is None:
            raise NotFound("没有这份清单")
        return program
