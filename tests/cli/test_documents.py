from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from engine.rules.words import NoticeState
from engine.store.database import Database
from engine.store.tables import Notice
from tests.cli.conftest import Duban


@pytest.fixture
def office(assigned: Duban, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Duban:
    """The sample list, given out; files are written into a folder of this test."""
    monkeypatch.chdir(tmp_path)
    return assigned


def alter(path: Path, before: str, after: str) -> None:
    """Write a piece of a document's text otherwise."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert before in parts["word/document.xml"]
    parts["word/document.xml"] = parts["word/document.xml"].replace(before, after, 1)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_notice_is_written_as_a_document_and_again_the_same(office: Duban) -> None:
    made = office.json("document", 1)
    path = Path(made["file"])
    first = path.read_bytes()
    assert path.name == f"{made['code']} {made['title']}.docx"
    assert office.json("document", 1) == made
    assert office.json("document", 1, "--out", "b.docx")["code"] == made["code"]
    assert Path("b.docx").read_bytes() == path.read_bytes() == first


def test_another_file_is_not_overwritten(office: Duban) -> None:
    Path("a.docx").write_text("别的文件")
    result = office("document", 1, "--out", "a.docx")
    assert (result.code, "已经存在" in result.err) == (2, True)
    assert Path("a.docx").read_text() == "别的文件"


def test_a_genuine_copy_is_confirmed_and_an_altered_one_refuted(office: Duban) -> None:
    office("document", 1, "--out", "a.docx")
    assert "相符" in office("document", "--verify", "a.docx").out
    alter(Path("a.docx"), "督查事项交办单", "督查事项催办单")
    refuted = office("document", "--verify", "a.docx")
    assert refuted.code == 1
    assert "原件为“督查事项交办单”，此件为“督查事项催办单”" in refuted.err


def test_a_code_tells_its_document_and_an_unknown_one_that_it_is_none(office: Duban) -> None:
    code = office.json("document", 1)["code"]
    assert office.json("document", "--check", code.lower().replace("-", " "))["notice"] == 1
    unknown = office("document", "--check", "0000-0000-0000-0000")
    assert (unknown.code, "查无此码" in unknown.err) == (1, True)
    assert "应为16位" in office("document", "--check", "督办").err


def test_what_cannot_be_verified_is_told_why(office: Duban) -> None:
    Path("a.docx").write_text("不是公文")
    assert "不是完好的 .docx" in office("document", "--verify", "a.docx").err
    assert "打不开" in office("document", "--verify", "nowhere.docx").err


@pytest.mark.parametrize(
    "given",
    [(), (1, "--check", "x"), ("--verify", "a.docx", "--out", "b.docx"), (1, "--out", "a.pdf")],
)
def test_wrong_usage_is_told(office: Duban, given: tuple[object, ...]) -> None:
    assert office("document", *given).code == 2


def test_an_unknown_notice_is_told(office: Duban) -> None:
    assert "没有编号为 999999 的通知" in office("document", 999999).err


def test_a_document_that_was_withdrawn_is_no_longer_valid(office: Duban) -> None:
    code = office.json("document", 1, "--out", "a.docx")["code"]
    with Database(f"sqlite:///{office.home / 'duban.db'}").begin() as session:
        session.get_one(Notice, 1).state = NoticeState.CANCELLED
        session.get_one(Notice, 1).issued_at = None
    for told in (office("document", "--check", code), office("document", "--verify", "a.docx")):
        assert (told.code, "不再有效" in told.err) == (1, True)
    assert office.json("document", 1)["code"] == code
