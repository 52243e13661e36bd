"""A rehearsal of two items made by hand, small enough to know every figure of its report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from config.scenario import Scenario, load_scenario
from engine.rules.inspections import InspectionState
from engine.rules.lifecycle import ProjectState
from engine.rules.targets import TargetForm
from engine.rules.words import (
    DeadlineKind,
    DeadlineState,
    InspectionKind,
    Light,
    NoticeKind,
    NoticeState,
    PostKind,
    ProjectKind,
    Reason,
    Stage,
    Timeliness,
)
from engine.store.tables import (
    Base,
    CalendarVersion,
    Deadline,
    Delivery,
    DeliveryState,
    Extension,
    ExtensionState,
    Finding,
    InspectedProject,
    Inspection,
    LightRecord,
    Notice,
    Person,
    PolicyVersion,
    Program,
    ProgressReport,
    Project,
    ReportedValue,
    Target,
    Unit,
)

EXAMPLE = Path("config/examples/wuzhong-2023/scenario.yaml")
SUMMARY: dict[str, Any] = {
    "days": 120,
    "projects": 2,
    "deliveries": 4,
    "circulars_signed": 1,
    "inspections": 1,
    "rectifications": 1,
    "closed": 2,
    "timeliness": {"late": 1, "early": 1},
    "journal_events": 77,
    "journal_verified": True,
    "explained": 5,
    "unexplained": [],
}


def a_scenario() -> Scenario:
    return load_scenario(EXAMPLE).model_copy(
        update={"first": date(2023, 1, 3), "last": date(2023, 4, 28), "title": "试演"}
    )


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def fill(session: Session) -> None:
    """A list of two items: a school that is early, and roads that are late and criticised."""
    lot: list[Base] = [
        PolicyVersion(
            version="p1",
            title="甲规则",
            content={"id": "jia"},
            first_used_at=noon(date(2023, 1, 3)),
        ),
        CalendarVersion(
            version="c1",
            content={"layers": [{"title": "全国"}, {"title": "宁夏"}]},
            first_used_at=noon(date(2023, 1, 3)),
        ),
        Program(id=1, year=2023, title="两件实事", issuer="市政府", basis="常务会议"),
        Unit(id=1, name="市教育局"),
        Unit(id=2, name="市交通局"),
        Unit(id=3, name="市财政局"),
        Person(id=1, unit_id=1, name="马甲", email="a@example.gov.cn"),
        Person(id=2, unit_id=2, name="马乙", email="b@example.gov.cn"),
        Person(id=3, unit_id=2, name="马丙", email="c@example.gov.cn"),
        a_project(1, "学校", 1, date(2023, 3, 20), Timeliness.EARLY),
        a_project(2, "农村公路", 2, date(2023, 4, 27), Timeliness.LATE),
        a_project(
            3,
            "农村公路：路基不达标",
            2,
            date(2023, 4, 3),
            Timeliness.ON_TIME,
            kind=ProjectKind.RECTIFICATION,
            code="2023-02-改1",
            content="路基不达标",
            number=None,
            parent_id=2,
        ),
    ]
    for batch in (lot, dates(), figures(), lights(), notices(), mails(), events()):
        for row in batch:
            session.add(row)
            session.flush()


def a_project(
    id: int, title: str, unit: int, closed_on: date, timeliness: Timeliness, **given: Any
) -> Project:
    values: dict[str, Any] = {
        "id": id,
        "program_id": 1,
        "kind": ProjectKind.PROJECT,
        "code": f"2023-{id:02d}",
        "number": id,
        "title": title,
        "lead_unit_id": unit,
        "state": ProjectState.CLOSED,
        "light": Light.BLUE,
        "starts_on": date(2023, 1, 1),
        "closed_on": closed_on,
        "timeliness": timeliness,
    }
    return Project(**(values | given))


def dates() -> Iterator[Base]:
    for number, kind, due in (
        (2, DeadlineKind.COMPLETION, date(2023, 4, 20)),
        (3, DeadlineKind.RECTIFICATION, date(2023, 4, 5)),
    ):
        yield Deadline(
            id=number,
            project_id=number,
            kind=kind,
            name=kind.label,
            due=due,
            original_due=due,
            state=DeadlineState.CANCELLED,
        )


def figures() -> Iterator[Base]:
    targets = (
        (1, 1, 1, "学位", "个", TargetForm.ABOUT, "7500", "7500余个"),
        (2, 1, 2, "覆盖", "%", TargetForm.ALL, "100", "全覆盖"),
        (3, 2, 1, "公路", "条", TargetForm.AT_LEAST, "29", "29条68公里"),
        (4, 2, 2, "公路", "公里", TargetForm.AT_LEAST, "68", "29条68公里"),
        (5, 2, 3, "桥梁", "座", TargetForm.AT_LEAST, "2", "2座"),
    )
    for number, project, position, metric, unit, form, planned, text in targets:
        yield Target(
            id=number,
            project_id=project,
            position=position,
            metric=metric,
            unit=unit,
            form=form,
            planned=Decimal(planned),
            text=text,
        )
    reports: tuple[tuple[int, int, str, int, dict[int, str]], ...] = (
        (1, 1, "2023-02", 1, {1: "100", 2: "10"}),
        (2, 1, "2023-03", 1, {1: "8040", 2: "99.5"}),
        (3, 2, "2023-04", 2, {3: "26", 4: "79.00"}),
        (4, 2, "2023-04", 1, {3: "20", 4: "60"}),
    )
    for number, project, period, version, values in reports:
        yield ProgressReport(
            id=number,
            project_id=project,
            period=period,
            version=version,
            reported_at=noon(date(2023, 4, 1)),
            reported_by="马甲",
        )
        for target, value in values.items():
            yield ReportedValue(report_id=number, target_id=target, value=Decimal(value))


def lights() -> Iterator[Base]:
    seen = (
        (1, "2023-02", Light.GREEN),
        (1, "2023-03", Light.GREEN),
        (2, "2023-02", Light.YELLOW),
        (2, "2023-03", Light.RED),
        (2, "2023-04", Light.RED),
        (2, "", Light.RED),
        (3, "2023-03", Light.GREEN),
    )
    for project, period, colour in seen:
        yield LightRecord(
            project_id=project,
            on_day=date(2023, int(period[-2:]), 2) if period else date(2023, 4, 21),
            period=period,
            colour=colour,
            reason=Reason.OVERDUE,
            text="" if period else "已逾期1个工作日",
        )


def notices() -> Iterator[Base]:
    circular = {"paper": {"named": [{"standing": {"code": "2023-02"}}]}}
    about = {"project": {"code": "2023-02"}}
    rows: tuple[tuple[NoticeKind, Stage, NoticeState, date, dict[str, Any]], ...] = (
        (NoticeKind.REMINDER, Stage.BEFORE, NoticeState.ISSUED, date(2023, 2, 28), about),
        (NoticeKind.REMINDER, Stage.BEFORE, NoticeState.ISSUED, date(2023, 3, 1), about),
        (NoticeKind.REMINDER, Stage.BEFORE, NoticeState.CANCELLED, date(2023, 3, 1), about),
        (NoticeKind.CHASE, Stage.DURING, NoticeState.ISSUED, date(2023, 3, 2), about),
        (NoticeKind.CIRCULAR, Stage.AFTER, NoticeState.ISSUED, date(2023, 4, 6), circular),
        (NoticeKind.SUMMONS_PROPOSAL, Stage.AFTER, NoticeState.DISMISSED, date(2023, 4, 7), about),
    )
    for number, (kind, stage, state, day, facts) in enumerate(rows, 1):
        yield Notice(
            id=number,
            key=f"n{number}",
            program_id=1,
            kind=kind,
            stage=stage,
            rule="r",
            occurrence="",
            reason=Reason.ROUTINE,
            state=state,
            title=f"{kind.label}标题",
            as_of=day,
            policy_version="p1",
            calendar_version="c1",
            facts=facts,
            created_at=noon(day),
            issued_at=noon(day) if state is NoticeState.ISSUED else None,
            signed_by="秘书长" if kind.is_criticism else "",
            signed_basis="批示<甲>" if kind.is_criticism else "",
        )


def mails() -> Iterator[Base]:
    # The third leaves on the last evening of March by UTC, which is April here.
    sent = (
        (1, noon(date(2023, 3, 1))),
        (2, noon(date(2023, 3, 1))),
        (3, datetime(2023, 3, 31, 17, tzinfo=UTC)),
        (2, noon(date(2023, 4, 6))),
        (2, None),
    )
    for number, (person, at) in enumerate(sent):
        yield Delivery(
            key=f"d{number}",
            person_id=person,
            post_kind=PostKind.CONTACT,
            channel="email",
            address="a@example.gov.cn",
            state=DeliveryState.SENT if at else DeliveryState.QUEUED,
            created_at=noon(date(2023, 3, 1)),
            next_attempt_at=noon(date(2023, 3, 1)),
            sent_at=at,
        )


def events() -> Iterator[Base]:
    yield Inspection(
        id=1,
        program_id=1,
        kind=InspectionKind.UNANNOUNCED,
        state=InspectionState.CONCLUDED,
        starts_on=date(2023, 3, 9),
        ends_on=date(2023, 3, 9),
        concluded_on=date(2023, 3, 9),
        title="公路暗访",
        leader="督查甲",
        conclusion="进度滞后",
    )
    yield InspectedProject(inspection_id=1, project_id=1)
    yield InspectedProject(inspection_id=1, project_id=2)
    yield Finding(
        inspection_id=1,
        project_id=2,
        rectification_id=3,
        text="路基不达标",
        due=date(2023, 4, 5),
    )
    yield Extension(
        deadline_id=2,
        new_due=date(2023, 5, 20),
        reason="征地推迟",
        progress="过半",
        requested_by="马乙",
        requested_at=noon(date(2023, 4, 10)),
        state=ExtensionState.REFUSED,
        reviewed_by="督查甲",
        decided_by="副市长",
        decision="不再延期",
    )
