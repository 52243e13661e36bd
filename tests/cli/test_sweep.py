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
    assert "本期已由其他进程完成或正在运行" in result.out
    assert swept.json("sweep", "daily")["claimed"] is False


def test_nothing_is_checked_in_advance(assigned: Duban) -> None:
    result = assigned("sweep", "daily", "--as-of", "2023-04-03")
    assert result.code == 1
    assert "不能按将来的日期检查" in result.err


def test_a_weekly_sweep_by_hand_stands_for_the_one_by_the_timetable(assigned: Duban) -> None:
    assigned.at("2023-03-30T10:00:00")
    report = assigned.json("sweep", "weekly")
    assert (report["period"], report["claimed"]) == ("2023-W13", True)
    assert report["issued"]["weekly_digest"] > 1
    stored = sqlite3.connect(assigned.home / "duban.db")
    [(scheduled_at,)] = stored.execute("SELECT scheduled_at FROM sweep_runs")
    stored.close()
    assert scheduled_at.startswith("2023-03-27 01:00")


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
