"""A copy is confirmed, or refuted by the paragraph."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.notices.documents import Kept, differences
from engine.rules.contents import lines, tidy
from notifications.documents.press import Paper
from notifications.documents.printed import code_line
from notifications.documents.reading import NotReadable, read_copy
from tests.notifications import samples
from tests.notifications.documents.papers import MATTERS, printed, signed

BODY = "word/document.xml"
PAPER = printed(signed(samples.a_circular()))
KEPT = Kept(1, PAPER.code, PAPER.content, datetime(2023, 7, 31, tzinfo=UTC))
LINES = lines(PAPER.content)
PLACES = [(n, m) for n, line in enumerate(LINES) for m in range(len(line)) if tidy(line[m])]


def changed(paper: Paper, before: str, after: str) -> bytes:
    """The file with a piece of its XML written otherwise."""
    with ZipFile(BytesIO(paper.docx)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[BODY].decode()
    assert before in text
    parts[BODY] = text.replace(before, after, 1).encode()
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_a_document_is_read_back_with_its_code(tmp_path: Path) -> None:
    for name in MATTERS:
        paper = printed(MATTERS[name]())
        path = tmp_path / "copy.docx"
        path.write_bytes(paper.docx)
        copy = read_copy(path)
        assert copy.code == paper.code
        assert [*map(tidy, copy.lines)] == [*map(tidy, lines(paper.content))]


@given(st.sampled_from(PLACES), st.sampled_from("0五零X。（"))
def test_any_changed_character_refutes_a_copy(place: tuple[int, int], written: str) -> None:
    line, at = place
    original = LINES[line]
    if original[at] == written:
        return
    copy = [*LINES]
    copy[line] = original[:at] + written + original[at + 1 :]
    (difference,) = differences(KEPT, copy)
    assert difference.startswith(f"第{line + 1}段原件为")


def test_a_line_that_is_missing_or_added_is_named():
    assert differences(KEPT, LINES) == []
    (missing,) = differences(KEPT, LINES[:3] + LINES[4:])
    assert missing == f"第4段缺少“{tidy(LINES[3])}”"
    (added,) = differences(KEPT, (*LINES[:3], "另罚款一万元。", *LINES[3:]))
    assert added == "第4段之前多出“另罚款一万元。”"


def test_words_put_beside_the_code_do_not_hide_there(tmp_path: Path) -> None:
    path = tmp_path / "copy.docx"
    line = code_line(PAPER.content, PAPER.code)
    path.write_bytes(changed(PAPER, line, f"{line}另罚款一万元"))
    assert differences(KEPT, read_copy(path).lines)


def test_words_put_into_a_text_box_or_a_link_are_read(tmp_path: Path) -> None:
    path = tmp_path / "copy.docx"
    hidden = "</w:t></w:r><w:hyperlink><w:r><w:t>不</w:t></w:r></w:hyperlink><w:r><w:t>"
    path.write_bytes(changed(PAPER, "各有关单位：", f"各有关单位{hidden}："))
    assert differences(KEPT, read_copy(path).lines)


def test_blanks_that_a_program_changed_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "copy.docx"
    path.write_bytes(changed(PAPER, "各有关单位：", " 各有关单位： "))
    assert differences(KEPT, read_copy(path).lines) == []


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_document_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "copy.docx"
    path.write_bytes(content)
    with pytest.raises(NotReadable, match="不是完好的"):
        read_copy(path)


def test_a_document_with_declarations_of_its_own_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "copy.docx"
    evil = "<!DOCTYPE w [<!ENTITY a 'x'>]><w:document"
    path.write_bytes(changed(PAPER, "<w:document", evil))
    with pytest.raises(NotReadable):
        read_copy(path)


def test_a_document_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "copy.docx"
    path.write_bytes(changed(PAPER, "各有关单位：", "一" * 3_000_000))
    with pytest.raises(NotReadable, match="超过"):
        read_copy(path)


def test_what_xml_cannot_hold_neither_breaks_a_document_nor_refutes_it(tmp_path: Path) -> None:
    matter = samples.a_reminder()
    matter.notice.facts["project"]["title"] = "新建\x01学校 <5所> & “幼儿园”\uffff"
    paper, path = printed(matter), tmp_path / "copy.docx"
    path.write_bytes(paper.docx)
    kept = Kept(1, paper.code, paper.content, datetime(2023, 7, 31, tzinfo=UTC))
    assert differences(kept, read_copy(path).lines) == []
