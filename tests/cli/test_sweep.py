from __future__ import annotations

import sqlite3

import pytest

from engine.store import chain
from tests.cli.conftest import Duban

# The announcements of these days in the sample: several steps are due on 31 March.
DAY = "2023-03-30T08:30:00"


@pytest.fixture
def swept(assigned: Duban) -> Duban:
    """The day after the assignment, checked once."""
    assigned.at(DAY)
    assigned.json("sweep", "daily")
    return assigned


def test_a_sweep_tells_what_was_issued_and_what_was_held(assigned: Duban) -> None:
    assigned.at(DAY)
    result = assigned("sweep", "daily")
    assert result.code == 0
    assert result.out.startswith("日检查 2023-03-30：已完成\n检查：25个事项\n产生：提示")
    assert "未发：" in result.out


def test_a_period_that_was_run_is_not_run_again(swept: Duban) -> None:
    result = swept("sweep", "daily", "--as-of", "2023-03-30")
    assert result.code == 0
    assert "本期已经检查过" in result.out
    assert swept.json("sweep", "daily")["claimed"] is False


def test_nothing_is_checked_in_advance(assigned: Duban) -> None:
    result = assigned("sweep", "daily", "--as-of", "2023-04-03")
    assert result.code == 1
    assert "不能按将来的日期检查" in result.err


def test_without_a_name_whatever_is_due_by_the_timetable_is_run_once(assigned: Duban) -> None:
    """What cron calls every few minutes, on working days and others."""
    assigned.at("2023-03-30T08:29:00")
    assigned.json("sweep")
    assigned.at("2023-04-04T09:30:00")
    found = assigned.json("sweep")
    periods = [(run["cadence"], run["period"]) for run in found["runs"]]
    assert periods == [("weekly", "2023-W14"), ("daily", "2023-04-04"), ("monthly", "2023-04")]
    assert all(run["claimed"] and "issued" in run for run in found["runs"])
    again = assigned("sweep")
    assert (again.code, again.out) == (0, "没有到期的检查\n")
    assigned.at("2023-04-04T09:40:00")
    assigned.json("dispatch")
    assigned.at("2023-04-05T12:00:00")  # a holiday
    assert assigned.json("sweep")["runs"] == []
    assert assigned("audit").code == 0


def test_a_moment_is_not_taken_without_the_sweep_it_is_meant_for(assigned: Duban) -> None:
    refused = assigned("sweep", "--as-of", "2023-03-29")
    assert refused.code == 2
    assert "要写明哪一种检查" in refused.err


def test_a_weekly_sweep_by_hand_stands_for_the_one_by_the_timetable(assigned: Duban) -> None:
    assigned.at("2023-03-30T10:00:00")
    report = assigned.json("sweep", "weekly")
    assert (report["period"], report["claimed"]) == ("2023-W13", True)
    assert report["issued"]["weekly_digest"] > 1
    stored = sqlite3.connect(assigned.home / "duban.db")
    [(scheduled_at,)] = stored.execute("SELECT scheduled_at FROM sweep_runs")
    stored.close()
    assert scheduled_at.startswith("2023-03-27 01:00")


def checkpoints(duban: Duban) -> list[str]:
    """The moments of all checkpoints."""
    with sqlite3.connect(duban.home / "duban.db") as stored:
        found = [at for (at,) in stored.execute("SELECT at FROM checkpoints ORDER BY seq")]
    stored.close()
    return found


def test_who_runs_no_service_has_the_journal_sealed_by_the_sweep_once_a_day(
    assigned: Duban,
) -> None:
    """A store that is served by cron alone has nobody else to do it."""
    for moment in (DAY, "2023-03-30T09:00:00", "2023-03-31T08:30:00"):
        assigned.at(moment)
        assigned.json("sweep", "daily")
    assert [at[:16] for at in checkpoints(assigned)] == ["2023-03-30 00:30", "2023-03-31 00:30"]
    assigned.at("2023-03-31T23:40:00")
    assert "督办日志已封存" in assigned("sweep", "weekly").out
    again = assigned("sweep", "weekly")
    assert "没有再做" in again.out and "已封存" not in again.out
    assert assigned.json("sweep", "daily")["sealed"] is False
    kinds = [finding["kind"] for finding in assigned("audit", "--json").data["findings"]]
    assert "checkpoint_missing" not in kinds


def test_mails_are_sent_by_hand_and_only_once(swept: Duban) -> None:
    sent = swept.json("dispatch")
    assert sent["sent"] == len(list((swept.home / "mail").glob("*.eml"))) > 10
    assert swept.json("dispatch")["sent"] == 0


def test_every_notice_of_a_day_is_explained(swept: Duban) -> None:
    notices = swept.json("notices", "--state", "issued")["notices"]
    kinds = {notice["kind"]: notice["notice"] for notice in notices}
    assert {"assignment", "reminder"} <= kinds.keys()
    for number in kinds.values():
        result = swept("explain", number)
        assert result.code == 0
        assert "重新推算：一致" in result.out
    assert swept.json("notices", "--state", "待签发")["notices"] == []


def test_an_exported_journal_holds_and_an_altered_one_does_not(swept: Duban) -> None:
    path = swept.home / "journal.jsonl"
    events = swept.json("journal", "export", "--out", path)["events"]
    assert events == sum(b'"record":"event"' in line for line in path.read_bytes().splitlines())
    assert chain.main([str(path)]) == 0
    assert swept.json("journal", "verify")["faults"] == []
    with sqlite3.connect(swept.home / "duban.db") as stored:
        stored.execute("UPDATE journal SET actor = '某人' WHERE id = 7")
    stored.close()
    result = swept("journal", "verify")
    assert result.code == 1
    assert "有1处" in result.err


@pytest.mark.parametrize("facts", ["{x", "{}", "null", '{"project": 1}'])
def test_a_notice_whose_facts_were_damaged_is_told_and_not_explained(
    swept: Duban, facts: str
) -> None:
    number = swept.json("notices")["notices"][0]["notice"]
    with sqlite3.connect(swept.home / "duban.db") as stored:
        stored.execute("UPDATE notices SET facts = ? WHERE id = ?", (facts, number))
    stored.close()
    result = swept("explain", number)
    assert result.code == 1
    assert "留存的事实读不出来" in result.err


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("DELETE FROM journal; DELETE FROM journal_heads", "的日志全部缺失"),
        (
            "DELETE FROM journal WHERE chain = 'project:1';"
            "DELETE FROM journal_heads WHERE chain = 'project:1'",
            "2023-01 环卫绿化工人免费爱心营养早餐（project:1）第 1 号：该事项的日志全部缺失",
        ),
        ("UPDATE journal SET data = '{\"数\": 1e999}' WHERE id = 7", "内容与哈希不符"),
        ('UPDATE journal SET data = \'{"数": "\\ud800"}\' WHERE id = 7', "内容与哈希不符"),
    ],
)
def test_what_leaves_no_trace_or_is_no_json_is_told_too(
    swept: Duban, damage: str, words: str
) -> None:
    with sqlite3.connect(swept.home / "duban.db") as stored:
        stored.executescript(damage)
    stored.close()
    result = swept("journal", "verify")
    assert result.code == 1
    assert words in result.err
    path = swept.home / "journal.jsonl"
    assert swept("journal", "export", "--out", path).code == 0
    assert chain.main([str(path)]) == 1


def test_a_fault_names_what_its_chain_is_the_history_of(swept: Duban) -> None:
    damage = (
        "UPDATE journal SET actor = '某人' WHERE chain IN ('program:1', 'engine');"
        "UPDATE journal SET chain = 'project:999' WHERE chain = 'project:2' AND seq = 1;"
    )
    with sqlite3.connect(swept.home / "duban.db") as stored:
        stored.executescript(damage)
    stored.close()
    result = swept("journal", "verify")
    assert (
        "  清单“2023年度吴忠市政府民生实事办理台账”（program:1）第 1 号：内容与哈希不符"
        in result.err
    )
    assert "  系统（engine）第 1 号：" in result.err
    assert "  project:999 第 1 号：" in result.err
    assert "（project:2）第 2 号：此前缺少第 1 号" in result.err
    faults = swept("journal", "verify", "--json").data["faults"]
    assert all(f"  {fault}" in result.err for fault in faults)


def test_an_export_that_fails_leaves_no_shorter_journal_behind(swept: Duban) -> None:
    path = swept.home / "journal.jsonl"
    assert swept("journal", "export", "--out", path).code == 0
    before = path.read_bytes()
    with sqlite3.connect(swept.home / "duban.db") as stored:
        stored.execute("DROP TABLE journal_heads")
    stored.close()
    assert swept("journal", "export", "--out", path).code == 1
    assert path.read_bytes() == before
    assert not list(swept.home.glob("*.part"))
    folder = swept("journal", "export", "--out", swept.home)
    assert (folder.code, "不是文件" in folder.err) == (1, True)


def test_the_calendar_of_a_year_marks_days_off_and_made_up(duban: Duban) -> None:
    shown = duban("calendar", "show", "2023").out
    assert "2023年工作日历：" in shown
    assert " 28班  29班" in shown
    assert "国办发明电〔2022〕16号" in shown
    data = duban.json("calendar", "show", 2027)
    assert data["provisional"] is True
    assert "暂定" in duban("calendar", "show", 2027).out


def test_policies_are_checked_and_compared(duban: Duban) -> None:
    assert duban.json("policy", "check")["warnings"] == []
    assert duban.json("policy", "diff", "default", "default")["differences"] == []
    assert duban.json("policy", "diff", "default", "yinchuan")["differences"]
    assert duban("policy", "check", "没有这份").code == 1
