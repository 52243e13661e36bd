"""系统: health, jobs, channels and backups, for those who run the installation."""

from __future__ import annotations

from engine.transfer.backing_up import NAME
from tests.engine.builders import CONTACT, OFFICE
from tests.web.console.conftest import ConsoleOffice
from web.console.backups import AT_WORK


def test_the_page_tells_when_each_check_runs_next_and_that_no_backup_was_made(
    assigned: ConsoleOffice,
) -> None:
    page = assigned.browser(OFFICE).page("/system")
    assert "一周一督" in page and "尚未运行" in page and "还没有备份" in page
    assert assigned.service.rulebook.policy.version in page
    found = assigned.program("", administrator=True).get("/system").json()
    assert [check["cadence"] for check in found["checks"]] == [
        "daily",
        "weekly",
        "monthly",
        "quarterly",
    ]


def test_units_see_nothing_of_the_system(assigned: ConsoleOffice) -> None:
    browser = assigned.browser(CONTACT)
    for path in ("/system", "/system/jobs", "/system/channels", "/system/backups"):
        assert browser.look(path).status_code == 403


def test_only_an_administrator_runs_a_job_and_its_result_is_told(assigned: ConsoleOffice) -> None:
    administrator = assigned.browser(administrator=True)
    assert assigned.browser(OFFICE).look("/system/jobs/audit/run").status_code == 403
    assert "已开始" in administrator.do("/system/jobs/audit/run")
    runner = assigned.office.runner
    runner.background.wait("job-audit", 30)
    runner.recorder.close()
    assert "巡检" in administrator.page("/system/jobs")
    assert administrator.look("/system/jobs/none/run").status_code == 404


def test_how_often_jobs_run_is_said_in_hours_where_minutes_would_be_many(
    assigned: ConsoleOffice,
) -> None:
    told = assigned.program("", administrator=True).get("/system/jobs").json()
    when = {line["title"]: line["when"] for line in told["jobs"]}
    assert when.get("数据库统计", "每24小时") == "每24小时"  # on the embedded database alone
    assert when["巡检"] == "每小时"
    assert not any("1440" in said for said in when.values())


def test_a_backup_is_made_listed_and_verified(assigned: ConsoleOffice) -> None:
    administrator = assigned.browser(administrator=True)
    assert "已开始备份" in administrator.do("/system/backups/make")
    assigned.office.runner.background.wait(AT_WORK, 60)
    assert assigned.office.runner.background.fault(AT_WORK) == ""
    listed = assigned.program("", administrator=True).get("/system/backups").json()
    (name,) = [backup["name"] for backup in listed["backups"]]
    assert NAME.fullmatch(name)
    assert "完整" in administrator.do(f"/system/backups/{name}/verify")
    assert "没有备份" in administrator.refused("/system/backups/duban-20000101-000000.db/verify")
    assert assigned.browser(OFFICE).look("/system/backups/make").status_code == 403


def test_a_channel_is_tried_and_what_came_of_it_is_told(assigned: ConsoleOffice) -> None:
    administrator = assigned.browser(administrator=True)
    assert "邮件" in administrator.page("/system/channels")
    assert "请填写" in administrator.refused("/system/channels/email/test")
    done = administrator.do("/system/channels/email/test", to="someone@wz.example")
    assert "对方已接收" in done
