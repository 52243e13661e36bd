"""``duban template``: the office puts notices into its own words, and takes them back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import OFFICE, Duban


@pytest.fixture
def file(assigned: Duban, tmp_path: Path) -> Path:
    """The wording of assignments as an office has changed it, saved by an editor of Windows."""
    source = assigned.json("template", "show", "assignment")["source"]
    path = tmp_path / "交办.j2"
    changed = source.replace("请及时签收", "请于两日内签收").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + changed.encode())
    return path


def test_a_wording_is_checked_seen_set_compared_and_taken_back(
    assigned: Duban, file: Path, tmp_path: Path
) -> None:
    assert assigned.json("template", "check", file, "--name", "交办通知")["faults"] == []
    page = tmp_path / "预览.html"
    seen = assigned.json("template", "preview", "assignment", "--file", file, "--html", page)
    assert "请于两日内签收" in seen["text"] and "请于两日内签收" in page.read_text("utf-8")
    assert seen["notice"] is not None

    put = ("template", "set", "assignment", file, "--note", "明确时间", "--by", OFFICE)
    assert assigned.json(*put)["version"] == 1
    again = assigned(*put)
    assert again.code == 1 and f"已由{OFFICE}于2023年3月29日改为第1版（明确时间）" in again.err
    lines = assigned.json("template", "diff", "assignment")["differences"]
    assert any(line.startswith("+请于两日内签收") for line in lines)

    [line] = [t for t in assigned.json("template", "list")["templates"] if t["own"]]
    assert (line["name"], line["version"], line["by"], line["fault"]) == (
        *("assignment", 1, OFFICE),
        "",
    )
    assert assigned.json("template", "revert", "assignment", "--by", OFFICE)["version"] == 2
    versions = assigned.json("template", "versions", "assignment")["versions"]
    assert [(v["version"], v["own"], v["note"]) for v in versions] == [
        (2, False, "恢复自带"),
        (1, True, "明确时间"),
    ]
    assert "没有差别" in assigned("template", "diff", "assignment").out


def test_a_faulty_file_is_refused_with_all_its_faults(assigned: Duban, tmp_path: Path) -> None:
    path = tmp_path / "错.j2"
    path.write_text("{% macro opening(view) %}{{ view.x }}<b>{% endmacro %}", encoding="utf-8")
    for command in (
        ("check", path, "--name", "reminder"),
        ("preview", "reminder", "--file", path),
        ("set", "reminder", path, "--note", "改", "--by", OFFICE),
    ):
        refused = assigned("template", *command, "--json")
        assert refused.code == 1 and len(refused.data["faults"]) == 3
        assert "第1行：没有字段“x”" in refused.err
    assert not any(t["own"] for t in assigned.json("template", "list")["templates"])


def test_a_file_that_is_no_text_is_wrong_usage(duban: Duban, tmp_path: Path) -> None:
    path = tmp_path / "gbk.j2"
    path.write_bytes("督办".encode("gbk"))
    refused = duban("template", "check", path, "--name", "reminder")
    assert refused.code == 2 and "请另存为 UTF-8 编码" in refused.err
