"""The log in the console: looked through, checked, and taken away."""

from __future__ import annotations

import json
import time
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import text

from engine.store.chain import digest
from tests.engine.builders import CONTACT, LEADER, OFFICE
from tests.web.console.conftest import ConsoleOffice


def test_every_event_is_there_newest_first_and_each_filter_leaves_its_own(
    underway: ConsoleOffice,
) -> None:
    program = underway.program(OFFICE)
    everything = program.get("/log").json()["entries"]
    assert [one["number"] for one in everything] == sorted(
        (one["number"] for one in everything), reverse=True
    )
    signed = program.get("/log", kind="signed_for").json()["entries"]
    assert {one["kind"] for one in signed} == {"签收"}
    of_item = program.get("/log", project="2023-01", kind="signed_for").json()["entries"]
    assert [one["code"] for one in of_item] == ["2023-01"]
    by_person = program.get("/log", person=signed[0]["actor"]).json()["entries"]
    assert {one["actor"] for one in by_person} == {signed[0]["actor"]}
    units = program.get("/log").json()["units"]
    unit = next(u["value"] for u in units if u["label"] == signed[0]["unit"])
    of_unit = program.get("/log", unit=unit).json()["entries"]
    assert {one["unit"] for one in of_unit} == {signed[0]["unit"]}
    assert program.get("/log", first="2030-01-01").json()["entries"] == []
    assert program.get("/log", last="2020-01-01").json()["entries"] == []
    routine = program.get("/log", reason="routine").json()["entries"]
    assert all("按规定程序发出" in one["text"] for one in routine)
    assert program.get("/log", first="2024-01-02", last="2024-01-01").status_code == 422


def test_pages_of_the_log_join_without_gap_or_repeat(underway: ConsoleOffice) -> None:
    from engine.log_pages import log_page
    from engine.logbook import Choice

    with underway.service.database.read() as session:
        whole = [e.number for e in log_page(session, Choice(), limit=10_000).entries]
        found, after = [], None
        while True:
            page = log_page(session, Choice(), after=after, limit=7)
            found += [e.number for e in page.entries]
            after = page.after
            if after is None:
                break
        assert found == whole
        back = log_page(session, Choice(), before=whole[7], limit=7)
        assert [e.number for e in back.entries] == whole[:7]
        assert (back.before, back.after) == (None, whole[6])


def test_the_chosen_events_are_taken_away_as_a_workbook_and_as_hashed_lines(
    underway: ConsoleOffice,
) -> None:
    office = underway.browser(OFFICE)
    lines = office.look("/log.jsonl?kind=signed_for").content.splitlines()
    records = [json.loads(line) for line in lines]
    assert {record["kind"] for record in records} == {"signed_for"}
    assert all(digest(record) == record["hash"] for record in records)
    book = load_workbook(BytesIO(office.look("/log.xlsx?kind=signed_for").content))
    assert book.active is not None
    assert book.active.max_row == len(records) + 2


def test_an_altered_event_is_found_when_its_item_or_all_is_checked(
    underway: ConsoleOffice,
) -> None:
    auditor = underway.browser(auditor=True)
    assert "日志完整" in auditor.do("/log/check/item", project="2023-01")
    with underway.service.database.begin() as session:
        session.execute(
            text("UPDATE journal SET actor = '别人' WHERE kind = 'signed_for' AND chain IN "
                 "(SELECT 'project:' || id FROM projects WHERE code = '2023-01')")
        )  # fmt: skip
    assert "已被改动" in auditor.do("/log/check/item", project="2023-01")
    assert "日志完整" in auditor.do("/log/check/item", project="2023-02")
    auditor.do("/log/check/all")
    for _ in range(100):
        shown = auditor.page("/log/check")
        if "正在核对" not in shown:
            break
        time.sleep(0.05)
    assert "处与写入时不符" in shown and "日志与写入时不符" in auditor.page("/log")


def test_the_log_is_read_by_who_sees_all_and_checked_by_fewer(underway: ConsoleOffice) -> None:
    for address in ("/log", "/log.xlsx", "/log.jsonl", "/log/check"):
        assert underway.browser(CONTACT).look(address).status_code == 403
    leader = underway.browser(LEADER)
    assert "核对全部日志" not in leader.page("/log/check")
    assert leader.look("/log/check/all").status_code == 403
    assert "没有编号" in underway.browser(OFFICE).refused("/log/check/item", project="没有")
