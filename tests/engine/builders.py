"""A small list with the people it needs, and a world in which verbs are carried out on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from config.calendar_loader import load_calendar
from config.policy_loader import load_policy
from engine.assigning import assignment
from engine.desk.drafts import NewDraft, lay_down
from engine.desk.issuing import ENGINE, Desk
from engine.desk.transition import find_project
from engine.errors import DubanError
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
from engine.notices.checking import Check, check
from engine.reports.reporting import Statement, report
from engine.results.completing import request_completion
from engine.rules.completion import Claim, Verification, VerificationMethod
from engine.rules.drafts import PublicAttribute
from engine.rules.rulebook import Rulebook
from engine.rules.targets import TargetForm
from engine.rules.words import DeadlineKind, DeadlineState, NoticeKind, NoticeState, PostKind, Stage
from engine.rules.words import Reason as Why
from engine.rules.zone import ZONE
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, history, project_chain, verify
from engine.store.tables import (
    Base,
    Deadline,
    Delivery,
    DeliveryNotice,
    DeliveryState,
    Leave,
    Notice,
    Person,
    Program,
    Project,
    Target,
)

REGISTERED_ON = date(2023, 3, 1)
ASSIGNED_ON = date(2023, 3, 29)
TODAY = date(2023, 4, 3)

OFFICE, SECOND_OFFICER = "何督查", "周督查"
LEADER, SIGNER = "李副市长", "陈市长"
CONTACT, DEPUTY, HEAD = "马晓明", "杨洁", "白志强"
OTHER_CONTACT, OTHER_HEAD = "苏丽", "王海"

RULEBOOK = Rulebook(load_policy("default"), load_calendar(["national"]))


def target(metric: str, unit: str, planned: str) -> LedgerTarget:
    return LedgerTarget(metric, unit, TargetForm.AT_LEAST, Decimal(planned), f"{planned}{unit}")


def milestone(name: str, due: date, percent: str | None = None) -> LedgerMilestone:
    return LedgerMilestone(name, due, Decimal(percent) if percent else None)


def post(unit: str, kind: PostKind, holder: str, title: str, **given: Any) -> LedgerPost:
    email = f"{holder}@wz.example"
    return LedgerPost(unit, kind, holder, title, **({"email": email} | given))


SCHOOLS = LedgerProject(
    number=1,
    field="教育",
    title="新增学位",
    content="新建幼儿园，新增学位7500个",
    lead_units=("市教育局",),
    support_units=("市卫健局",),
    sponsor="副市长",
    due=date(2023, 12, 15),
    targets=(target("学位", "个", "7500"), target("幼儿园", "所", "6")),
    milestones=(
        milestone("全部开工", date(2023, 5, 31), "30"),
        milestone("主体完工", date(2023, 9, 28), "70"),
    ),
)
SCREENING = LedgerProject(
    number=2,
    field="卫生",
    title="义诊进乡村",
    content="义诊300场",
    lead_units=("市卫健局",),
    support_units=(),
    sponsor="副市长",
    due=date(2023, 11, 30),
    targets=(target("义诊", "场", "300"),),
)
CAMPUS = replace(
    SCREENING,
    number=3,
    title="校医全覆盖",
    lead_units=("市教育局", "市卫健局"),
    targets=(target("校医室", "间", "40"),),
)
LIST = Ledger(
    title="吴忠市2023年民生实事",
    year=2023,
    issuer="市人民政府",
    basis="市六届人大二次会议表决通过（2023年1月）",
    document="市政发〔2023〕1号",
    approver="市六届人大二次会议",
    approved_on=date(2023, 1, 8),
    projects=(SCHOOLS, SCREENING, CAMPUS),
    units=(
        LedgerUnit("市政府", UnitKind.GOVERNMENT),
        LedgerUnit("督查室", UnitKind.SUPERVISION_OFFICE),
        LedgerUnit("市教育局"),
        LedgerUnit("市卫健局"),
    ),
    posts=(
        post("市政府", PostKind.LEADER, LEADER, "副市长"),
        post("市政府", PostKind.SIGNER, SIGNER, "市长", may_sign=True, deputy=LEADER),
        post("督查室", PostKind.OFFICE, OFFICE, "督查科长", deputy=SECOND_OFFICER),
        post("督查室", PostKind.OFFICE, SECOND_OFFICER, "督查员", deputy=OFFICE),
        post("市教育局", PostKind.CONTACT, CONTACT, "科员", deputy=DEPUTY),
        post("市教育局", PostKind.CONTACT, DEPUTY, "办公室副主任"),
        post("市教育局", PostKind.UNIT_HEAD, HEAD, "局长"),
        post("市卫健局", PostKind.CONTACT, OTHER_CONTACT, "科员"),
        post("市卫健局", PostKind.UNIT_HEAD, OTHER_HEAD, "局长"),
    ),
)


def with_project(ledger: Ledger, number: int, /, **changes: Any) -> Ledger:
    """The list with one item changed."""
    items = [replace(p, **changes) if p.number == number else p for p in ledger.projects]
    return replace(ledger, projects=tuple(items))


def with_post(ledger: Ledger, holder: str, /, **changes: Any) -> Ledger:
    """The list with one post changed, named by its holder."""
    posts = [replace(p, **changes) if p.holder == holder else p for p in ledger.posts]
    return replace(ledger, posts=tuple(posts))


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


Snapshot = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class World:
    """A store, and the rulebook that its verbs go by."""

    database: Database
    rulebook: Rulebook = RULEBOOK

    @contextmanager
    def desk(self, day: date = TODAY) -> Iterator[Desk]:
        """One transaction on a day."""
        with self.database.begin() as session:
            yield Desk(session, self.rulebook, at(day))

    def snapshot(self) -> Snapshot:
        """Every row of every table."""
        with self.database.read() as session:
            return {
                table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
                for table in Base.metadata.sorted_tables
            }

    @contextmanager
    def refuses(self, error: type[DubanError], says: str, day: date = TODAY) -> Iterator[Desk]:
        """The verb inside is refused with these words, and leaves nothing behind."""
        before = self.snapshot()
        with pytest.raises(error, match=says), self.desk(day) as desk:
            yield desk
        assert self.snapshot() == before

    def row(self, code: str) -> Project:
        """The project as it stands; also what somebody saw who looked at it now."""
        with self.desk() as desk:
            return find_project(desk, code)

    def program(self) -> Program:
        with self.desk() as desk:
            return program_of(desk)

    def dates(self, code: str, kind: DeadlineKind, slot: str = "") -> list[Deadline]:
        """All versions of a date, oldest first."""
        with self.database.read() as session:
            return list(
                session.scalars(
                    select(Deadline)
                    .join(Project, Deadline.project_id == Project.id)
                    .where(Project.code == code, Deadline.kind == kind, Deadline.slot == slot)
                    .order_by(Deadline.version)
                )
            )

    def pending(self, code: str) -> dict[tuple[DeadlineKind, str], date]:
        with self.database.read() as session:
            rows = session.scalars(
                select(Deadline)
                .join(Project, Deadline.project_id == Project.id)
                .where(Project.code == code, Deadline.state == DeadlineState.PENDING)
                .order_by(Deadline.due, Deadline.id)
            )
            return {(row.kind, row.slot): row.due for row in rows}

    def journal(self, code: str) -> list[Event]:
        """The events of a project, once the whole journal is found unaltered."""
        number = self.row(code).id
        with self.database.read() as session:
            assert verify(session) == []
            return history(session, project_chain(number))

    def kinds(self, code: str, last: int) -> list[EventKind]:
        return [event.kind for event in self.journal(code)[-last:]]

    def mails(self) -> list[tuple[str, DeliveryState, int]]:
        """Messages in the outbox: to whom, how far, and how many notices they carry."""
        with self.database.read() as session:
            rows = session.execute(
                select(Delivery.id, Person.name, Delivery.state)
                .join(Person, Delivery.person_id == Person.id)
                .order_by(Delivery.id)
            ).all()
            carried = list(session.scalars(select(DeliveryNotice.delivery_id)))
            return [(name, state, carried.count(number)) for number, name, state in rows]

    def mail_readers(self, number: int) -> set[str]:
        """Who gets a notice."""
        with self.database.read() as session:
            names = session.scalars(
                select(Person.name)
                .join(Delivery, Delivery.person_id == Person.id)
                .join(DeliveryNotice, DeliveryNotice.delivery_id == Delivery.id)
                .where(DeliveryNotice.notice_id == number)
            )
            return set(names)

    def notice(self, number: int) -> Notice:
        with self.database.read() as session:
            return session.get_one(Notice, number)

    def absent(self, name: str, first: date, last: date | None = None) -> None:
        """Somebody is away from all posts."""
        with self.database.begin() as session:
            person = session.scalars(select(Person).where(Person.name == name)).one()
            row = Leave(person_id=person.id, starts_on=first, ends_on=last, recorded_by=OFFICE)
            session.add(row)

    def change_person(self, name: str, **columns: Any) -> None:
        with self.database.begin() as session:
            person = session.scalars(select(Person).where(Person.name == name)).one()
            for column, value in columns.items():
                setattr(person, column, value)


def program_of(desk: Desk) -> Program:
    return desk.session.scalars(select(Program)).one()


def register_list(world: World, ledger: Ledger = LIST) -> None:
    with world.desk(REGISTERED_ON) as desk:
        register(desk, ledger, "督查室")


def assign_all(world: World, *codes: str) -> None:
    with world.desk(ASSIGNED_ON) as desk:
        assignment.assign(desk, [find_project(desk, code) for code in codes], OFFICE)


def figures(desk: Desk, period: str, *, day_values: dict[str, int] | None = None) -> None:
    """A whole report on the first project."""
    values = {"学位": 8040, "幼儿园": 6} if day_values is None else day_values
    statement = Statement(period, {name: Decimal(value) for name, value in values.items()})
    report(desk, find_project(desk, "2023-01"), statement, CONTACT, "集中完工")


def claim_on(desk: Desk, project: Project, **given: Any) -> Claim:
    """A whole claim: the result, and a word on every target."""
    targets = desk.session.scalars(select(Target).where(Target.project_id == project.id))
    proofs = {f"{t.metric}（{t.unit}）": "验收单、台账备查" for t in targets}
    return Claim(**({"statement": "全部完成，已自查", "proofs": proofs} | given))


def ask_completion(desk: Desk, project: Project, by: str) -> None:
    """A unit asks for completion with all that is wanted."""
    request_completion(desk, project, claim_on(desk, project), by)


def seen_by(name: str) -> Verification:
    """A verification on the spot."""
    return Verification(name, VerificationMethod.ON_SITE, "现场查看，与申报一致")


def draft_notice(
    world: World,
    code: str,
    kind: NoticeKind,
    audience: Sequence[PostKind],
    deadline: DeadlineKind | None = DeadlineKind.COMPLETION,
    state: NoticeState = NoticeState.DRAFT,
    rule: str = "summons-lag",
) -> int:
    """A notice as a sweep leaves it behind; returns its number."""
    with world.desk() as desk:
        project = find_project(desk, code)
        found = deadline and next(d for d in bound_dates(desk, project) if d.kind is deadline)
        is_paper = kind is NoticeKind.CIRCULAR
        row = Notice(
            key=f"p{project.id}/{rule}/{kind.value}/{deadline}",
            program_id=project.program_id,
            project_id=None if is_paper else project.id,
            unit_id=project.lead_unit_id,
            deadline_id=found.id if found else None,
            kind=kind,
            stage=Stage.AFTER,
            rule=rule,
            occurrence="2023-04",
            reason=Why.OVERDUE,
            state=state,
            title=project.title,
            as_of=desk.day,
            policy_version=desk.rulebook.policy.version,
            calendar_version=desk.rulebook.calendar.version,
            facts={
                "projects": [{"id": project.id}],
                "decision": {"audience": [kind.value for kind in audience]},
            },
            created_at=desk.at,
            issued_at=desk.at if state is NoticeState.ISSUED else None,
        )
        desk.session.add(row)
        desk.session.flush()
        if kind.is_criticism and state is NoticeState.DRAFT:
            lay_down(desk.session, [NewDraft(row.id, row.title, None)], ENGINE, desk.at)
        return row.id


def check_draft(world: World, number: int, by: str = SECOND_OFFICER, day: date = TODAY) -> None:
    """Somebody of the office checks a draft, so that it may be signed."""
    with world.desk(day) as desk:
        check(desk, number, Check(PublicAttribute.PUBLIC, length=1200), by)


def bound_dates(desk: Desk, project: Project) -> list[Deadline]:
    query = select(Deadline).where(
        Deadline.project_id == project.id, Deadline.state == DeadlineState.PENDING
    )
    return list(desk.session.scalars(query))


Verb = Callable[[Desk], object]


def race(world: World, *verbs: Verb, day: date = TODAY) -> list[DubanError | None]:
    """Carry out verbs at the same moment, each in a transaction and thread of its own.

    Returns:
        What each was told; None for one that was carried out.
    """
    start = threading.Barrier(len(verbs))
    told: list[DubanError | None] = [None] * len(verbs)
    crashed: list[Exception] = []

    def run(number: int, verb: Verb) -> None:
        start.wait()
        try:
            with world.desk(day) as desk:
                verb(desk)
        except DubanError as error:
            told[number] = error
        except Exception as error:
            crashed.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if crashed:
        raise crashed[0]
    return told
