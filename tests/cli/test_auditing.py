"""``duban audit``, as an administrator or a timer runs it."""

from __future__ import annotations

from tests.cli.conftest import Duban


def test_an_audit_without_findings_beats_the_heart_and_ends_with_0(assigned: Duban) -> None:
    file = assigned.home / "beat"
    result = assigned("audit", "--heart-file", file)
    assert (result.code, result.out) == (0, "巡检没有发现问题\n已报心跳\n")
    assert file.exists()
    assert assigned.json("audit", "--full") == {
        "ok": True,
        "findings": [],
        "beat": False,
        "heart": "",
    }


def test_what_was_not_done_is_named_with_its_cure_and_ends_with_1(assigned: Duban) -> None:
    assigned.at("2023-03-29T11:00:00")
    file = assigned.home / "beat"
    result = assigned("audit", "--heart-file", file, "--json")
    assert result.code == 1 and not file.exists()
    overdue, late = result.data["findings"]
    assert (overdue["kind"], overdue["label"]) == ("sweep_overdue", "检查到期未运行")
    assert overdue["since"] == "2023-03-29T08:30:00+08:00"
    assert "duban sweep" in overdue["cure"] and late["kind"] == "letters_late"
    result = assigned("audit")
    assert "检查到期未运行：日检查应在2023年3月29日 08:30运行，至今没有" in result.err
    assert "办法：" in result.out
    assigned("sweep", "daily")
    assigned("dispatch")
    assert assigned("audit").code == 0


def test_a_heart_that_cannot_be_reached_ends_with_1_and_does_not_show_its_address(
    assigned: Duban,
) -> None:
    result = assigned("audit", "--heart", "http://127.0.0.1:1/ping/0b1d-77aa")
    assert result.code == 1
    assert "外部心跳没有送达" in result.err and "0b1d" not in result.err
    assert assigned("audit", "--heart", "ftp://x").code == 2
