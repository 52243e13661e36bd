from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.rules import codes
from engine.rules.contents import (
    Annex,
    Content,
    Paragraph,
    Table,
    digest,
    from_data,
    lines,
    numbered,
    to_data,
)
from engine.rules.documents import ATTACHED, KIND_OF, DocumentKind
from engine.rules.words import NoticeKind

CODES = st.binary(min_size=32, max_size=32).map(lambda key: codes.code_of(key.hex(), "n", "c"))


def a_content(**given: Any) -> Content:
    values: dict[str, Any] = {
        "kind": DocumentKind.CIRCULAR,
        "head": "市政府督查室文件",
        "title": "督查通报",
        "issuer": "市政府督查室",
        "day": date(2023, 4, 3),
        "body": (Paragraph("情况如下。"),),
    }
    return Content(**(values | given))


def test_headings_are_numbered_by_their_levels_and_begin_anew_below_each():
    body = [Paragraph("", level) for level in (1, 2, 2, 3, 3, 4, 1, 2, 0)]
    numbers = [number for _, number in numbered(body)]
    assert numbers == ["一、", "（一）", "（二）", "1.", "2.", "（1）", "二、", "（一）", ""]


def test_one_annex_is_named_and_several_are_numbered_without_stops():
    annex = Annex("情况表", (Paragraph("无"),))
    assert a_content(annexes=(annex,)).annex_note == ("附件：情况表",)
    assert a_content(annexes=(annex, annex)).annex_note == ("附件：1.情况表", "2.情况表")


def test_all_that_is_printed_is_listed_in_its_order():
    table = Table(("项目", "灯色"), (("学校\n学位", "黄灯"),), (1, 1))
    content = a_content(
        number="吴政督〔2023〕3号",
        addressee="各有关单位",
        annexes=(Annex("情况表", (table,)),),
        copies=("领办领导",),
        notes=("依据常设授权文件×号签发",),
        public="主动公开",
    )
    assert lines(content) == (
        *("市政府督查室文件", "吴政督〔2023〕3号", "督查通报", "各有关单位：", "情况如下。"),
        *("附件：情况表", "市政府督查室\n2023年4月3日", "（依据常设授权文件×号签发）"),
        *("附件", "情况表", "项目", "灯色", "学校", "学位", "黄灯"),
        *("公开属性：主动公开", "抄送：领办领导。", "市政府督查室　2023年4月3日印发"),
    )


def test_what_is_kept_of_a_document_is_the_document():
    content = a_content(annexes=(Annex("表", (Table(("一",), (("二",),), (1,)),)),))
    assert from_data(to_data(content)) == content


def test_blanks_are_no_part_of_what_is_hashed_but_the_order_of_lines_is():
    assert digest(["甲　乙", "", "丙"]) == digest(["甲乙", " 丙 "])
    assert digest(["甲", "乙"]) != digest(["乙", "甲"])
    assert digest(["甲乙"]) != digest(["甲", "乙"])


@given(CODES)
def test_a_code_is_read_back_however_it_is_typed(code: str) -> None:
    assert len(code.replace("-", "")) == codes.LENGTH
    assert codes.read(code) == code
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert codes.read(typed) == code


def test_what_is_no_code_is_read_as_none():
    for text in ("", "7K2M", "7K2M-9Q4R-0ABC-X3Y！", "7K2M-9Q4R-0ABC-X3YZZ", "U" * 16):
        assert codes.read(text) == ""


def test_a_code_follows_from_secret_notice_and_text():
    ours = codes.code_of("s", "n", "c")
    assert ours == codes.code_of("s", "n", "c")
    others = {
        codes.code_of("t", "n", "c"),
        codes.code_of("s", "m", "c"),
        codes.code_of("s", "n", "d"),
    }
    assert len(others | {ours}) == 4


def test_a_letter_that_only_reminds_goes_without_a_document():
    attached = {kind for kind, document in KIND_OF.items() if document in ATTACHED}
    assert NoticeKind.REMINDER not in attached
    assert NoticeKind.CHASE not in attached
    assert {NoticeKind.ASSIGNMENT, NoticeKind.RED_WARNING, NoticeKind.CIRCULAR} <= attached
