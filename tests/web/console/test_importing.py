"""导入: a ledger uploaded, its errors shown, what would change shown, and that is written."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from os import utime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from engine.sheets.blank import blank_ledger
from engine.store.schema import upgrade
from engine.store.tables import Project
from tests.engine.builders import CONTACT, LEADER, OFFICE
from tests.stores import SqliteStore, Store
from tests.web.conftest import opened
from tests.web.console.conftest import Browser, ConsoleOffice

SAMPLES = Path("config/examples")
OFFICER, SECOND = "示例·督查甲", "示例·督查乙"
FILE = {"name": "a.yaml", "content": b64encode(b"title: x").decode()}
HEAD: dict[str, str | int | date] = {
    "A1": "示例市2023年民生实事项目清单",
    "A2": "依据：市人大会议表决\n文号：示政发〔2023〕1号　批准机关：市人大　批准日期：2023-01-08",
    "A3": "发文机关：市人民政府\n年度：2023",
}
ITEM: dict[str, str | int | date] = {
    "A5": 1,
    "B5": "教育",
    "C5": "新增学位",
    "D5": "新增学位7500个",
    "E5": "学位",
    "F5": "7500个",
    "G5": "市教育局",
    "J5": date(2023, 12, 15),
}
POSTS = (
    ("督查室", "督查机构", "督查员", OFFICER, "科长", "a@city.example", "", SECOND),
    ("督查室", "督查机构", "督查员", SECOND, "科员", "b@city.example", "", OFFICER),
    ("市教育局", "部门", "联络员", "示例·联络员", "科员", "c@city.example", "", ""),
)


@pytest.fixture
def store(sqlite_store: SqliteStore) -> SqliteStore:
    """The screens need one database; what they ask of it is tested on both with the engine."""
    return sqlite_store


@cache
def ledger(*changes: tuple[str, str]) -> bytes:
    """The blank ledger filled in, with some of its cells changed."""
    workbook = blank_ledger(2023)
    sheet, contacts = workbook.worksheets[:2]
    for cell, value in (HEAD | ITEM | dict(changes)).items():
        sheet[cell] = value
    for row, post in enumerate(POSTS, contacts.max_row + 1):
        for column, text in enumerate(post, 1):
            contacts.cell(row, column).value = text
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def uploaded(browser: Browser, content: bytes, name: str = "台账.xlsx") -> str:
    """The address of the preview."""
    answer = browser.send("/import/upload", files={"file": (name, content)})
    assert answer.status_code == 303, answer.text[-3000:]
    return str(answer.headers["location"])


def items(office: ConsoleOffice) -> int:
    with office.service.database.read() as session:
        return session.scalar(select(func.count(Project.id))) or 0


@pytest.fixture
def empty(store: Store, tmp_path: Path) -> Iterator[ConsoleOffice]:
    """An installation that was just set up."""
    with opened(store, upgrade, tmp_path) as office:
        yield ConsoleOffice(office)


@pytest.fixture
def listed(empty: ConsoleOffice) -> ConsoleOffice:
    """The administrator has imported the first list."""
    browser = empty.browser(administrator=True)
    browser.do(uploaded(browser, ledger()))
    return empty


def test_every_error_is_shown_by_sheet_row_column_and_cure_and_nothing_is_imported(
    empty: ConsoleOffice,
) -> None:
    broken = ledger(("A2", ""), ("J5", "来年再说"))
    browser = empty.browser(administrator=True)
    answer = browser.send("/import/upload", files={"file": ("坏.xlsx", broken)})
    assert answer.status_code == 422
    for said in ("没有写明依据", "第5行", "J列（完成时限）", 'data-label="怎么改">'):
        assert said in answer.text
    assert items(empty) == 0


def test_the_page_names_the_size_that_is_refused_and_what_to_do_about_a_larger_file(
    empty: ConsoleOffice,
) -> None:
    browser = empty.browser(administrator=True)
    assert "不超过10兆字节" in browser.page("/import/upload")
    larger = {"file": ("大.xlsx", b"PK" + bytes(10 * 1024 * 1024))}
    assert "文件超过 10 MB" in browser.send("/import/upload", files=larger).text
    much_larger = {"file": ("大.xlsx", bytes(22 * 1024 * 1024))}
    answer = browser.send("/import/upload", files=much_larger)
    assert answer.status_code == 413
    assert "换一个小一些的文件" in answer.text


def test_only_whoever_may_give_out_items_is_shown_where(listed: ConsoleOffice) -> None:
    assert 'href="/projects/assign-all"' in listed.browser(OFFICER).page("/import")
    page = listed.browser(administrator=True).page("/import")
    assert "assign-all" not in page and "由督查室成批交办" in page


def test_before_the_first_list_the_administrator_imports_and_afterwards_the_office(
    empty: ConsoleOffice,
) -> None:
    administrator = empty.browser(administrator=True)
    assert "还没有清单" in administrator.page("/import")
    address = uploaded(administrator, ledger())
    assert "新清单，以下事项将立项" in administrator.page(address)
    assert items(empty) == 0
    assert "1个事项已立项" in administrator.do(address)
    assert items(empty) == 1
    file = {"file": ("a.xlsx", ledger())}
    assert administrator.send("/import/upload", files=file).status_code >= 400
    officer = empty.browser(OFFICER)
    assert "没有可导入的变化" in officer.page(uploaded(officer, ledger()))


def test_the_preview_says_of_each_item_and_measure_how_it_was_read_as_the_command_does(
    empty: ConsoleOffice,
) -> None:
    sample = (SAMPLES / "wuzhong-2023/ledger.yaml").read_text(encoding="utf-8")
    shares = sample.replace("value: 10座", "value: 在5个县区10座，其中市区3座")
    assert shares != sample
    browser = empty.browser(administrator=True)
    shown = browser.page(uploaded(browser, shares.encode(), "台账.yaml"))
    assert "新建公厕 10座；新建小微公园 2个（不另计：在5个县区、其中市区3座）" in shown
    assert 'data-label="量化指标">免费享用早餐的环卫绿化工人 947名<' in shown
    measured = (SAMPLES / "xinjiang-2024/ledger.xlsx").read_bytes()
    shown = browser.page(uploaded(browser, measured))
    assert "10个事项，38条措施" in shown
    numbers = re.findall(r'data-label="序号" class="keep">([^<]*)<', shown)
    assert len(numbers) >= 48 and numbers[:2] == ["1", "1-1"]


def test_a_hidden_row_is_told_before_it_is_imported(listed: ConsoleOffice) -> None:
    workbook = load_workbook(BytesIO(ledger()))
    workbook.worksheets[0].row_dimensions[5].hidden = True
    browser = listed.browser(OFFICER)
    assert "第5行是隐藏的，也已读入" in browser.page(uploaded(browser, saved(workbook)))


def test_what_was_shown_is_not_imported_once_somebody_else_has_changed_the_list(
    listed: ConsoleOffice,
) -> None:
    browser, other = listed.browser(OFFICER), listed.browser(SECOND)
    content = ledger(("C5", "新增公办学位"))
    address = uploaded(browser, content)
    shown = browser.page(address)
    assert "新增公办学位" in shown
    hidden = dict(re.findall(r'name="(seal|once|seen)" value="([^"]*)"', shown))
    assert "已按新文件调整，共1处" in other.do(uploaded(other, content))
    late = browser.client.post(address, data=hidden, follow_redirects=False)
    assert late.status_code == 422 and "刚刚被他人改动" in late.text


def test_units_and_leaders_do_not_import(registered: ConsoleOffice) -> None:
    for name in (CONTACT, LEADER):
        assert registered.browser(name).look("/import").status_code == 403
        answer = registered.program(name).post("/import/upload", {"file": FILE})
        assert answer.status_code == 403


def test_an_upload_waits_a_day_and_then_goes(empty: ConsoleOffice) -> None:
    browser = empty.browser(administrator=True)
    address = uploaded(browser, ledger())
    old = (empty.service.now() - timedelta(days=2)).timestamp()
    for path in (empty.service.settings.home / "uploads").iterdir():
        utime(path, (old, old))
    uploaded(browser, ledger(("C5", "新增公办学位")))
    assert "请重新上传" in browser.look(address).text
    assert browser.look("/import/..%2F..%2Fetc").status_code >= 400


def test_a_file_of_another_kind_is_refused_with_what_to_do(registered: ConsoleOffice) -> None:
    browser = registered.browser(OFFICE)
    answer = browser.send("/import/upload", files={"file": ("台账.xls", b"\xd0\xcf\x11\xe0")})
    assert "另存为 .xlsx" in answer.text
    assert "请填写" in browser.refused("/import/upload")


def test_a_program_imports_as_people_do(listed: ConsoleOffice) -> None:
    program = listed.program(OFFICER)
    content = ledger(("C5", "新增公办学位"))
    file = {"name": "a.xlsx", "content": b64encode(content).decode()}
    told = program.post("/import/upload", {"file": file}).json()["data"]
    assert len(told["changes"]) == 1
    wrong = program.post(f"/import/{told['file']}", {"seen": "0" * 64})
    assert wrong.status_code == 422
    answer = program.post(f"/import/{told['file']}", {"seen": told["seen"]})
    assert answer.status_code == 200, answer.text


def test_the_blank_ledger_and_the_exports_can_be_read(listed: ConsoleOffice) -> None:
    browser = listed.browser(OFFICER)
    names = load_workbook(BytesIO(browser.look("/import/blank").content)).sheetnames
    assert names == ["民生实事清单", "责任单位联系表", "填写说明"]
    assert "台账" in browser.page("/exports")
    exported = browser.look("/exports/1/ledger").content
    assert "没有可导入的变化" in browser.page(uploaded(browser, exported))
    assert browser.look("/exports/1/year-end").status_code == 200
    assert browser.look("/exports/9/ledger").status_code == 404
    assert listed.browser("示例·联络员").look("/exports/1/ledger").status_code == 403
