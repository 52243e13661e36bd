"""总览: what stands how, what needs the asker today, what comes, and whether the engine is well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.audit.kept import last_audit
from engine.overseeing.coming import Coming, coming
from engine.overseeing.lights import Lights, lights_of_year
from engine.rules.periods import next_run
from engine.rules.words import Cadence
from web.access import EVERYBODY, OFFICE, Role
from web.console.declared import Menu, Page
from web.console.given import Nothing
from web.console.todo import Todo, todos
from web.console.visit import Visit
from web.health import faults_in


@dataclass(frozen=True, slots=True)
class NextRun:
    """When a check runs next."""

    cadence: Cadence
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the engine does its duty; ``faults`` in words, and when it was last audited."""

    faults: list[str]
    audited_at: datetime | None
    findings: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What one needs to know on opening the console; ``health`` is for those who tend to it."""

    lights: Lights
    todos: list[Todo]
    coming: Coming
    runs: list[NextRun]
    health: Health | None


def overview(visit: Visit, _: Nothing) -> Overview:
    """How things stand for the asker."""
    return Overview(
        lights=lights_of_year(visit.session, visit.seen, visit.day),
        todos=todos(visit),
        coming=coming(visit.session, visit.day, visit.seen),
        runs=[NextRun(cadence, _next(visit, cadence)) for cadence in Cadence],
        health=_health(visit) if visit.may(*OFFICE, Role.ADMINISTRATOR) else None,
    )


def _next(visit: Visit, cadence: Cadence) -> datetime | None:
    local, calendar = visit.service.schedule.at(cadence), visit.desk.rulebook.calendar
    return next_run(cadence, local, visit.at, calendar)


def _health(visit: Visit) -> Health:
    audit = last_audit(visit.session)
    found = faults_in(visit.session, visit.service, visit.runner)
    return Health(found, audit.at, len(audit.findings))


PAGES = (Page("overview", "/", "总览", EVERYBODY, overview, "overview.html", menu=Menu.TODAY),)
ACTS = ()
