"""A small city with a list, for tests of sweeps: units, posts, projects, and their dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, Self

from sqlalchemy import Select, Table, event, select, text

from config.calendar_loader import load_calendar
from config.policy_loader import load_policy
from engine.assigning.assignment import assign, sign_for
from engine.desk.issuing import Desk
from engine.ledger.values import (
    Ledger,
    LedgerMilestone,
    LedgerPost,
    LedgerProject,
    LedgerTarget,
    LedgerUnit,
    UnitKind,
)
from engine.lists.registering import register
from engine.plans.implementing import submit
from engine.reports.reporting import Statement, report
from engine.rules.implementation import PARTS, PlanParts
from engine.rules.rulebook import Rulebook
from engine.rules.targets import TargetForm
from engine.rules.words import Cadence, PostKind
from engine.rules.zone import ZONE
from engine.store.database import Database
from engine.store.journal import verify
from engine.store.tables import JournalEvent, Notice, Project
from engine.sweeps.sweep import SweepReport, run_sweep
from flows.rehearsal.picture import Picture, picture

OFFICE = "督查员"
LEADER = "副市长"
GIVEN = date(2023, 3, 1)
"""The Wednesday on which the list is given to the units."""
STEP = date(2023, 4, 28)
DUE = date(2023, 11, 30)
HOURS = {
    Cadence.DAILY: time(8, 30),
    Cadence.WEEKLY: time(9),
    Cadence.MONTHLY: time(9),
    Cadence.QUARTERLY: time(9, 30),
}


@cache
def rulebook() -> Rulebook:
    """The shipped default policy over the national calendar."""
    return Rulebook(load_policy("default"), load_calendar(["national"]))


def at(day: date, hour: int = 15, minute: int = 0) -> datetime:
    """A local moment."""
    return datetime.combine(day, time(hour, minute), ZONE)


def contact(unit: int) -> str:
    """The contact of a unit, by its number from 1."""
    return f"联系人{unit}"


def a_list(projects: int = 4, units: int = 2, milestones: bool = True) -> Ledger:
    """Projects shared out over the units in turn, each with one target and one step."""
    names = [f"单位{number}" for number in range(1, units + 1)]
    steps = (LedgerMilestone("主体完工", STEP, Decimal(50)),) if milestones else ()
    return Ledger(
        title="2023年民生实事",
        year=2023,
        issuer="市政府",
        basis="市政府常务会议纪要〔2023〕1号",
        document="市政府常务会议纪要〔2023〕1号",
        approver="市政府常务会议",
        approved_on=date(2023, 1, 8),
        projects=tuple(
            LedgerProject(
                number=number,
                field="教育",
                title=f"事项{number}",
                content="",
                lead_units=(names[(number - 1) % units],),
                support_units=(),
                sponsor=LEADER,
                due=DUE,
                targets=(LedgerTarget("学位", "个", TargetForm.AT_LEAST, Decimal(100), "100个"),),
                milestones=steps,
            )
            for number in range(1, projects + 1)
        ),
        units=(
            LedgerUnit("市政府", UnitKind.GOVERNMENT),
            LedgerUnit("督查室", UnitKind.SUPERVISION_OFFICE),
            *(LedgerUnit(name) for name in names),
        ),
        posts=(
            LedgerPost("市政府", PostKind.LEADER, LEADER, "副市长", "leader@city.example"),
            LedgerPost("督查室", PostKind.OFFICE, OFFICE, "督查员", "office@city.example"),
            *_posts_of(names),
        ),
    )


def _posts_of(names: Sequence[str]) -> Iterator[LedgerPost]:
    for number, name in enumerate(names, 1):
        mail = f"u{number}@city.example"
        yield LedgerPost(name, PostKind.CONTACT, contact(number), "联系人", mail)
        yield LedgerPost(name, PostKind.UNIT_HEAD, f"负责人{number}", "局长", f"head-{mail}")


@dataclass
class City:
    """A store with a list that has been given to its units, and a clock that stands."""

    database: Database
    rules: Rulebook = field(default_factory=rulebook)
    clock: datetime = field(default_factory=lambda: at(GIVEN, 10))

    def found(self, projects: int = 4, units: int = 2, **other: Any) -> City:
        """Register the list and give it out on the first of March."""
        with self.database.begin() as session:
            desk = self.desk(session)
            register(desk, a_list(projects, units, **other), OFFICE)
            assign(desk, session.scalars(select(Project).order_by(Project.id)).all(), OFFICE)
        return self

    def desk(self, session: Any) -> Desk:
        return Desk(session, self.rules, self.clock)

    def sign_all(self, day: date = GIVEN) -> City:
        """Every unit signs for its projects."""
        self.clock = at(day)
        with self.database.begin() as session:
            for project in session.scalars(select(Project).order_by(Project.id)).all():
                sign_for(self.desk(session), project, contact(project.lead_unit_id - 2))
        return self

    def begin_work(self, percent: int = 15) -> City:
        """Every unit signs at once, hands in its plan of implementation and gives its first
        report, so that nothing is due for weeks."""
        self.sign_all().plan_all().report_all(GIVEN, percent)
        return self

    def plan_all(self) -> City:
        """Every unit hands in its plan of implementation."""
        plan = PlanParts(*["示例"] * len(PARTS))
        with self.database.begin() as session:
            for project in session.scalars(select(Project).order_by(Project.id)).all():
                submit(self.desk(session), project, plan, contact(project.lead_unit_id - 2))
        return self

    def report_all(self, day: date, percent: int, period: str = "") -> None:
        """Every unit reports the same share."""
        self.clock = at(day)
        with self.database.begin() as session:
            for project in session.scalars(select(Project).order_by(Project.id)).all():
                statement = Statement(
                    period or f"{day:%Y-%m}", {"学位": Decimal(percent)}, Decimal(percent), "办理中"
                )
                report(self.desk(session), project, statement, contact(project.lead_unit_id - 2))

    def sweep(self, cadence: Cadence, day: date, moment: datetime | None = None) -> SweepReport:
        """Run one period; the clock goes to its hour or to the given moment."""
        scheduled = datetime.combine(day, HOURS[cadence], ZONE)
        self.clock = moment or scheduled
        return run_sweep(
            self.database,
            self.rules,
            cadence,
            scheduled_at=scheduled,
            as_of=self.clock,
            now=lambda: self.clock,
        )

    def sweep_daily(self, first: date, last: date) -> None:
        """Every working day's sweep."""
        day = self.rules.calendar.first_working_day_on_or_after(first)
        while day <= last:
            self.sweep(Cadence.DAILY, day)
            day = self.rules.calendar.next_working_day(day)

    def errors(self) -> list[str]:
        """For each project the error it was set aside for."""
        with self.database.read() as session:
            return list(session.scalars(select(Project.set_aside_error).order_by(Project.id)))

    def execute(self, statement: str, **values: Any) -> None:
        """Raw SQL, as damage or an administrator would write it."""
        with self.database.begin() as session:
            session.execute(text(statement), values)

    def rows(self, table: Any, *where: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(table).where(*where).order_by(table.id)))

    def notice_keys(self, *where: Any) -> list[str]:
        """The keys of the notices, oldest first."""
        return [notice.key for notice in self.rows(Notice, *where)]

    def events(self, kind: str) -> list[JournalEvent]:
        return self.rows(JournalEvent, JournalEvent.kind == kind)

    def faults(self) -> list[Any]:
        with self.database.read() as session:
            return verify(session)

    def forget_runs(self) -> None:
        """As if no period had ever been claimed."""
        self.execute("UPDATE notices SET run_id = NULL")
        self.execute("UPDATE deliveries SET run_id = NULL")
        self.execute("DELETE FROM sweep_runs")

    def picture(self) -> Picture:
        """Everything that sweeps leave behind, free of the running clock."""
        with self.database.read() as session:
            return picture(session, _without_the_clock)


def _without_the_clock(table: Table) -> Select[Any]:
    clock = ("started_at", "finished_at", "next_attempt_at")
    return select(*(column for column in table.columns if column.name not in clock))


def given_out(database: Database) -> City:
    """Four projects of two units, given out and not yet signed for."""
    return City(database).found()


def begun(database: Database) -> City:
    """The same, signed for and reported on the day they were given out."""
    return given_out(database).begin_work()


class Statements:
    """Counts the statements that a database is asked, by their first word."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> Self:
        event.listen(self.database.engine, "before_cursor_execute", self.note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.database.engine, "before_cursor_execute", self.note)

    def note(
        self, connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
    ) -> None:
        """Told each statement before it is run."""
        self.counts[" ".join(statement.split())] += 1

    @property
    def total(self) -> int:
        return sum(self.counts.values())
