"""The report of a rehearsal, read back from its page."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.store.database import Database
from flows.rehearsal.report import write_report
from tests.flows.two_items import SUMMARY, a_scenario, fill
from tests.stores import Store, lend


class Page(HTMLParser):
    """The tables of a page by the heading they stand under, and everything it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.fetched: list[str] = []
        self.text: list[str] = []
        self._heading = ""
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)
        given = dict(attrs)
        self.fetched += [given[name] or "" for name in ("src", "href") if name in given]
        if tag in ("h2", "h3"):
            self._heading = ""
        if tag == "tr":
            self.tables.setdefault(self._heading.split()[0], []).append([])
        if tag in ("td", "th"):
            self.tables[self._heading.split()[0]][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if {"style", "title"} & set(self._open):
            return
        self.text.append(data)
        if {"h2", "h3"} & set(self._open):
            self._heading += data
        elif {"td", "th"} & set(self._open):
            self.tables[self._heading.split()[0]][-1][-1] += data.strip()

    @property
    def all_text(self) -> str:
        return " ".join("".join(self.text).split())


def with_two_items(database: Database) -> None:
    with database.begin() as session:
        fill(session)


@pytest.fixture
def page(store: Store, tmp_path: Path) -> Page:
    with lend(store, with_two_items) as database, database.read() as session:
        write_report(session, a_scenario(), SUMMARY, tmp_path / "report.html")
    return Page((tmp_path / "report.html").read_text(encoding="utf-8"))


def test_the_page_says_what_was_rehearsed_under_which_policy_and_calendar(page: Page) -> None:
    assert "两件实事（市政府），2件；1月16日立项，1月30日交办" in page.all_text
    assert "甲规则（jia，版本 p1）" in page.all_text
    assert "全国、宁夏（版本 c1）" in page.all_text
    assert "2023年1月3日至2023年4月28日，逐日预演120天" in page.all_text


def test_notices_are_counted_by_month_and_stage_and_add_up(page: Page) -> None:
    rows = [row[:1] + row[2:] for row in page.tables["通知：各月各阶段"][1:]]
    assert rows == [
        ["1月", "0", "0", "0", "0"],
        ["2月", "1", "0", "0", "1"],
        ["3月", "1", "1", "0", "2"],
        ["4月", "0", "0", "2", "2"],
        ["合计", "2", "1", "2", "5"],
    ]


def test_kinds_are_counted_and_a_refused_draft_is_told(page: Page) -> None:
    assert page.tables["按种类"][1:] == [
        ["事前提示", "提示", "2", ""],
        ["事中警示", "催办", "1", ""],
        ["事后通报", "约谈建议", "1", "其中不予发出1"],
        ["事后通报", "督查通报", "1", ""],
        ["合计", "5", ""],
    ]


def test_lights_are_letters_and_a_closed_item_stays_blue(page: Page) -> None:
    rows = page.tables["灯色：逐月逐项"]
    assert rows[0] == ["事项", "1月", "2月", "3月", "4月", "期末"]
    assert rows[1:4] == [
        ["2023-01 学校市教育局", "–", "绿", "绿", "蓝", "蓝"],
        ["2023-02 农村公路市交通局", "–", "黄", "红", "红", "蓝"],
        ["2023-02-改1 农村公路：路基不达标市交通局", "–", "–", "绿", "蓝", "蓝"],
    ]
    assert [row[1:] for row in rows[4:]] == [
        ["0", "1", "1", "0", "0"],
        ["0", "1", "0", "0", "0"],
        ["0", "0", "1", "1", "0"],
        ["0", "0", "0", "1", "2"],
    ]
    assert "4月21日 2023-02 转红：已逾期1个工作日" in page.all_text


def test_results_are_held_against_promises_in_their_units(page: Page) -> None:
    assert page.tables["承诺与结果"][1:] == [
        [
            "2023-01 学校市教育局",
            "学位",
            "7500个清单：7500余个",
            "8040个",
            "超额540个",
            "3月20日提前办结",
        ],
        ["覆盖", "全覆盖", "99.5%", "差0.5个百分点"],
        [
            "2023-02 农村公路市交通局",
            "公路",
            "29条清单：29条68公里",
            "26条",
            "少3条",
            "4月27日逾期办结",
        ],
        ["公路", "68公里清单：29条68公里", "79公里", "超额11公里"],
        ["桥梁", "2座", "–", "未填报"],
    ]


def test_each_unit_sees_how_many_messages_it_received(page: Page) -> None:
    assert page.tables["负担：各单位收到的邮件"][1:] == [
        ["市教育局", "1", "0", "0", "1", "0", "1", "1"],
        ["市交通局", "2", "0", "0", "1", "2", "3", "2"],
        ["合计", "3", "0", "0", "2", "2", "4", "2"],
    ]
    assert "没有收到邮件的单位1个：市财政局。" in page.all_text


def test_circulars_inspections_and_extensions_are_listed_with_their_dates(page: Page) -> None:
    assert page.tables["通报和约谈建议"][1:] == [
        ["4月6日", "督查通报", "督查通报标题", "2023-02", "4月6日签发，秘书长：批示<甲>"],
        ["4月7日", "约谈建议", "约谈建议标题", "2023-02", "不予发出，秘书长：批示<甲>"],
    ]
    [visit] = page.tables["督查"][1:]
    assert visit[0] == "3月9日"
    assert visit[3] == "2023-01、2023-02"
    assert visit[4] == "进度滞后问题2023-02：路基不达标，限期整改2023-02-改1"
    assert page.tables["限期整改"][1:] == [
        ["2023-02-改1", "路基不达标", "市交通局", "4月5日", "4月3日按期办结"]
    ]
    [extension] = page.tables["延期"][1:]
    assert extension[0] == "4月10日"
    assert extension[2:4] == ["4月20日", "5月20日"]
    assert extension[5] == "未批准，副市长：不再延期"


def test_the_page_fetches_nothing(page: Page) -> None:
    assert page.fetched == ["data:,"]


def test_the_same_store_gives_the_same_bytes(store: Store, tmp_path: Path) -> None:
    with lend(store, with_two_items) as database:
        for name in ("a.html", "b.html"):
            with database.read() as session:
                write_report(session, a_scenario(), SUMMARY, tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
