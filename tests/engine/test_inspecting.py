from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine import assignment
from engine.completing import close, request_completion
from engine.inspecting import Finding, InspectionRefused, inspect
from engine.people import NotAllowed
from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, InspectionKind, NoticeKind, ProjectKind, Timeliness
from engine.store.journal import EventKind, history, program_chain
from engine.store.tables import InspectedProject, Inspection, Notice, Project
from engine.transition import ProjectChanged, find_project
from tests.engine.builders import CONTACT, HEAD, OFFICE, World, program_of

DUE = date(2023, 4, 28)


def record(desk, *findings: tuple[str, str, date], **changed: Any) -> list[Project]:
    said: dict[str, Any] = {
        "kind": InspectionKind.UNANNOUNCED,
        "title": "春季督查",
        "leader": "示例组长",
        "visited": ("2023-01", "2023-02"),
        "conclusion": "总体较好",
        "by": OFFICE,
    }
    said |= changed
    visited = [find_project(desk, code) for code in said["visited"]]
    found = [Finding(find_project(desk, code), text, due) for code, text, due in findings]
    return inspect(
        desk,
        program_of(desk),
        said["kind"],
        said["title"],
        said["leader"],
        visited,
        found,
        said["conclusion"],
        said["by"],
    )


def test_an_inspection_without_findings_is_recorded(underway: World) -> None:
    with underway.desk() as desk:
        assert record(desk) == []
    with underway.database.read() as session:
        (row,) = session.scalars(select(Inspection)).all()
        seen = session.scalars(select(InspectedProject)).all()
        told = history(session, program_chain(underway.program().id))[-1]
    assert (row.title, row.kind) == ("春季督查", InspectionKind.UNANNOUNCED)
    assert [(s.finding, s.rectification_id) for s in seen] == [("", None), ("", None)]
    assert (told.kind, told.data["projects"]) == (EventKind.INSPECTED, ["2023-01", "2023-02"])
    assert underway.kinds("2023-02", 1) == [EventKind.INSPECTED]


def test_a_finding_becomes_a_rectification_with_clocks_of_its_own(underway: World) -> None:
    with underway.desk() as desk:
        (child,) = record(desk, ("2023-01", "围挡缺失", DUE))
    assert (child.code, child.kind) == ("2023-01-改1", ProjectKind.RECTIFICATION)
    row = underway.row("2023-01-改1")
    assert (row.state, row.title) == (ProjectState.ASSIGNED, "新增学位：围挡缺失")
    assert row.parent_id == underway.row("2023-01").id
    assert underway.pending("2023-01-改1") == {
        (DeadlineKind.SIGN_FOR, "1"): date(2023, 4, 4),
        (DeadlineKind.RECTIFICATION, ""): DUE,
    }
    kinds = underway.kinds("2023-01-改1", 99)
    assert kinds == [
        EventKind.PROJECT_REGISTERED,
        EventKind.DEADLINE_SET,
        EventKind.ASSIGNED,
        EventKind.DEADLINE_SET,
        EventKind.NOTICE_ISSUED,
    ]
    assert "春季督查" in underway.journal("2023-01-改1")[0].data["basis"]
    assert underway.kinds("2023-01", 2) == [EventKind.RECTIFICATION_OPENED, EventKind.INSPECTED]


def test_findings_at_several_items_make_one_message_per_contact(underway: World) -> None:
    before = len(underway.mails())
    with underway.desk() as desk:
        codes = ("2023-01", "2023-02", "2023-03")
        findings = [(code, "围挡缺失", DUE) for code in codes]
        opened = record(desk, *findings, visited=codes)
    assert [child.code for child in opened] == [f"{code}-改1" for code in codes]
    assert [carried for _, _, carried in underway.mails()[before:]] == [2, 1]
    with underway.database.read() as session:
        kinds = session.scalars(select(Notice.kind)).all()
        linked = session.scalars(select(InspectedProject.rectification_id)).all()
    assert set(kinds) == {NoticeKind.ASSIGNMENT}
    assert set(linked) == {child.id for child in opened}


def test_a_second_inspection_counts_its_rectifications_on(underway: World) -> None:
    for text in ("围挡缺失", "扬尘"):
        with underway.desk() as desk:
            (child,) = record(desk, ("2023-01", text, DUE))
    assert child.code == "2023-01-改2"


def test_a_rectification_is_signed_for_put_right_and_closed(underway: World) -> None:
    with underway.desk() as desk:
        (child,) = record(desk, ("2023-01", "围挡缺失", DUE))
        assignment.sign_for(desk, child, CONTACT)
    with underway.desk(date(2023, 4, 20)) as desk:
        child = find_project(desk, "2023-01-改1")
        request_completion(desk, child, HEAD)
        close(desk, child, OFFICE, OFFICE)
    row = underway.row("2023-01-改1")
    assert (row.state, row.timeliness) == (ProjectState.CLOSED, Timeliness.ON_TIME)
    assert underway.row("2023-01").state is ProjectState.UNDERWAY


def test_a_project_named_twice_was_visited_once(underway: World) -> None:
    with underway.desk() as desk:
        record(desk, visited=("2023-01", "2023-01"))
    with underway.database.read() as session:
        assert len(session.scalars(select(InspectedProject)).all()) == 1


def test_a_long_finding_is_kept_whole(underway: World) -> None:
    text = "现场围挡缺失，材料堆放混乱；" * 40
    with underway.desk() as desk:
        record(desk, ("2023-01", text, DUE))
    row = underway.row("2023-01-改1")
    assert row.content == text
    assert len(row.title) == 300


WHOLE = "须写明督查名称、督查事项、组长和督查结论"
FAULTS: list[tuple[tuple, dict[str, Any], str]] = [
    ((), {"visited": ()}, WHOLE),
    ((), {"leader": " "}, WHOLE),
    ((), {"conclusion": ""}, WHOLE),
    ((), {"title": ""}, WHOLE),
    ((("2023-03", "扬尘", DUE),), {}, "2023-03 有问题却不在督查事项之中，请一并列入"),
    ((("2023-01", " ", DUE),), {}, "2023-01 的问题没有写明内容"),
    ((("2023-01", "扬尘", date(2023, 4, 3)),), {}, "整改时限2023年4月3日须晚于今天"),
    (
        (("2023-01", "扬尘", DUE), ("2023-01", "围挡", DUE)),
        {},
        "2023-01 写了不止一条问题，请合写为一条",
    ),
    ((("2023-03", "", DUE),), {"leader": ""}, f"{WHOLE}；2023-03 有问题.*没有写明内容"),
]


@pytest.mark.parametrize(("findings", "changed", "says"), FAULTS)
def test_an_incomplete_record_is_refused_whole(
    underway: World, findings: tuple, changed: dict[str, Any], says: str
) -> None:
    with underway.refuses(InspectionRefused, says) as desk:
        record(desk, *findings, **changed)


def test_only_the_office_records_an_inspection(underway: World) -> None:
    with underway.refuses(NotAllowed, f"{HEAD}不在督查室岗位") as desk:
        record(desk, ("2023-01", "扬尘", DUE), by=HEAD)


def test_a_finding_at_what_has_changed_since_is_refused(assigned: World) -> None:
    seen = assigned.row("2023-01")
    with assigned.desk() as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)
    with assigned.refuses(ProjectChanged, f"刚刚由{CONTACT}办理了签收") as desk:
        project = desk.session.merge(seen, load=False)
        program = program_of(desk)
        found = [Finding(project, "扬尘", DUE)]
        kind = InspectionKind.JOINT
        inspect(desk, program, kind, "督查", "组长", [project], found, "一般", OFFICE)
