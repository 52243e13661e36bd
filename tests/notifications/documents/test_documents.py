"""Every kind of document, opened by python-docx and by a reader that knows nothing of it."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from lxml import etree

from engine.rules.contents import from_data, lines, tidy, to_data
from engine.rules.documents import KIND_OF, DocumentKind
from notifications.documents.press import Paper
from notifications.letter import letter, view_of
from notifications.render import render
from notifications.words import Matter
from tests.notifications import samples
from tests.notifications.documents.papers import MATTERS, OFFICE, printed, signed, written

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MM = 1440 / 25.4
FIGURE = re.compile(r"\d+(?:\.\d+)?")


@pytest.fixture(params=list(MATTERS))
def matter(request: pytest.FixtureRequest) -> Matter:
    return MATTERS[request.param]()


@pytest.fixture
def paper(matter: Matter) -> Paper:
    return printed(matter)


def part(paper: Paper, name: str) -> etree._Element:
    with ZipFile(BytesIO(paper.docx)) as archive:
        return etree.fromstring(archive.read(f"word/{name}.xml"))


def values(element: etree._Element, tag: str) -> dict[str, str]:
    found = element.find(f".//{W}{tag}")
    assert found is not None
    return {name.removeprefix(W): value for name, value in found.attrib.items()}


def test_every_notice_that_becomes_a_document_has_one():
    made = {MATTERS[name]().notice.kind for name in MATTERS}
    assert made == set(KIND_OF)
    assert {printed(MATTERS[name]()).content.kind for name in MATTERS} == set(DocumentKind)


def test_python_docx_opens_it_and_finds_what_it_says(paper: Paper) -> None:
    found = Document(BytesIO(paper.docx))
    texts = [tidy(paragraph.text) for paragraph in found.paragraphs]
    for line in (paper.content.head, paper.content.title):
        assert tidy(line) in texts


def test_every_line_is_printed_once_and_in_its_order(paper: Paper) -> None:
    body = part(paper, "document")
    said = [tidy("".join(p.itertext(f"{W}t"))) for p in body.iter(f"{W}p")]
    said = [line for line in said if line and paper.code not in line]
    assert said == [tidy(line) for line in lines(paper.content)]


def test_page_margins_and_grid_are_those_of_the_standard(paper: Paper) -> None:
    body = part(paper, "document")
    assert values(body, "pgSz") == {"w": "11906", "h": "16838"}
    margins = {k: round(int(v) / MM) for k, v in values(body, "pgMar").items()}
    top = 30 if paper.content.kind.is_letter else 37
    assert (margins["top"], margins["left"], margins["right"], margins["bottom"]) == (
        top,
        28,
        26,
        35,
    )
    grid = {"type": "linesAndChars", "linePitch": "579", "charSpace": "-848"}
    assert values(body, "docGrid") == grid


def test_faces_are_named_with_what_stands_in_for_them(paper: Paper) -> None:
    fonts = part(paper, "fontTable")
    instead = {
        font.get(f"{W}name"): font.find(f"{W}altName").get(f"{W}val").split(",")
        for font in fonts.iter(f"{W}font")
    }
    used = {f.get(f"{W}eastAsia") for f in part(paper, "styles").iter(f"{W}rFonts")}
    assert used == set(instead) == {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"}
    assert "FangSong" in instead["仿宋_GB2312"]


def test_odd_and_even_pages_are_numbered_on_their_own_side(paper: Paper) -> None:
    assert part(paper, "settings").find(f"{W}evenAndOddHeaders") is not None
    body = part(paper, "document")
    kinds = {ref.get(f"{W}type") for ref in body.iter(f"{W}footerReference")}
    assert kinds == (
        {"default", "even", "first"} if paper.content.kind.is_letter else {"default", "even"}
    )
    sides = set()
    for number in (1, 2):
        footer = part(paper, f"footer{number}")
        assert "".join(footer.itertext(f"{W}t")) == "— 1 —"
        sides.add(values(footer, "pStyle")["val"])
    assert sides == {"PageOdd", "PageEven"}


def test_no_row_of_a_table_splits_and_headings_are_repeated():
    paper = printed(signed(samples.a_circular()))
    rows = list(part(paper, "document").iter(f"{W}tr"))
    assert rows
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    table = next(part(paper, "document").iter(f"{W}tbl"))
    first, *others = table.iter(f"{W}tr")
    assert first.find(f"{W}trPr/{W}tblHeader") is not None
    assert all(row.find(f"{W}trPr/{W}tblHeader") is None for row in others)


def test_no_page_bears_the_seal_alone(paper: Paper) -> None:
    if paper.content.kind.is_form:
        pytest.skip("a form has its seal in a row of its table")
    body = [p for p in part(paper, "document").iter(f"{W}p")]
    texts = ["".join(p.itertext(f"{W}t")) for p in body]
    place = next(n for n, p in enumerate(body) if values(p, "pStyle")["val"] == "Signature")
    assert tidy(texts[place]) == tidy(paper.content.signature)
    assert body[place].find(f"{W}pPr/{W}keepLines") is not None
    assert body[place - 1].find(f"{W}pPr/{W}keepNext") is not None


def test_the_same_notice_gives_the_same_bytes(matter: Matter) -> None:
    assert printed(matter).docx == printed(matter).docx


def test_it_is_small(paper: Paper) -> None:
    assert len(paper.docx) < 12_000


def test_a_document_has_no_figure_that_its_mail_has_not(matter: Matter) -> None:
    view = view_of(matter)
    mail = render(letter(samples.LEADER, [view]), OFFICE).text + matter.document
    # The standard writes every date in full.
    mail += f"{view.day.year}" + "".join(f" {n}" for n in range(1, 3))
    known = set(FIGURE.findall(mail))
    assert set(FIGURE.findall("\n".join(lines(written(matter))))) <= known


def test_what_is_kept_of_every_kind_is_the_document(matter: Matter) -> None:
    content = written(matter)
    assert from_data(to_data(content)) == content


def test_a_draft_says_so_and_leaves_the_place_of_its_number_empty():
    paper = printed(samples.a_circular())
    said = lines(paper.content)
    assert said[0] == "【拟稿·待签发】"
    assert "政督〔2023〕　号" in said
    assert not paper.code
    assert paper.name.startswith("拟稿 ")


def test_a_signed_paper_bears_its_number_and_says_what_the_public_may_read():
    content = written(signed(samples.a_circular()), public="主动公开")
    said = lines(content)
    assert said[:2] == ("吴忠市人民政府督查室文件", "吴政督〔2023〕3号")
    assert "公开属性：主动公开" in said


def test_a_standing_authorisation_is_shown_and_so_is_the_urgency():
    circular = signed(samples.a_circular())
    said = lines(written(circular, standing="吴政发〔2023〕1号", urgency="特急"))
    assert said[0] == "特急"
    assert "（依据常设授权文件吴政发〔2023〕1号签发）" in said


def test_a_title_that_is_very_long_is_printed_whole_and_by_lines():
    matter = samples.a_reminder()
    promise = "城市燃气老化管网更新改造422.95公里，农村清洁取暖10000户，"
    matter.notice.facts["project"]["title"] = promise * 3
    title = next(
        p
        for p in part(printed(matter), "document").iter(f"{W}p")
        if values(p, "pStyle")["val"] == "Title"
    )
    assert "".join(title.itertext(f"{W}t")) == written(matter).title
    assert len(list(title.iter(f"{W}br"))) >= 4


def test_neither_the_unit_nor_the_office_gets_a_copy_of_what_it_reads_or_writes(
    matter: Matter,
) -> None:
    content = written(matter)
    assert set(content.copies) <= {"领办领导", "政府主要领导"} - {content.addressee}


def test_a_paper_does_not_quote_where_a_rule_was_taken_from(matter: Matter) -> None:
    said = "\n".join(lines(written(matter)))
    assert "来源：" not in said
    assert "本地设定" not in said


def test_a_code_is_printed_once(paper: Paper) -> None:
    body = "".join(part(paper, "document").itertext(f"{W}t"))
    assert body.count(paper.code) == 1


def test_a_form_that_fills_its_page_leaves_no_empty_page_behind(paper: Paper) -> None:
    if not paper.content.kind.is_form:
        return
    last = part(paper, "document").findall(f"{W}body/{W}p")[-1]
    assert values(last, "spacing")["line"] == "20"  # as low as a line can be


def test_numbers_and_dates_of_the_annex_of_a_circular_are_not_broken() -> None:
    annex = part(printed(MATTERS["督查通报"]()), "document").findall(f".//{W}tbl")[0]
    wide = [int(column.get(f"{W}w", "0")) for column in annex.iter(f"{W}gridCol")]
    heading, *rows = (
        [cell_text(cell) for cell in row.iter(f"{W}tc")] for row in annex.iter(f"{W}tr")
    )
    assert (heading[0], heading[-1]) == ("编号", "时限")
    assert rows
    for row in rows:
        for text, room in (("2023-07", wide[0]), (row[-1].split("（")[0], wide[-1])):
            needed = sum(240 if character > "\u2e80" else 120 for character in text) + 2 * 85
            assert needed <= room, text


def cell_text(cell: etree._Element) -> str:
    return "".join(cell.itertext(f"{W}t"))
