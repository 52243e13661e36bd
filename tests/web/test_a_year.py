"""A year in the life of each role, on the Wuzhong list, in a real browser: from the administrator's
first password to an export of the log."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
import uvicorn
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from config.settings import Settings
from engine.accounts.first import open_first
from engine.rules.codes import PATTERN
from engine.rules.zone import ZONE
from flows.clock import VirtualClock
from flows.runner import Runner
from flows.service import Service, open_service
from flows.tick import run_due_sweeps, send_mail
from tests.cli.conftest import free_port
from tests.web.test_every_screen import chromium_or_skip
from web.app import create_app

LEDGER = Path(__file__).parents[2] / "config/examples/wuzhong-2023/ledger.xlsx"
OFFICE, UNIT = "示例·督查甲", "示例·教育甲"
SIGNER, LEADER = "示例·秘书长", "示例·领导甲"
ADDRESS = "jyj@wuzhong.example.com"
NEW = "明天要下雨，记得带伞"
PHONE, DESK = 390, 1440


class Town:
    """An installation, its clock in our hand, and browsers of those who work with it."""

    def __init__(self, service: Service, base: str, browser: Browser) -> None:
        self.service, self.base, self._browser = service, base, browser
        self.passwords: dict[str, str] = {}
        self._pages: dict[str, Page] = {}
        self._aside = ThreadPoolExecutor(1)
        self._aside.submit(lambda: None).result()

    def go_to(self, day: date, hour: int = 9) -> None:
        """Time passes: what fell due is done, and letters leave."""
        clock = self.service.now
        assert isinstance(clock, VirtualClock)
        clock.at = datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZONE)

        def live() -> None:
            run_due_sweeps(self.service)
            send_mail(self.service)

        # The browser keeps a loop of its own in this thread, and letters are sent in one.
        self._aside.submit(live).result()

    def nobody(self, width: int = DESK) -> Page:
        """A new browser."""
        size = {"width": width, "height": 900}
        context = self._browser.new_context(viewport=size, locale="zh-CN", base_url=self.base)  # type: ignore[arg-type]
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def page(self, login: str, width: int = DESK) -> Page:
        """The browser of somebody who has signed in, at the first time with the password to begin
        with, which is changed. Over night sessions end."""
        page = self._pages.get(login) or self.nobody(width)
        self._pages[login] = page
        page.goto("/")
        if page.get_by_role("button", name="登录").is_visible():
            self._sign_in(page, login)
        return page

    def _sign_in(self, page: Page, login: str) -> None:
        page.get_by_label("账号").fill(login)
        page.get_by_label("密码", exact=True).fill(self.passwords[login])
        page.get_by_role("button", name="登录").click()
        if self.passwords[login] == NEW:
            return
        page.get_by_label("原密码").fill(self.passwords[login])
        page.get_by_label("新密码", exact=True).fill(NEW)
        page.get_by_label("再输一次新密码").fill(NEW)
        page.get_by_role("button", name="修改密码").click()
        expect(page.get_by_role("status")).to_contain_text("密码已修改")
        self.passwords[login] = NEW

    def link(self, address: str) -> str:
        """The link in the newest letter to an address."""
        for path in sorted((self.service.settings.home / "mail").glob("*.eml"), reverse=True):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(message, EmailMessage)
            body = message.get_body(("plain",))
            if address in str(message["To"]) and body is not None:
                found = re.search(r"http://127\S+/l/\S+", body.get_content())
                if found:
                    return found[0]
        raise AssertionError(f"no letter to {address}")


@contextmanager
def served(service: Service, port: int) -> Iterator[None]:
    config = uvicorn.Config(
        create_app(service, Runner(service)), port=port, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.05)
        yield
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    port = free_port()
    settings = Settings(
        home=tmp_path_factory.mktemp("town"),
        base_url=f"http://127.0.0.1:{port}",
        calendar=("national", "ningxia-2023"),
    )
    clock = VirtualClock(datetime(2023, 2, 20, 9, 30, tzinfo=ZONE))
    service = open_service(settings, clock, durable=False)
    with service.at_desk() as desk:
        password = open_first(desk)
        assert password is not None
    with served(service, port), chromium_or_skip() as browser:
        town = Town(service, f"http://127.0.0.1:{port}", browser)
        town.passwords["admin"] = password
        yield town
    service.database.close()


def changed_ledger(column: str, change: Callable[[str], str]) -> bytes:
    """The ledger with the first cell under a heading changed."""
    workbook = load_workbook(LEDGER)
    sheet = workbook.worksheets[0]
    (head,) = (c for c in sheet[4] if "".join(str(c.value).split()) == column)
    cell = sheet.cell(5, head.column or 1)
    cell.value = change(str(cell.value))
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def upload(page: Page, content: bytes) -> None:
    page.goto("/import")
    page.get_by_role("link", name="上传台账").first.click()
    page.get_by_label("台账").set_input_files(
        {"name": "台账.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": content}
    )
    page.get_by_role("button", name="上传并核对").click()


def test_a_year_in_the_life_of_each_role(town: Town) -> None:
    the_administrator_imports_the_first_list_and_opens_accounts(town)
    the_office_mends_an_error_of_its_ledger_and_assigns(town)
    a_unit_signs_for_from_the_mails_link_on_a_phone(town)
    a_figure_that_falls_is_questioned_before_it_is_taken(town)
    a_red_light_explains_itself_and_a_leader_comments(town)
    code = a_circular_is_checked_signed_and_numbered(town)
    it_appears_on_the_board_and_its_code_verifies(town, code)
    an_objection_is_filed_by_a_citizen_and_handled(town)
    the_administrator_filters_the_log_and_exports_it(town)


def the_administrator_imports_the_first_list_and_opens_accounts(town: Town) -> None:
    page = town.page("admin")
    upload(page, LEDGER.read_bytes())
    expect(page.get_by_role("heading", name="新清单，以下事项将立项")).to_be_visible()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("status")).to_contain_text("25个事项已立项")
    page.goto("/system/accounts")
    page.get_by_role("link", name=re.compile("成批开通")).click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="成批开通账号").click()
    for line in page.locator("pre.secret").inner_text().splitlines():
        *_, login, password = line.split("\u3000")
        town.passwords[login] = password
    assert {OFFICE, UNIT} <= town.passwords.keys()


def the_office_mends_an_error_of_its_ledger_and_assigns(town: Town) -> None:
    page = town.page(OFFICE)
    upload(page, changed_ledger("完成时限", lambda _: "来年再说"))
    table = page.get_by_role("table")
    expect(table).to_contain_text("完成时限")
    expect(table).to_contain_text("来年再说")
    upload(page, changed_ledger("实事项目", lambda title: f"{title}（第一批）"))
    expect(page.get_by_role("heading", name=re.compile("与库中清单相比的变化"))).to_be_visible()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("status")).to_contain_text("已按新文件调整")
    page.goto("/projects/assign-all")
    page.get_by_role("button", name=re.compile("交办")).click()
    expect(page.get_by_role("status")).to_contain_text("25")
    town.go_to(date(2023, 2, 21))


def a_unit_signs_for_from_the_mails_link_on_a_phone(town: Town) -> None:
    phone = town.nobody(PHONE)
    phone.goto(town.link(ADDRESS))
    phone.get_by_label("办理人姓名").fill(UNIT)
    phone.get_by_role("button", name="签收").click()
    expect(phone.get_by_role("status")).to_contain_text("签收已经办好")
    own = town.page(UNIT, PHONE)
    own.goto("/unit")
    expect(own.get_by_role("heading", name="市教育局")).to_be_visible()


def report(page: Page, figure: str, percent: str, text: str) -> None:
    page.goto("/projects/2023-07/report")
    page.get_by_label("新增学位").fill(figure)
    page.get_by_label(re.compile("形象进度")).fill(percent)
    page.get_by_label(re.compile("情况说明")).fill(text)
    page.get_by_role("button", name=re.compile("提交|填报")).click()


def a_figure_that_falls_is_questioned_before_it_is_taken(town: Town) -> None:
    page = town.page(UNIT, PHONE)
    report(page, "300", "5", "一所学校已开工")
    expect(page.get_by_role("status")).to_contain_text("填报")
    town.go_to(date(2023, 3, 20))
    page = town.page(UNIT)
    report(page, "200", "6", "核对后的数字")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("body")).to_contain_text("300")
    page.locator("#reasons textarea").first.fill("上期把在建的学位也算了进去，已与学校逐一核对")
    page.get_by_role("button", name=re.compile("提交|填报")).click()
    expect(page.get_by_role("status")).to_contain_text("填报")


def a_red_light_explains_itself_and_a_leader_comments(town: Town) -> None:
    for day in (date(2023, 4, 4), date(2023, 5, 5), date(2023, 6, 2), date(2023, 7, 4)):
        town.go_to(day)
    page = town.page(OFFICE)
    page.goto("/projects?light=red")
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="为什么是红灯")).to_be_visible()
    leader = town.page(LEADER)
    leader.goto(page.url)
    leader.goto(f"{page.url}/comment")
    leader.get_by_label("批注内容").fill("请主要负责人一周内当面说明。")
    leader.get_by_role("button", name=re.compile("批注")).click()
    expect(leader.locator("main")).to_contain_text("请主要负责人一周内当面说明。")


def a_circular_is_checked_signed_and_numbered(town: Town) -> str:
    for day in (date(2023, 8, 2), date(2023, 9, 4), date(2023, 10, 10)):
        town.go_to(day)
    office, signer = town.page(OFFICE), town.page(SIGNER)
    office.goto("/signing?state=written")
    office.locator("tbody tr", has_text="通报").locator("a").first.click()
    draft = office.url
    office.get_by_role("link", name="核稿", exact=True).click()
    office.get_by_label("公开属性").select_option(label="主动公开")
    office.get_by_role("button", name="核稿").click()
    expect(office.get_by_role("status")).to_be_visible()
    signer.goto(draft)
    signer.get_by_role("link", name="签发", exact=True).click()
    signer.get_by_label("签发依据").fill("市政府第12次常务会议纪要")
    signer.get_by_role("button", name="签发").click()
    expect(signer.get_by_role("status")).to_contain_text("〔2023〕1号")
    town.go_to(date(2023, 10, 10), 15)
    paper = office.request.get(f"{draft.replace('/signing/', '/notices/')}/document").body()
    text = "".join(element.text or "" for element in Document(BytesIO(paper)).element.iter())
    found = re.search(PATTERN, text)
    assert found is not None, text
    return found[0]


def it_appears_on_the_board_and_its_code_verifies(town: Town, code: str) -> None:
    office = town.page(OFFICE)
    office.goto("/publishing")
    office.get_by_role("link", name=re.compile("公示")).get_by_text("审核并公示").first.click()
    office.get_by_role("button", name="审核并公示").click()
    expect(office.get_by_role("status")).to_contain_text("已公示")
    citizen = town.nobody(PHONE)
    citizen.goto("/board/")
    expect(citizen.locator("body")).to_contain_text("〔2023〕1号")
    citizen.goto("/board/verify")
    citizen.get_by_role("textbox").fill(code)
    citizen.get_by_role("button").first.click()
    expect(citizen.locator("body")).to_contain_text("〔2023〕1号")


def an_objection_is_filed_by_a_citizen_and_handled(town: Town) -> None:
    citizen, office = town.nobody(PHONE), town.page(OFFICE)
    citizen.goto("/board/objections/2023-07")
    citizen.get_by_label("哪一处不符，实际情况是什么").fill("学位数与学校门口的公告不一致。")
    citizen.get_by_label("姓名").fill("王小明")
    citizen.get_by_label("联系方式").fill("13800000000")
    citizen.get_by_role("button", name="提交异议").click()
    expect(citizen.locator("body")).to_contain_text("受理编号")
    receipt = citizen.url
    office.goto("/objections")
    expect(office.locator("main")).to_contain_text("王小明")
    office.get_by_role("link", name="办理", exact=True).click()
    office.get_by_label("结果").select_option(label="不属实，说明核实情况")
    office.get_by_label("核实情况").fill("已到校核对，公示数字无误。")
    office.locator("main form button").click()
    expect(office.get_by_role("status")).to_contain_text("异议")
    citizen.goto(receipt)
    expect(citizen.locator("body")).to_contain_text("已到校核对")


def the_administrator_filters_the_log_and_exports_it(town: Town) -> None:
    page = town.page("admin")
    page.goto("/log?kind=notice_signed")
    expect(page.locator("main")).to_contain_text("通知签发")
    with page.expect_download() as loading:
        page.get_by_role("link", name=re.compile("Excel")).click()
    book = load_workbook(BytesIO(Path(loading.value.path()).read_bytes()))
    assert any("通知签发" in str(c.value) for row in book.worksheets[0].iter_rows() for c in row)
