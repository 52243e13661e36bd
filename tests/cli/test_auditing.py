"""``duban audit``, as an administrator or a timer runs it."""

from __future__ import annotations

from cli.installation import installation
from engine.store.job_history import Look, write
from flows.catalogue import expected
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


def test_cron_goes_on_with_what_a_service_did_before(assigned: Duban) -> None:
    with installation() as service, service.database.begin() as session:
        seen = [Look(job.name, "甲", service.now()) for job in expected(service)]
        write(session, seen, [], service.now())
    assigned.at("2023-03-29T11:00:00")
    assert assigned("sweep").code == 0 and assigned("dispatch").code == 0
    assert "任务没有动静" in assigned("audit").err
    assert assigned("audit", "--cron").out == "巡检没有发现问题\n"
    assigned.at("2023-03-30T11:00:00")
    assert "检查到期未运行" in assigned("audit", "--cron").err


def test_a_heart_that_cannot_be_reached_ends_with_1_and_does_not_show_its_address(
    assigned: Duban,
) -> None:
    result = assigned("audit", "--heart", "http://127.0.0.1:1/ping/0b1d-77aa")
    assert result.code == 1
    assert "外部心跳没有送达" in result.err and "0b1d" not in result.err
    assert assigned("audit", "--heart", "ftp://x").code == 2
