from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from sqlalchemy import select, update

from config.scoring_loader import load_scoring
from engine.assessment.assessing import AssessmentRefused, make, publish
from engine.dates.extending import decide, request, review
from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.exporting import (
    ExportRefused,
    export_assessments,
    export_ledger,
    export_year_end,
)
from engine.ledger import read_ledger
from engine.lists.programs import ProgramUnclear, program_of
from engine.lists.registering import compare, register
from engine.logbook import Choice, LogLine, log_lines
from engine.reports.reporting import Statement, report
from engine.results import completing
from engine.rules.log_words import readable
from engine.rules.words import DeadlineKind
from engine.sheets.log import write_log
from engine.store.event_kinds import EventKind
from engine.store.journal import Event as JournalEntry
from engine.store.journal import append
from engine.store.tables import Person, Post, Project, Unit
from tests.engine.builders import (
    CONTACT,
    LEADER,
    LIST,
    OFFICE,
    TODAY,
    World,
    ask_completion,
    figures,
    seen_by,
)
from tests.engine.builders import program_of as the_program

DAY = date(2023, 10, 20)


def saved(workbook: Workbook, folder: Path) -> Path:
    path = folder / "out.xlsx"
    workbook.save(path)
    return path


def table(workbook: Workbook, sheet: int, heading: int) -> list[dict[str, Any]]:
    """The rows of a sheet under its heading row."""
    rows = list(workbook.worksheets[sheet].iter_rows(values_only=True))
    names = [str(name) for name in rows[heading - 1]]
    return [dict(zip(names, row, strict=True)) for row in rows[heading:]]


def give_addresses(world: World) -> None:
    """Addresses that a contact sheet may hold."""
    with world.database.begin() as session:
        for number, person in enumerate(session.scalars(select(Person)), 1):
            person.email = f"p{number}@wz.example"


@pytest.fixture
def closed(underway: World) -> World:
    """The first item closed early, the second moved by an approved extension."""
    with underway.desk(date(2023, 10, 9)) as desk:
        figures(desk, "2023-10")
    with underway.desk(date(2023, 10, 10)) as desk:
        ask_completion(desk, find_project(desk, "2023-01"), CONTACT)
    with underway.desk(date(2023, 10, 12)) as desk:
        completing.close(desk, find_project(desk, "2023-01"), seen_by(OFFICE), OFFICE)
    with underway.desk() as desk:
        project, due = find_project(desk, "2023-02"), DeadlineKind.COMPLETION
        later = date(2023, 12, 22)
        asked = request(desk, project, due, "", later, "汛期", "六成", "苏丽").id
    with underway.desk() as desk:
        review(desk, asked, OFFICE, "属实")
    with underway.desk() as desk:
        decide(desk, asked, LEADER, approve=True, decision="同意")
    return underway


def test_the_ledger_goes_out_with_results_and_changes_nothing_when_it_comes_in(
    closed: World, tmp_path: Path
) -> None:
    give_addresses(closed)
    with closed.database.read() as session:
        path = saved(export_ledger(session, program_of(session, DAY), DAY), tmp_path)
        ledger = read_ledger(path)
        assert compare(session, ledger) == []
    first, *others = table(load_workbook(path), 0, 4)
    assert first["完成情况"] == "完成8040个，为承诺的107.2%"
    assert (first["办理状态"], first["灯色"]) == ("已销号", "蓝灯（办结）")
    assert first["办理附注"] == "提前办结"
    moved = next(row for row in others if row["实事项目"] == "义诊进乡村")
    assert (moved["现时限"], moved["原定时限"]) == (datetime(2023, 12, 22), datetime(2023, 11, 30))
    assert moved["完成时限"] == datetime(2023, 11, 30)  # the promise of the list
    assert moved["完成情况"] == "尚未填报"


def test_a_ledger_that_came_in_as_a_workbook_keeps_its_layout(
    registered: World, tmp_path: Path
) -> None:
    give_addresses(registered)
    with registered.database.read() as session:
        program = program_of(session, DAY)
        path = saved(export_ledger(session, program, DAY), tmp_path)
    renamed = load_workbook(path)
    renamed.worksheets[0]["D4"].value = "主要内容"
    renamed.worksheets[0]["B4"].value = "板块"
    renamed.save(path)
    ledger = replace(read_ledger(path), title="另一份清单", year=2024)
    with registered.desk() as desk:
        items = tuple(
            replace(item, due=date(2024, 12, 15), milestones=()) for item in ledger.projects
        )
        program = register(desk, replace(ledger, projects=items), OFFICE)
        number = program.id
    with registered.database.read() as session:
        program = session.get_one(type(program), number)
        sheet = export_ledger(session, program, DAY).worksheets[0]
        names = [cell.value for cell in sheet[4]]
    assert names[:4] == ["序号", "板块", "实事项目", "主要内容"]


UNSAID = ("领域", "配合单位", "领办领导", "备注", "节点（累计进度）", "类别", "可签发", "AB角")


def test_what_a_file_has_no_column_for_stays_as_it_is(registered: World, tmp_path: Path) -> None:
    give_addresses(registered)
    with registered.database.read() as session:
        path = saved(export_ledger(session, program_of(session, DAY), DAY), tmp_path)
    workbook = load_workbook(path)
    left_out = set()
    for sheet, row in zip(workbook.worksheets, (4, 2), strict=False):
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        for column in range(sheet.max_column, 0, -1):
            if (heading := sheet.cell(row, column).value) in UNSAID:
                sheet.delete_cols(column)
                left_out.add(heading)
    assert left_out >= {"领办领导", "类别", "可签发"}
    workbook.save(path)
    ledger = read_ledger(path)
    with registered.database.read() as session:
        assert compare(session, ledger) == []
        posts = session.scalars(select(Post).order_by(Post.id)).all()
        before = [(post.title, post.may_sign, post.deputy_id) for post in posts]
        kinds = session.scalars(select(Unit.kind).order_by(Unit.id)).all()
    assert any(may_sign for _, may_sign, _ in before)
    with registered.desk() as desk:
        register(desk, replace(ledger, title="另一份清单", year=2024, projects=()), OFFICE)
    with registered.database.read() as session:
        posts = session.scalars(select(Post).order_by(Post.id)).all()
        assert [(post.title, post.may_sign, post.deputy_id) for post in posts] == before
        assert session.scalars(select(Unit.kind).order_by(Unit.id)).all() == kinds


def test_a_batch_that_is_not_there_is_refused(registered: World) -> None:
    with registered.database.read() as session, pytest.raises(ExportRefused, match="没有第2批"):
        export_ledger(session, program_of(session, DAY), DAY, 2)


def test_which_list_is_meant_is_said_when_it_is_not_clear(registered: World) -> None:
    with registered.database.read() as session:
        assert program_of(session, DAY, 2023).title == LIST.title
        with pytest.raises(ProgramUnclear, match="没有2019年的清单"):
            program_of(session, DAY, 2019)
        with pytest.raises(ProgramUnclear, match="没有2023年“别的”的清单"):
            program_of(session, DAY, 2023, "别的")


def test_the_year_end_tells_the_classes_apart_and_adds_up(closed: World) -> None:
    with closed.database.read() as session:
        workbook = export_year_end(session, program_of(session, DAY), DAY)
    sheet = workbook.worksheets[0]
    assert (
        sheet["A3"].value == "截至2023年10月20日，共3件，其中提前办结1件、未办结2件；合计办结1件。"
    )
    first, *_ = table(workbook, 0, 4)
    assert (first["指标"], first["办理结果"]) == ("学位", "完成8040个，为承诺的107.2%")
    assert (first["办结日期"], first["办理类别"]) == (date(2023, 10, 10), "提前办结")
    second = next(row for row in table(workbook, 0, 4) if row["实事项目"] == "义诊进乡村")
    assert (second["完成时限"], second["备注"]) == (
        date(2023, 11, 30),
        "时限经调整为2023年12月22日",
    )
    *fields, whole = table(workbook, 1, 2)
    for name in whole.keys() - {"领域"}:
        assert sum(row[name] for row in fields) == whole[name]
    classes = whole.keys() - {"领域", "件数"}
    assert sum(whole[name] for name in classes) == whole["件数"] == 3


def test_dates_in_a_saved_workbook_are_read_as_dates(
    closed: World, assessed: World, tmp_path: Path
) -> None:
    with closed.database.read() as session:
        year_end = export_year_end(session, program_of(session, DAY), DAY)
    (first, *_) = table(load_workbook(saved(year_end, tmp_path)), 0, 4)
    assert (first["完成时限"], first["办结日期"]) == (
        datetime(2023, 12, 15),
        datetime(2023, 10, 10),
    )
    with assessed.database.read() as session:
        scores = export_assessments(session, program_of(session, DAY), OFFICE)
    sheet = load_workbook(saved(scores, tmp_path)).worksheets[0]
    assert isinstance(sheet["I5"].value, datetime)
    assert sheet["I5"].number_format == 'yyyy"年"m"月"d"日"'


def test_a_title_that_looks_like_a_formula_is_marked_as_text_in_every_sheet(
    closed: World, tmp_path: Path
) -> None:
    with closed.database.begin() as session:
        session.execute(update(Project).values(title="=1+1"))
    with closed.database.read() as session:
        year_end = export_year_end(session, program_of(session, DAY), DAY)
    sheet = load_workbook(saved(year_end, tmp_path)).worksheets[0]
    risky = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert risky
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)


def events_of(world: World, choice: Choice) -> list[LogLine]:
    with world.database.read() as session:
        return list(log_lines(session, choice))


def test_the_log_is_chosen_by_item_day_kind_and_person(underway: World) -> None:
    with underway.desk(date(2023, 4, 20)) as desk:
        statement = Statement("2023-04", {"学位": Decimal(800), "幼儿园": Decimal(0)})
        report(desk, find_project(desk, "2023-01"), statement, CONTACT)
    everything = events_of(underway, Choice())
    assert [line.number for line in everything] == sorted(line.number for line in everything)
    project = underway.row("2023-01")
    of_item = events_of(underway, Choice(project=project))
    assert {line.code for line in of_item} == {"2023-01"} and len(of_item) < len(everything)
    told = events_of(underway, Choice(kinds=(EventKind.REPORT_SUBMITTED,), person=CONTACT))
    assert [(line.kind, line.actor, line.at.day) for line in told] == [("填报", CONTACT, 20)]
    day = date(2023, 4, 20)
    on_day = events_of(underway, Choice(first=day, last=day))
    assert on_day and {line.at.date() for line in on_day} == {day}
    assert not events_of(underway, Choice(first=date(2023, 4, 21)))
    assert not events_of(underway, Choice(person="无此人"))


def test_the_log_as_a_workbook_has_chinese_kinds_readable_data_and_the_hash(
    underway: World, tmp_path: Path
) -> None:
    path = tmp_path / "log.xlsx"
    with underway.desk(TODAY) as desk:
        data = {"title": "=cmd|' /C calc'!A0"}
        append(desk.session, [JournalEntry("engine", EventKind.SET_ASIDE, desk.at, "+系统", data)])
    with underway.database.read() as session:
        count = write_log(log_lines(session, Choice()), path, DAY)
    rows = table(load_workbook(path), 0, 2)
    assert len(rows) == count
    set_date = next(row for row in rows if row["种类"] == "时限设定")
    assert "种类：" in set_date["内容"] and "时限：2023年" in set_date["内容"]
    assert all(len(row["散列值（SHA-256）"]) == 64 for row in rows)
    risky = [
        cell
        for row in load_workbook(path).worksheets[0].iter_rows()
        for cell in row
        if str(cell.value)[:1] in "=+-@"
    ]
    assert [cell.value for cell in risky] == ["+系统"]
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)


def lines(count: int) -> Iterator[LogLine]:
    for number in range(1, count + 1):
        at = datetime(2023, 4, 3, 10)
        yield LogLine(number, at, "填报", "2023-01", "学位", "马晓明", "内容" * 40, "a" * 64)


def peak(count: int, path: Path) -> int:
    tracemalloc.start()
    write_log(lines(count), path, DAY)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_a_longer_log_takes_no_more_memory(tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    assert peak(600, path) < peak(100, path) + 300_000


def test_a_log_too_long_for_one_sheet_goes_on_on_the_next(tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    assert write_log(lines(25), path, DAY, rows_per_sheet=10) == 25
    workbook = load_workbook(path)
    assert workbook.sheetnames == ["督办日志", "督办日志2", "督办日志3"]
    assert [sheet.max_row - 2 for sheet in workbook.worksheets] == [10, 10, 5]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"kind": "milestone", "due": "2023-06-30"}, "种类：节点时限；时限：2023年6月30日"),
        ({"from": "green", "to": "red"}, "由：绿灯；至：红灯"),
        ({"from": "assigned", "to": "underway", "reason": ""}, "由：已交办；至：推进中"),
        ({"approved": True, "points": None}, "是否批准：是"),
        ({"values": {"学位": "800"}, "to": ["甲", "乙"]}, "数值：学位 800；至：甲、乙"),
        ({"unheard_of": "x"}, "unheard_of：x"),
    ],
)
def test_data_is_told_in_chinese(data: dict[str, Any], says: str) -> None:
    assert readable(data) == says


@pytest.fixture
def assessed(underway: World) -> World:
    with underway.desk(date(2023, 5, 8)) as desk:
        make(desk, the_program(desk), load_scoring(), OFFICE)
    with underway.desk(date(2023, 5, 8)) as desk:
        publish(desk, the_program(desk), OFFICE)
    return underway


def test_scores_go_out_line_by_line_with_event_and_day_and_without_any_person(
    assessed: World,
) -> None:
    with assessed.database.read() as session:
        workbook = export_assessments(session, program_of(session, DAY), OFFICE)
        names = set(session.scalars(select(Person.name)))
    totals, rows = table(workbook, 0, 4), table(workbook, 1, 2)
    assert [row["单位"] for row in totals] == ["市教育局", "市卫健局"]
    for row in totals:
        own = [line for line in rows if line["单位"] == row["单位"]]
        assert sum(line["分数"] for line in own) == row["得分"]
        parts = ("基础分", "扣分", "加分", "更正及最低分")
        assert sum(row[part] for part in parts) == row["得分"]
        assert all(line["日志号"] and line["日期"] for line in own[1:])
    said = repr([[cell.value for cell in row] for s in workbook for row in s.iter_rows()])
    assert not [name for name in names if name in said]
    assert not [word for word in ("排名", "名次第") if f"{word}：" in said]


def test_a_unit_takes_out_its_own_score_alone(assessed: World) -> None:
    with assessed.database.read() as session:
        program = program_of(session, DAY)
        workbook = export_assessments(session, program, CONTACT, "市教育局")
        assert {row["单位"] for row in table(workbook, 1, 2)} == {"市教育局"}
        with pytest.raises(NotAllowed, match="只能查看本单位的得分"):
            export_assessments(session, program, CONTACT, "市卫健局")
        with pytest.raises(NotAllowed, match="只能查看本单位的得分"):
            export_assessments(session, program, CONTACT)


def test_without_scores_there_is_nothing_to_take_out(registered: World) -> None:
    with registered.database.read() as session, pytest.raises(AssessmentRefused, match="还没有"):
        export_assessments(session, program_of(session, DAY), OFFICE)
