from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import SAMPLE, Duban

COUNTS = {"fields": 10, "projects": 25, "measures": 0, "targets": 37, "units": 24}


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The sample list with one figure changed."""
    text = (SAMPLE / "ledger.yaml").read_text(encoding="utf-8")
    path = tmp_path / "changed.yaml"
    path.write_text(text.replace("value: 947名", "value: 950名"), encoding="utf-8")
    return path


def test_a_new_list_is_imported_and_counted(duban: Duban) -> None:
    result = duban("import", SAMPLE / "ledger.xlsx")
    assert result.code == 0
    assert "10个领域，25个事项，37项指标，24个单位" in result.out
    assert len(duban.json("list")["projects"]) == 25


def test_importing_the_same_file_again_changes_nothing(duban: Duban) -> None:
    first = duban.json("import", SAMPLE / "ledger.xlsx")
    assert first == {
        "ok": True,
        "program": "2023年度吴忠市政府民生实事办理台账",
        "batch": 1,
        "status": "new",
        "written": True,
        **COUNTS,
    }
    for name in ("ledger.xlsx", "ledger.yaml"):
        again = duban.json("import", SAMPLE / name)
        assert (again["status"], again["written"]) == ("same", False)
    assert "没有变化" in duban("import", SAMPLE / "ledger.yaml").out


def test_a_dry_run_writes_nothing(duban: Duban) -> None:
    shown = duban.json("import", SAMPLE / "ledger.yaml", "--dry-run")
    assert (shown["status"], shown["written"]) == ("new", False)
    assert duban.json("list")["projects"] == []


def test_a_changed_file_shows_the_difference_and_without_a_terminal_refuses(
    imported: Duban, changed: Path
) -> None:
    duban = imported
    result = duban("import", changed)
    assert result.code == 1
    assert "947名 → 免费享用早餐的环卫绿化工人950名" in result.out
    assert "--yes" in result.err
    assert duban.json("import", SAMPLE / "ledger.yaml")["status"] == "same"


@pytest.mark.parametrize(("reply", "code", "status"), [("n", 1, "changed"), ("y", 0, "same")])
def test_at_a_terminal_a_changed_file_asks(
    imported: Duban, changed: Path, reply: str, code: int, status: str
) -> None:
    duban = imported
    duban.monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    duban.monkeypatch.setattr("typer.confirm", lambda *_, **__: reply == "y")
    assert duban("import", changed).code == code
    assert duban.json("import", changed, "--dry-run")["status"] == status


def test_a_changed_file_with_yes_is_taken_over(imported: Duban, changed: Path) -> None:
    duban = imported
    result = duban.json("import", changed, "--yes", "--by", "示例·督查甲")
    assert (result["status"], result["written"]) == ("changed", True)
    assert len(result["changes"]) == 1
    assert duban.json("import", changed)["status"] == "same"


def test_an_import_in_the_name_of_a_stranger_is_refused_whole(duban: Duban) -> None:
    result = duban("import", SAMPLE / "ledger.yaml", "--by", "某人")
    assert result.code == 1
    assert "通讯录中没有“某人”" in result.err
    assert duban.json("list")["projects"] == []


def test_a_ledger_with_ten_faults_tells_all_ten_and_imports_nothing(
    duban: Duban, tmp_path: Path
) -> None:
    path = tmp_path / "broken.yaml"
    text = (SAMPLE / "ledger.yaml").read_text(encoding="utf-8")
    for right, wrong in FAULTS.items():
        assert right in text
        text = text.replace(right, wrong, 1)
    path.write_text(text, encoding="utf-8")
    result = duban("import", path)
    assert result.code == 1
    assert "台账有10处问题，没有导入任何内容" in result.err
    assert "怎么改" in result.out
    told = duban("import", path, "--json").data["errors"]
    assert len(told) == 10
    assert all(fault["message"] and fault["cure"] for fault in told)
    assert duban.json("list")["projects"] == []


FAULTS = {
    "basis: ": "basis: ''  # ",
    "number: 3\n": "number: 二\n",
    "title: 新建公厕和小微公园": "title: ''",
    "value: 947名": "value: 若干",
    "lead_units: [市自然资源局]": "lead_units: []",
    "due: 12月20日前": "due: 尽快",
    "- 4月底前完成施划过半（60%）": "- 完成施划过半",
    "email: ducha1@wuzhong.example.com": "email: ducha1",
    "post: 签发人": "post: 门卫",
    "deputy: 示例·督查乙": "deputy: 无此人",
}


def test_a_broken_workbook_names_sheet_row_and_column(duban: Duban, tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    workbook = load_workbook(SAMPLE / "ledger.xlsx")
    sheet = workbook.worksheets[0]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "11月底前")
    cell.value = "尽快"
    workbook.save(path)
    fault = duban("import", path, "--json").data["errors"][0]
    assert fault["sheet"] == sheet.title
    assert fault["row"] == str(cell.row)
    assert fault["column"].startswith(f"{cell.column_letter}列")
    assert "尽快" in fault["message"]
