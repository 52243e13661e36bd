from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

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


def test_a_dry_run_shows_how_dates_and_targets_were_read(duban: Duban) -> None:
    shown = duban.json("import", SAMPLE / "ledger.xlsx", "--dry-run")["items"]
    assert len(shown) == 25
    assert shown[0] == {
        "number": "1",
        "title": "环卫绿化工人免费爱心营养早餐",
        "lead_units": "市城市管理局",
        "due": "2023-12-20",
        "targets": "免费享用早餐的环卫绿化工人 947名",
    }
    assert "农村公路路面改造 68公里" in duban("import", SAMPLE / "ledger.xlsx", "--dry-run").out


def test_a_dry_run_tells_what_it_takes_for_no_target(duban: Duban, tmp_path: Path) -> None:
    path = tmp_path / "shares.yaml"
    text = (SAMPLE / "ledger.yaml").read_text(encoding="utf-8")
    path.write_text(
        text.replace("value: 10座", "value: 在5个县区10座，其中市区3座"), encoding="utf-8"
    )
    shown = duban.json("import", path, "--dry-run")["items"][3]
    assert shown["targets"] == "新建公厕 10座；新建小微公园 2个（不另计：在5个县区、其中市区3座）"


def test_a_hidden_row_is_told_by_the_command(duban: Duban, tmp_path: Path) -> None:
    workbook = load_workbook(SAMPLE / "ledger.xlsx")
    workbook.worksheets[1].row_dimensions[4].hidden = True
    path = tmp_path / "hidden.xlsx"
    workbook.save(path)
    says = f"工作表“{workbook.worksheets[1].title}”第4行是隐藏的，也已读入。"
    assert f"注意：{says}" in duban("import", path, "--dry-run").out
    (note,) = duban.json("import", path, "--dry-run")["notes"]
    assert note.startswith(says)


def test_a_dry_run_is_refused_for_what_the_import_would_be(imported: Duban, tmp_path: Path) -> None:
    text = (SAMPLE / "ledger.yaml").read_text(encoding="utf-8")
    path = tmp_path / "shorter.yaml"
    head, _, rest = text.partition("- number: 25\n")
    path.write_text(head + rest[rest.index("\nposts:") :], encoding="utf-8")
    result = imported("import", path, "--dry-run")
    assert result.code == 1
    assert "不能通过导入删除" in result.err
    stranger = imported("import", SAMPLE / "ledger.yaml", "--dry-run", "--by", "某人")
    assert stranger.code == 0
    assert imported.json("import", SAMPLE / "ledger.yaml")["status"] == "same"


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
    assert duban("import", changed, "--by", "示例·督查甲").code == code
    assert duban.json("import", changed, "--dry-run")["status"] == status


def test_a_changed_file_with_yes_is_taken_over(imported: Duban, changed: Path) -> None:
    duban = imported
    result = duban.json("import", changed, "--yes", "--by", "示例·督查甲")
    assert (result["status"], result["written"]) == ("changed", True)
    assert len(result["changes"]) == 1
    assert duban.json("import", changed)["status"] == "same"


def test_a_list_is_changed_in_nobodys_name_only_while_the_office_has_one_person(
    imported: Duban, changed: Path
) -> None:
    result = imported("import", changed, "--yes")
    assert result.code == 1
    assert "请用 --by 写明督查室办理人：示例·督查乙、示例·督查甲" in result.err
    assert imported.json("import", changed, "--dry-run")["status"] == "changed"


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


def test_odd_cells_go_out_and_come_in_again_as_the_same_list(duban: Duban, tmp_path: Path) -> None:
    headings: list[object] = ["序号", "实事项目", "目标值（万元）", "牵头单位", "完成时限"]
    rows: list[list[object]] = [
        ["某市2023年民生实事台账"],
        ["依据：某市人代会2023年1月10日审议通过（某政发〔2023〕1号）"],
        ["发文机关：某市人民政府"],
        headings,
        [1, "发放补贴", 800, "市财政局（牵头）", 45107],
        [2, "新建学校", "在5个县区新建学校二十五所，其中市区5所", "市教育局", 20230630],
        [3, "整治道路", "百分之九十五", "市住建局", "2023/6/30 0:00:00"],
    ]
    workbook = Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    source, out = tmp_path / "odd.xlsx", tmp_path / "out.xlsx"
    workbook.save(source)
    shown = duban.json("import", source, "--dry-run")["items"]
    assert [(item["targets"], item["due"]) for item in shown] == [
        ("发放补贴 800万元", "2023-06-30"),
        ("新建学校 25所（不另计：在5个县区、其中市区5所）", "2023-06-30"),
        ("整治道路 95%", "2023-06-30"),
    ]
    duban.json("import", source)
    duban.json("export", "ledger", "--out", out)
    assert duban.json("import", out, "--dry-run")["status"] == "same"
