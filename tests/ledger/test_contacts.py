"""The contact sheet: posts up to the principal, told apart, one address each, nothing too long."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.ledger import LedgerErrors, read_ledger
from engine.rules.words import PostKind
from tests.ledger.workbooks import CONTACT, CONTACT_HEADINGS, HEADINGS, ITEM, PREAMBLE, Row, Save

WITH_TITLES: Row = ["单位", "岗位", "姓名", "职务", "邮箱"]
FIRST: Row = ["市教育局", "联络员", "示例·甲", "科员", "jia@example.com"]


def with_contacts(save: Save, *rows: Row, headings: Row = WITH_TITLES, item: Row = ITEM) -> Path:
    return save([*PREAMBLE, HEADINGS, item], [headings, *rows])


def faults_of(path: Path) -> list[str]:
    with pytest.raises(LedgerErrors) as caught:
        read_ledger(path)
    return [f"{error.place}：{error.message}" for error in caught.value.errors]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("科室负责人", PostKind.SECTION),
        ("科长", PostKind.SECTION),
        ("单位负责人", PostKind.UNIT_HEAD),
        ("领办领导", PostKind.LEADER),
        ("政府主要领导", PostKind.PRINCIPAL),
        ("市长", PostKind.PRINCIPAL),
    ],
)
def test_every_post_of_the_chain_may_be_named(save: Save, word: str, kind: PostKind) -> None:
    row = ["市教育局", word, "示例·乙", "职务", "yi@example.com"]
    posts = read_ledger(with_contacts(save, FIRST, row)).posts
    assert [post.kind for post in posts] == [PostKind.CONTACT, kind]


def test_two_people_in_posts_that_cannot_be_told_apart_are_told_with_their_cell(
    save: Save,
) -> None:
    second = ["市教育局", "联络员", "示例·乙", "科员", "yi@example.com"]
    with pytest.raises(LedgerErrors) as caught:
        read_ledger(with_contacts(save, FIRST, second))
    (fault,) = caught.value.errors
    assert str(fault) == (
        "工作表“联系表”第3行D列（职务）：市教育局的示例·甲和示例·乙同为联络员，职务都是“科员”，"
        "分不清。改法：同一单位的同类岗位，职务要各不相同，请在职务中写明分工或科室，"
        "如“科员（教育）”“科员（城建）”；换了人的，只留现任。"
    )


@pytest.mark.parametrize("headings", [WITH_TITLES, [h for h in WITH_TITLES if h != "职务"]])
def test_two_people_without_titles_are_told_apart_neither_with_a_column_for_them_nor_without(
    save: Save, headings: Row
) -> None:
    people = {"示例·甲": "jia@example.com", "示例·乙": "yi@example.com"}
    rows: list[Row] = [
        ["市教育局", "联系人", name, *([None] * (len(headings) - 4)), email]
        for name, email in people.items()
    ]
    assert faults_of(with_contacts(save, *rows, headings=headings)) == [
        "工作表“联系表”第3行C列（姓名）：市教育局的示例·甲和示例·乙同为联络员，"
        "职务都是“联系人”（没有填写职务的，以岗位为职务），分不清"
    ]


def test_two_addresses_of_one_person_are_told_with_their_cell(save: Save) -> None:
    second = ["市教育局", "单位负责人", "示例·甲", "局长", "other@example.com"]
    assert faults_of(with_contacts(save, FIRST, second)) == [
        "工作表“联系表”第3行E列（邮箱）：市教育局示例·甲写了两个邮箱"
        "（jia@example.com、other@example.com）"
    ]


def test_one_address_is_written_once_for_a_person_with_two_posts(save: Save) -> None:
    second = ["市教育局", "单位负责人", "示例·甲", "局长", None]
    assert len(read_ledger(with_contacts(save, FIRST, second)).posts) == 2


def test_what_no_column_holds_is_told_with_its_cell_and_all_at_once(save: Save) -> None:
    long_item = [*ITEM[:1], "域" * 201, "项" * 301, *ITEM[3:4], "局" * 101, *ITEM[5:]]
    person = ["局" * 101, "联络员", "名" * 51, "职" * 101, "jia@example.com"]
    found = faults_of(with_contacts(save, FIRST, person, item=long_item))
    assert [fault.partition("：")[2] for fault in found] == [
        "领域有201个字，最多200个字",
        "事项名称有301个字，最多300个字",
        "单位名称“局局局局局局局局局局……”有101个字，最多100个字",
        "单位名称有101个字，最多100个字",
        "姓名有51个字，最多50个字",
        "职务有101个字，最多100个字",
    ]


def test_texts_that_just_fit_are_taken(save: Save) -> None:
    item = [*ITEM[:1], "域" * 200, "项" * 300, *ITEM[3:]]
    assert read_ledger(with_contacts(save, CONTACT, headings=CONTACT_HEADINGS, item=item))
