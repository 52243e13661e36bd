"""The board as its readers find it: pages, data, feed, and the folder they are exported to."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

import feedparser
import html5lib
import pytest
from lxml import etree
from sqlalchemy import select

from engine.desk.transition import find_project
from engine.notices.numbering import void
from engine.notices.signing import sign
from engine.plans.implementing import submit
from engine.publicity.board import boards
from engine.publicity.objections import Objector, handle, receive
from engine.publicity.publishing import PublicationRefused, publish
from engine.rules.facts import Moment, moment_to_data
from engine.rules.implementation import PlanParts
from engine.rules.lifecycle import ProjectState
from engine.rules.papers import Circular, CircularItem, to_data
from engine.rules.policy_parts import Publicity
from engine.rules.public_objections import PublicObjectionEvent
from engine.rules.standings import Standing
from engine.rules.totals import count
from engine.rules.words import Cadence, Light, NoticeKind, PostKind, ProjectKind
from engine.store.database import Database
from engine.store.rulebooks import adopt
from engine.store.tables import Notice, Person, Post
from notifications.board.export import MANIFEST, BoardNotWritten, export, is_current
from notifications.board.site import Files, read_site, site
from tests.engine.builders import (
    CONTACT,
    OFFICE,
    SECOND_OFFICER,
    SIGNER,
    World,
    check_draft,
    draft_notice,
    figures,
    program_of,
)
from tests.engine.conftest import begin
from tests.stores import SqliteStore, lend

APRIL, LATER, MAY = date(2023, 4, 10), date(2023, 4, 14), date(2023, 5, 8)
ATOM = "{http://www.w3.org/2005/Atom}"
PUBLICITY = Publicity(object_to="市政府督查室，电话0953-0000000")
PLAN = PlanParts("基建科", "新建<b>6</b>所 & 附属用房", "11月底前", "2000万元", "专班推进")


def circular(world: World, code: str = "2023-01") -> int:
    """A circular on the first item, checked for the public and signed."""
    number = draft_notice(world, code, NoticeKind.CIRCULAR, (PostKind.UNIT_HEAD,), None)
    standing = Standing(
        code="2023-01",
        kind=ProjectKind.PROJECT,
        title="新增学位",
        field="教育",
        unit="市教育局",
        leader="李副市长",
        state=ProjectState.UNDERWAY,
        light=Light.YELLOW,
        planned=Decimal(42),
        actual=Decimal(30),
        due=date(2023, 12, 15),
        remark="李副市长要求加快",
    )
    total = count("合计", [(Light.YELLOW, ProjectState.UNDERWAY)])
    paper = Circular(APRIL, total, (CircularItem(standing, ("连续2个月黄灯",)),))
    with world.desk(APRIL) as desk:
        adopt(desk.session, desk.rulebook, desk.at)
        notice = desk.session.get_one(Notice, number)
        moment = Moment(APRIL, Cadence.QUARTERLY, "2023-Q1", APRIL)
        notice.facts = notice.facts | {"paper": to_data(paper), "moment": moment_to_data(moment)}
        notice.title = "民生实事督查通报"
    check_draft(world, number, SECOND_OFFICER, APRIL)
    with world.desk(APRIL) as desk:
        sign(desk, number, SIGNER, "批示")
    return number


def make_public(database: Database) -> None:
    """Published with a plan, a circular, and one objection found right and one late."""
    begin(database)
    world = World(database)
    with world.desk(APRIL) as desk:
        figures(desk, "2023-04", day_values={"学位": 2500, "幼儿园": 2})
        submit(desk, find_project(desk, "2023-01"), PLAN, CONTACT)
    circular(world)
    with world.desk(APRIL) as desk:
        publish(desk, program_of(desk), OFFICE)
    with world.desk(LATER) as desk:
        project = find_project(desk, "2023-01")
        said = Objector("丁先生", "13900000000", "北街幼儿园没有动工", LATER)
        number = receive(desk, project, said, OFFICE).id
        figures(desk, "2023-04", day_values={"学位": 1200, "幼儿园": 1})
        handle(desk, number, PublicObjectionEvent.UPHOLD, "北街未开工，已更正", OFFICE)
    with world.desk(MAY) as desk:
        said = Objector("戊女士", "示例路9号", "还是不对", MAY)
        receive(desk, find_project(desk, "2023-02"), said, OFFICE)


@pytest.fixture
def world(sqlite_store: SqliteStore) -> Iterator[World]:
    with lend(sqlite_store, make_public) as database:
        yield World(database)


def files_of(database: Database) -> Files:
    return read_site(database, PUBLICITY)[0]


@pytest.fixture
def files(world: World) -> Files:
    return files_of(world.database)


def page(files: Files, name: str) -> Any:
    return html5lib.parse(files[name], namespaceHTMLElements=False)


def text(files: Files, name: str) -> str:
    return " ".join("".join(page(files, name).itertext()).split())


def links_of(files: Files, name: str) -> set[str]:
    """Where a page's links lead, as paths of the export."""
    targets = (e.get("href") or e.get("src") for e in page(files, name).iter())
    return {
        normpath(join(dirname(name), unquote(target)))
        for target in targets
        if target and target != "data:,"
    }


def test_every_page_is_html_without_a_single_error(files: Files) -> None:
    for name in (name for name in files if name.endswith(".html")):
        html5lib.HTMLParser(strict=True).parse(files[name])


def test_every_link_leads_to_a_file_of_the_export_and_none_leads_elsewhere(files: Files) -> None:
    found = {name: links_of(files, name) for name in files if name.endswith(".html")}
    assert {name: links - set(files) for name, links in found.items() if links - set(files)} == {}
    assert sum(map(len, found.values())) > 30
    index = json.loads(files["index.json"])["lists"][0]
    for item in index["items"]:
        assert {item["page"], item["data"]} <= set(files)
    assert b"<script" not in b"".join(files.values())


def test_no_person_post_or_address_of_the_store_and_no_objector_is_in_a_public_byte(
    world: World, files: Files
) -> None:
    with world.database.read() as session:
        rows = session.execute(select(Person.name, Person.email)).all()
        posts = session.scalars(select(Post.title)).all()
    private = {word for row in rows for word in row} | set(posts)
    private |= {"丁先生", "13900000000", "北街幼儿园没有动工", "戊女士", "示例路9号", "要求加快"}
    everything = b"".join(files.values()).decode()
    assert {word for word in private if word and word in everything} == set()


def test_the_page_of_an_item_tells_promise_plan_history_and_objections(files: Files) -> None:
    shown = text(files, "projects/2023-01.html")
    for told in (
        "新建幼儿园，新增学位7500个",
        "配合单位市卫健局",
        "新建<b>6</b>所 & 附属用房",
        "完成1200个，为承诺的16%",
        "根据异议1更正：北街未开工，已更正",
        "异议1 2023年4月14日 属实，已更正",
        "2023年4月10日 ● 绿灯 33.3%",
    ):
        assert told in shown
    assert "没有收到异议" in text(files, "projects/2023-03.html")


def test_lights_have_words_and_shapes_beside_their_colours(files: Files) -> None:
    shown = text(files, "index.html")
    for light in ("● 绿灯", "▲ 黄灯", "■ 红灯", "✓ 蓝灯"):
        assert light in shown


def test_the_first_page_counts_the_list_and_says_what_is_new(files: Files) -> None:
    shown = text(files, "index.html")
    for told in ("总体情况 3件实事", "当月第2次公示", "2023年4月21日前", "更正 2023-01 根据异议1"):
        assert told in shown
    assert "市政府督查室，电话0953-0000000" in text(files, "about.html")


def test_a_signed_notice_for_the_public_is_shown_with_its_number_once(
    world: World, files: Files
) -> None:
    (name,) = [name for name in files if name.startswith("notices/")]
    shown = text(files, name)
    for told in (
        "民生实事督查通报",
        "政督〔2023〕1号",
        "全部1件实事中：黄灯1件。",
        "连续2个月黄灯",
    ):
        assert told in shown
    with world.desk(MAY) as desk:
        assert publish(desk, program_of(desk), OFFICE).notices == ()


def test_a_notice_whose_number_is_void_is_shown_as_withdrawn_without_its_content(
    world: World,
) -> None:
    with world.desk(MAY) as desk:
        void(desk, "政督〔2023〕1号", SIGNER, "重复编号")
    files = files_of(world.database)
    (name,) = [name for name in files if name.startswith("notices/")]
    assert "已撤回" in text(files, name)
    assert "连续2个月黄灯" not in text(files, name) + files["index.json"].decode()
    assert "已撤回" in text(files, "index.html")


def test_the_data_hold_what_the_pages_show(files: Files) -> None:
    data = json.loads(files["projects/2023-01.json"])
    assert data["item"]["plan"]["funds"] == "2000万元"
    assert [p["actual"] for p in data["publications"]] == ["16.3", "33.3"]
    assert data["objections"] == [
        {
            "number": 1,
            "code": "2023-01",
            "received_on": "2023-04-14",
            "handle_by": "2023-05-08",
            "state": "upheld",
            "finding": "北街未开工，已更正",
        }
    ]
    listed = json.loads(files["index.json"])["lists"][0]
    assert sum(listed["statistics"]["classes"].values()) == len(listed["items"]) == 3


def test_the_feed_keeps_to_the_structure_of_atom(files: Files) -> None:
    """RFC 4287: §4.1.1 a feed has one id, title, updated and an author; §4.1.2 so has an entry;
    §4.2.6 identifiers are absolute and differ; §3.3 moments are of RFC 3339."""
    feed = etree.fromstring(files["feed.xml"])
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (only,) = element.findall(f"{ATOM}{name}")
            assert (only.text or "").strip()
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    assert all(moment.fullmatch(at.text or "") for at in feed.iter(f"{ATOM}updated"))
    ids = [element.text or "" for element in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids) == 6
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one) for one in ids)
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    rels = [link.get("rel") for link in feed.findall(f"{ATOM}link")]
    assert rels == ["self", "alternate"]
    hrefs = [link.get("href") for link in feed.iter(f"{ATOM}link")]
    assert {unquote(href or "") for href in hrefs} <= set(files)


def test_a_feed_reader_reads_every_entry_newest_first(files: Files) -> None:
    feed = feedparser.parse(io.BytesIO(files["feed.xml"]))
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.author == "市人民政府"
    assert len(feed.entries) == 5
    assert feed.entries == sorted(feed.entries, key=lambda e: e.updated_parsed, reverse=True)
    assert {"民生实事督查通报", "异议1（2023-01）：属实，已更正"} <= {e.title for e in feed.entries}


def test_identifiers_stay_and_only_what_is_new_is_added(world: World, files: Files) -> None:
    def ids(of: Files) -> list[str]:
        return [entry.id for entry in feedparser.parse(io.BytesIO(of["feed.xml"])).entries]

    with world.desk(MAY) as desk:
        publish(desk, program_of(desk), OFFICE)
    after = ids(files_of(world.database))
    assert set(ids(files)) < set(after)
    assert len(after) == len(ids(files)) + 1


def test_the_same_publications_give_the_same_bytes(world: World, files: Files) -> None:
    assert files_of(world.database) == files


def test_a_board_on_which_nothing_is_published_says_so(sqlite_store: SqliteStore) -> None:
    with lend(sqlite_store, begin) as database:
        files = files_of(database)
    assert "还没有公示" in text(files, "index.html")
    assert not feedparser.parse(io.BytesIO(files["feed.xml"])).bozo


def times(folder: Path) -> dict[str, int]:
    return {str(p.relative_to(folder)): p.stat().st_mtime_ns for p in folder.rglob("*.*")}


def test_an_export_again_writes_nothing_and_changes_no_time(tmp_path: Path, files: Files) -> None:
    first = export(files, tmp_path, "a")
    assert (first.written, first.same, first.removed) == (len(files), 0, 0)
    before = times(tmp_path)
    again = export(files, tmp_path, "a")
    assert (again.written, again.same, again.removed) == (0, len(files), 0)
    assert times(tmp_path) == before
    assert {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()} == {
        *files,
        MANIFEST,
    }


def test_a_web_server_may_read_what_a_service_with_private_files_exports(
    tmp_path: Path, files: Files
) -> None:
    before = os.umask(0o077)
    try:
        export(files, tmp_path / "www", "a")
    finally:
        os.umask(before)
    modes = {p.stat().st_mode & 0o777 for p in (tmp_path / "www").rglob("*") if p.is_file()}
    folders = {p.stat().st_mode & 0o777 for p in (tmp_path / "www", tmp_path / "www" / "projects")}
    assert (modes, folders) == ({0o644}, {0o755})


def test_what_is_gone_is_removed_if_it_is_ours_and_as_we_wrote_it(
    tmp_path: Path, files: Files
) -> None:
    (tmp_path / "robots.txt").write_text("theirs")
    export({**files, "old/1.html": b"1", "2.html": b"2"}, tmp_path, "a")
    (tmp_path / "2.html").write_bytes(b"somebody's own words")
    done = export(files, tmp_path, "b")
    assert done.removed == 1
    assert not (tmp_path / "old").exists()
    assert (tmp_path / "2.html").exists()
    assert (tmp_path / "robots.txt").read_text() == "theirs"


def test_a_file_of_somebody_else_is_never_overwritten(tmp_path: Path, files: Files) -> None:
    (tmp_path / "index.html").write_text("the homepage of the town")
    with pytest.raises(BoardNotWritten, match=r"不是公示栏写的文件：index\.html"):
        export(files, tmp_path, "a")
    assert [p.name for p in tmp_path.iterdir()] == ["index.html"]


def test_an_export_that_fails_half_way_leaves_the_old_board_whole(
    tmp_path: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(files, tmp_path, "a")
    before = times(tmp_path)
    calls = iter(range(100))

    def full(_: int) -> None:
        if next(calls) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    changed = {name: content + b" " for name, content in files.items()}
    with pytest.raises(BoardNotWritten, match="磁盘满了"):
        export(changed, tmp_path, "b")
    assert {name: at for name, at in times(tmp_path).items() if name in files} == {
        name: at for name, at in before.items() if name in files
    }
    assert is_current(tmp_path, "a")
    monkeypatch.undo()
    assert export(changed, tmp_path, "b").written == len(files)
    assert not list(tmp_path.rglob("*.duban-new"))


def test_what_a_manifest_says_of_other_folders_is_not_believed(
    tmp_path: Path, files: Files
) -> None:
    outside, folder = tmp_path / "theirs.html", tmp_path / "board"
    outside.write_bytes(b"theirs")
    export(files, folder, "a")
    kept = json.loads((folder / MANIFEST).read_bytes())
    kept["files"]["../theirs.html"] = (
        "2f5a1bf53a5bd1ee3ba5d8f8c1f5ae7a5d4c2e8a"  # whatever it claims, it is not looked at
    )
    (folder / MANIFEST).write_text(json.dumps(kept))
    export(files, folder, "b")
    assert outside.exists()


def test_a_draft_that_is_not_for_the_public_is_never_published(world: World) -> None:
    number = draft_notice(world, "2023-02", NoticeKind.CIRCULAR, (PostKind.UNIT_HEAD,), None)
    with world.desk(MAY) as desk:
        assert publish(desk, program_of(desk), OFFICE).notices == ()
    assert f"notices/{number}.html" not in files_of(world.database)


def test_a_name_in_the_words_of_a_notice_stops_its_publication(world: World) -> None:
    number = circular(world, "2023-02")
    with world.desk(MAY) as desk:
        desk.session.get_one(Notice, number).remark = "请马晓明尽快说明"
    with world.refuses(PublicationRefused, f"通知{number}写有“马晓明”", MAY) as desk:
        publish(desk, program_of(desk), OFFICE)


def test_lists_of_other_years_have_pages_of_their_own_that_link_to_each_other(
    world: World,
) -> None:
    with world.database.read() as session:
        (this,) = boards(session)
    older = [
        replace(shown, state=replace(shown.state, year=2022, program="2022年民生实事"))
        for shown in this.states
    ]
    files = site([this, replace(this, states=tuple(older))], PUBLICITY)
    assert "2022年民生实事办理进展" in text(files, "2022.html")
    assert links_of(files, "index.html") >= {"2022.html"}
    assert links_of(files, "2022.html") >= {"index.html"}
    assert len(json.loads(files["index.json"])["lists"]) == 2


def test_a_long_list_stands_on_several_pages_that_lead_to_each_other_and_to_its_fields(
    world: World,
) -> None:
    with world.database.read() as session:
        (this,) = boards(session)
    models = {item.field: item for item in this.now.state.projects}
    items = tuple(
        replace(model, code=f"2023-{number}-{place}")
        for number, model in enumerate(models.values())
        for place in range(450 // len(models))
    )
    state = replace(this.now.state, projects=items, changed=(), corrections=())
    board = replace(this, states=(replace(this.now, state=state),), objections=())
    files = site([board], PUBLICITY)
    pages = ["index.html", "index-p2.html", "index-p3.html"]
    html5lib.HTMLParser(strict=True).parse(files["index-p3.html"].decode())
    shown = [
        {link for link in links_of(files, page) if link.startswith("projects/")} for page in pages
    ]
    assert [len(links) for links in shown] == [200, 200, 50]
    assert set().union(*shown) == {f"projects/{item.code}.html" for item in items}
    assert links_of(files, "index-p2.html") >= {"index.html", "index-p3.html"}
    assert "index-p2.html" in links_of(files, "index.html")  # where the second field begins
    assert "第3页，共3页" in text(files, "index-p3.html")
