from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from engine.ledger import LedgerErrors, read_ledger
from tests.ledger.workbooks import HEADINGS, ITEM, PREAMBLE, Save


def refusal(path: Path) -> str:
    with pytest.raises(LedgerErrors) as caught:
        read_ledger(path)
    assert len(caught.value.errors) == 1
    assert caught.value.errors[0].cure
    return caught.value.errors[0].message


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert "找不到文件" in refusal(tmp_path / "无.xlsx")


@pytest.mark.parametrize("name", ["台账.xls", "台账.csv", "台账.et", "台账.docx", "台账"])
def test_other_kinds_of_file_are_refused_by_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"x")
    assert "不支持" in refusal(path)


def test_a_renamed_file_is_recognised_by_its_head(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_text("序号,实事项目", encoding="utf-8")
    assert "不是 .xlsx 工作簿" in refusal(path)


def test_a_password_or_an_old_format_is_recognised_by_its_head(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512)
    assert "密码" in refusal(path)


def test_a_damaged_workbook_is_told(save: Save) -> None:
    path = save([*PREAMBLE, HEADINGS, ITEM])
    path.write_bytes(path.read_bytes()[:2000])
    assert "已损坏" in refusal(path)


def test_an_archive_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("照片.txt", "无")
    assert "不是 .xlsx 工作簿" in refusal(path)


def test_a_file_over_ten_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with path.open("wb") as file:
        file.write(b"PK")
        file.truncate(10 * 1024 * 1024 + 1)
    assert "超过 10 MB" in refusal(path)


def test_a_yaml_file_over_two_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "台账.yaml"
    path.write_bytes(b"#" * (2 * 1024 * 1024 + 1))
    assert "超过 2 MB" in refusal(path)


def test_a_package_that_unpacks_to_too_much_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"\0" * (101 * 1024 * 1024))
    assert path.stat().st_size < 10 * 1024 * 1024
    assert "解压后过大" in refusal(path)


def test_a_merge_over_a_whole_sheet_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/worksheets/sheet1.xml", '<mergeCell ref="A1:XFD1048576"/>')
    assert "合并单元格的范围过大" in refusal(path)


def test_more_than_five_thousand_rows_are_refused(save: Save) -> None:
    assert "超过5000行" in refusal(save([*PREAMBLE, HEADINGS, *[[n] for n in range(5000)]]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("标题".encode("gbk"), "不是 UTF-8"),
        (b"", "是空的"),
        (b"title: [", "不是有效的 YAML（第1行附近）"),
        (b"a: &x 1\nb: *x", "别名"),
        (b"[" * 100_000, "层次过深"),
    ],
)
def test_an_unreadable_yaml_file_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "台账.yaml"
    path.write_bytes(content)
    assert message in refusal(path)
