from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import OFFICE, SAMPLE, Duban


def test_an_imported_workbook_goes_out_alike_and_changes_nothing_when_it_comes_in(
    duban: Duban, tmp_path: Path
) -> None:
    source, out = SAMPLE / "ledger.xlsx", tmp_path / "台账.xlsx"
    duban.json("import", source)
    assert duban.json("export", "ledger", "--out", out) == {
        "ok": True,
        "file": str(out),
        "batch": 1,
        "batches": 1,
    }
    assert duban.json("import", out, "--dry-run")["status"] == "same"
    before, after = (load_workbook(path).worksheets[0] for path in (source, out))
    assert after.title == before.title
    width = before.max_column
    for row in range(1, 6):
        was = [before.cell(row, column).value for column in range(1, width + 1)]
        assert [after.cell(row, column).value for column in range(1, width + 1)] == was
    merged = {str(area) for area in after.merged_cells.ranges}
    items = {str(area) for area in before.merged_cells.ranges if area.min_row > 4}
    assert items <= merged


def test_the_log_goes_out_filtered(assigned: Duban, tmp_path: Path) -> None:
    out = tmp_path / "log.xlsx"
    whole = assigned.json("export", "log", "--out", out)["events"]
    chosen = ("--project", "2023-01", "--kind", "交办", "--from", "2023-03-29", "--person", OFFICE)
    assert assigned.json("export", "log", "--out", out, *chosen)["events"] == 1 < whole
    none = assigned.json("export", "log", "--out", out, "--to", "2023-03-28")
    assert none["events"] == 0


def test_year_end_and_scores_go_out(assigned: Duban, tmp_path: Path) -> None:
    year_end, scores = tmp_path / "年终.xlsx", tmp_path / "考核.xlsx"
    assigned.json("export", "year-end", "--out", year_end)
    assert (
        "共25件，其中未办结25件；合计办结0件" in load_workbook(year_end).worksheets[0]["A3"].value
    )
    refused = assigned("export", "assessment", "--out", scores, "--by", OFFICE)
    assert refused.code == 1 and "还没有考核评分" in refused.err
    assert not scores.exists()
    assigned.json("assess", "make", "--year", "2023", "--by", OFFICE)
    assigned.json("export", "assessment", "--out", scores, "--by", OFFICE)
    assert load_workbook(scores).sheetnames == ["考核得分", "得分明细"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("ledger", "--out", "台账.xls"), 2, "应以 .xlsx 结尾"),
        (("ledger", "--out", "/nirgends/台账.xlsx"), 1, "写不出来：没有这个文件或目录"),
        (("ledger", "--out", "台账.xlsx", "--year", "1999"), 1, "没有1999年的清单"),
        (("ledger", "--out", "台账.xlsx", "--batch", "3"), 1, "没有第3批，共1批"),
        (("log", "--out", "log.xlsx", "--kind", "瞎写"), 2, "不在可选范围内"),
        (("log", "--out", "log.xlsx", "--project", "2023-99"), 1, "没有编号为“2023-99”的事项"),
        (
            ("log", "--out", "log.xlsx", "--from", "2023-05-02", "--to", "2023-05-01"),
            1,
            "晚于",
        ),
    ],
)
def test_what_cannot_go_out_is_refused_and_leaves_no_file(
    imported: Duban, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    imported.monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    result = imported("export", *arguments)
    assert (result.code, says in result.err) == (code, True)
    assert set(tmp_path.iterdir()) == before
