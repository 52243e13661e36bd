"""``duban user``: accounts from the machine itself; and backups from there."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import OFFICE, Duban


def test_an_account_is_opened_appointed_reset_and_disabled(imported: Duban) -> None:
    duban = imported
    opened = duban.json("user", "add", "boss", "--administrator")
    assert opened["login"] == "boss" and len(opened["password"]) == 14
    mine = duban.json("user", "add", "督查甲", "--person", OFFICE, "--chief")
    assert mine["name"] == OFFICE
    found = {line["login"]: line for line in duban.json("user", "list")["accounts"]}
    assert found["督查甲"]["chief"] and found["督查甲"]["unit"] and found["boss"]["administrator"]
    assert duban.json("user", "reset", "boss")["password"] != opened["password"]
    assert duban.json("user", "appoint", "督查甲", "--auditor")["roles"] == ["审计员"]
    duban.json("user", "disable", "督查甲")
    duban.json("user", "enable", "督查甲")


def test_the_last_administrator_and_strangers_are_refused_in_chinese(imported: Duban) -> None:
    duban = imported
    duban.json("user", "add", "boss", "--administrator")
    refused = duban("user", "disable", "boss")
    assert refused.code == 1 and "最后一个管理员" in refused.err
    assert "没有账号" in duban("user", "reset", "nobody").err
    assert "已经有人使用" in duban("user", "add", "boss").err
    assert "通讯录" in duban("user", "add", "x1", "--person", "查无此人").err


def test_a_backup_brings_everything_back_into_an_empty_store(
    imported: Duban, tmp_path: Path
) -> None:
    duban = imported
    before = duban.json("list")
    made = duban.json("backup", "--to", tmp_path / "kept")
    assert duban.json("backup", "--verify", made["file"])["faults"] == []
    again = duban("restore", made["file"])
    assert again.code == 1 and "空" in again.err
    duban.monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "elsewhere"))
    assert duban.json("restore", made["file"])["rows"] > 50
    assert duban.json("list") == before
