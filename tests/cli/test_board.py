from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import OFFICE, Duban


@pytest.fixture
def public(assigned: Duban) -> Duban:
    """The sample, given out and published."""
    assigned.json("board", "publish", "--by", OFFICE)
    return assigned


def receive(duban: Duban, on: str, *more: str) -> dict[str, object]:
    said = ("--name", "丁先生", "--contact", "13900000000", "--text", "不实")
    return duban.json("objection", "receive", "2023-01", *said, "--on", on, "--by", OFFICE, *more)


def test_a_list_is_published_once_a_month_and_a_repeat_says_so(public: Duban) -> None:
    again = public.json("board", "publish", "--by", OFFICE)
    assert (again["new"], again["items"]) == (False, 25)
    told = public("board", "publish", "--by", OFFICE)
    assert f"与{OFFICE}本月公示的一样，没有再公示" in told.out
    rows = public.json("board", "list")["publications"]
    assert [row["key"] for row in rows] == [again["key"]]


def test_who_is_not_of_the_office_does_not_publish(assigned: Duban) -> None:
    result = assigned("board", "publish", "--by", "示例·教育甲")
    assert result.code == 1
    assert "不在督查室岗位" in result.err


def test_the_board_is_exported_and_exported_again_without_a_change(
    public: Duban, tmp_path: Path
) -> None:
    folder = tmp_path / "www"
    first = public.json("board", "export", folder)
    assert first["written"] == 25 * 2 + 5
    again = public.json("board", "export", folder)
    assert (again["written"], again["same"]) == (0, first["written"])
    assert (folder / "projects" / "2023-25.html").exists()


def test_a_folder_that_cannot_be_written_to_is_refused_in_chinese(
    public: Duban, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    result = public("board", "export", blocked)
    assert result.code == 1
    assert "公示栏写不到" in result.err


def test_an_objection_is_entered_handled_and_listed(public: Duban) -> None:
    number = receive(public, "2023-03-29")["objection"]
    done = public.json(
        "objection", "handle", number, "--result", "不属实", "--finding", "已核实", "--by", OFFICE
    )
    assert done["state"] == "answered"
    (row,) = public.json("objection", "list")["objections"]
    assert (row["code"], row["finding"], row["name"]) == ("2023-01", "已核实", "丁先生")


def test_one_found_right_before_anything_was_corrected_is_refused(public: Duban) -> None:
    number = receive(public, "2023-03-29")["objection"]
    result = public(
        "objection", "handle", number, "--result", "属实", "--finding", "属实", "--by", OFFICE
    )
    assert result.code == 1
    assert "还没有更正" in result.err


def test_a_result_that_does_not_exist_is_wrong_usage(public: Duban) -> None:
    result = public("objection", "handle", 1, "--result", "也许", "--finding", "x")
    assert result.code == 2
    assert "可写：属实、不属实、不予受理" in result.err
