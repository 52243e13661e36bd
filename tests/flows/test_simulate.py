"""The rehearsal of Wuzhong's year 2023: the published year comes out, and all the way holds."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, event, select

from benchmarks.floor import changes_between, replay
from config.calendar_loader import load_calendar
from config.policy_loader import load_policy
from config.scenario import load_results, load_scenario
from engine.hindsight.living import live
from engine.hindsight.loading import load_pasts
from engine.rules.congress import Satisfaction
from engine.rules.drafts import PublicAttribute
from engine.rules.honesty import HonestyCheck
from engine.rules.hours import next_sending_time
from engine.rules.rulebook import Rulebook
from engine.rules.words import Cadence, NoticeKind, ProjectKind
from engine.store import chain
from engine.store.database import Database
from engine.store.schema import upgrade
from engine.store.tables import (
    Delivery,
    DeliveryState,
    DocumentNumber,
    Draft,
    JournalEvent,
    LightRecord,
    Notice,
    OpinionReport,
    Person,
    ProgressReport,
    Project,
    Proposal,
    PublicObjection,
    ReportDoubt,
    ReportedValue,
    SweepRun,
    Target,
)
from flows.simulate import FolderNotEmpty, simulate

ROOT = Path(__file__).parents[2]
WUZHONG = ROOT / "config/examples/wuzhong-2023"


@dataclass(frozen=True)
class Year:
    """A rehearsal that has ended: what it told, what it left, the days it showed, and how many
    statements it asked on each of them."""

    summary: dict[str, Any]
    folder: Path
    database: Database
    shown: list[tuple[date, int, int]]
    asked: Counter[date]

    def rows(self, table: Any, *where: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(table).where(*where).order_by(table.id)))

    @cached_property
    def mails(self) -> dict[str, EmailMessage]:
        files = sorted((self.folder / "mail").iterdir())
        return {
            file.name: message_from_bytes(file.read_bytes(), policy=policy.default)
            for file in files
        }


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("rehearsal") / "2023"
    shown: list[tuple[date, int, int]] = []
    asked: Counter[date] = Counter()

    def count(*_: object) -> None:
        if shown:
            asked[shown[-1][0]] += 1

    event.listen(Engine, "before_cursor_execute", count)
    summary = simulate(
        WUZHONG / "scenario.yaml",
        folder,
        lambda day, number, days: shown.append((day, number, days)),
    )
    event.remove(Engine, "before_cursor_execute", count)
    database = Database(f"sqlite:///{folder / 'duban.db'}")
    yield Year(summary, folder, database, shown, asked)
    database.close()


def test_the_published_year_comes_out(year):
    told = year.summary
    assert told["projects"] == told["closed"] == 25
    assert told["inspections"] == 10
    assert told["circulars_signed"] == 4
    assert told["rectifications"] == 5
    assert told["lights_at_end"] == {"blue": 25}
    assert told["items"]["problem"] == 5
    assert told["timeliness"] == {"early": 2, "extended": 2, "late": 3, "on_time": 18}


def test_the_whole_work_is_counted_as_the_scenario_has_it(year):
    """Each figure can be counted by hand in scenario.yaml."""
    told = year.summary
    assert told["proposals"] == {"collected": 45, "merged": 9, "adopted": 26, "declined": 7}
    assert told["items"] == {
        "project": 25,
        "measure": 2,
        "task": 0,
        "problem": 5,
        "rectification": 5,
        "opinion": 1,
        "instruction": 1,
    }
    parts = ("departments", "reviews", "opinions", "assessments", "refused")
    assert [told[part] for part in parts] == [14, 1, 1, 17, 6]


def test_every_deed_of_the_scenario_has_left_its_event(year):
    told = Counter(event.kind for event in year.rows(JournalEvent))
    once = (
        "broken_down",
        "returned",
        "reassigned",
        "suspended",
        "resumed",
        "draft_amended",
        "post_held",
        "deputy_set",
        "leave_ended",
        "review_requested",
        "review_decided",
        "rechecked",
        "opinion_received",
        "opinion_reported",
        "opinion_evaluated",
        "assessment_objected",
        "assessment_settled",
    )
    assert {kind: told[kind] for kind in once} == dict.fromkeys(once, 1)
    several = {"plan_set": 2, "changed": 2, "leave_set": 3, "meeting_recorded": 3}
    several |= {"inspection_opened": 10, "evidence_added": 4, "extension_decided": 2}
    assert {kind: told[kind] for kind in several} == several


def test_the_congress_and_nobody_else_has_its_matters_pushed_month_by_month(year):
    problems = year.rows(Project, Project.kind == ProjectKind.PROBLEM)
    assert {item.state.value for item in problems} == {"closed"}
    pushes = year.rows(Notice, Notice.kind == NoticeKind.MONTHLY_PUSH)
    pushed = {item["code"] for push in pushes for item in push.facts["projects"]}
    assert pushed == {"2023-议1", *(item.code for item in problems)}
    assert {f"{push.as_of:%Y-%m}" for push in pushes} == {"2023-11", "2023-12"}
    with year.database.read() as session:
        (satisfaction,) = session.scalars(select(OpinionReport.satisfaction))
    assert satisfaction is Satisfaction.SATISFIED


def test_a_road_count_that_falls_short_is_doubted_and_explained(year):
    doubts = [d for d in year.rows(ReportDoubt) if d.check is HonestyCheck.COUNT_SHORT]
    assert "26条，未达到29条" in doubts[-1].text and "79公里，超过68公里" in doubts[-1].text
    assert doubts[-1].explanation
    jumps = [d for d in year.rows(ReportDoubt) if d.check is HonestyCheck.LATE_JUMP]
    assert len(jumps) == 1


def test_three_items_go_on_into_the_next_year(year):
    carried = year.rows(Proposal, Proposal.year == 2024)
    assert [row.succession.value for row in carried] == ["continued", "continued", "extended"]


def test_the_workbooks_hold_all_items_and_all_events(year):
    names = {file.name for file in (year.folder / "exports").iterdir()}
    assert names == {"台账.xlsx", "督办日志.xlsx", "考核得分.xlsx", "办理情况台账.xlsx"}
    ledger = load_workbook(year.folder / "exports" / "台账.xlsx").worksheets[0]
    numbers = {cell.value for cell in ledger["A"] if isinstance(cell.value, int)}
    assert numbers == set(range(1, 26))
    log = load_workbook(year.folder / "exports" / "督办日志.xlsx", read_only=True).worksheets[0]
    assert sum(1 for _ in log.iter_rows()) == year.summary["journal_events"] + 2


def test_the_board_is_published_every_month_and_holds_no_person(year):
    assert year.summary["publications"] == 12 + year.summary["circulars_signed"]
    assert year.summary["public_objections"] == {"answered": 1, "not_accepted": 1, "upheld": 1}
    files = [path for path in (year.folder / "board").rglob("*") if path.is_file()]
    everything = "".join(path.read_text(encoding="utf-8") for path in files)
    private = {word for row in year.rows(Person) for word in (row.name, row.email) if word}
    private |= {word for row in year.rows(PublicObjection) for word in (row.name, row.contact)}
    assert {word for word in private if word in everything} == set()
    page = (year.folder / "board" / "projects" / "2023-14.html").read_text("utf-8")
    assert "根据异议1更正" in page


def test_the_report_tells_of_the_whole_way(year):
    page = (year.folder / "report.html").read_text(encoding="utf-8")
    assert "收集建议42件（12345热线12、网络征集10、座谈会7、走访7、征求意见函6）" in page
    assert "33816人占35062人的96.45%，文中写96.55%" in page
    assert "交办问题5个，销号5个" in page


def test_the_notices_of_all_stages_arise_from_the_data(year):
    told = year.summary
    kinds = ("reminder", "chase", "yellow_warning", "red_warning", "summons_proposal", "circular")
    assert all(told["by_kind"].get(kind, 0) > 0 for kind in kinds)
    assert all(told["notices"][stage] > 0 for stage in ("before", "during", "after"))
    assert sum(told["by_kind"].values()) == sum(told["notices"].values())
    assert sum(told["by_month"].values()) == sum(told["notices"].values())


def test_the_past_lived_through_again_gives_the_very_notices_that_went_out(year):
    rulebook = Rulebook(load_policy("default"), load_calendar(("national", "ningxia-2023")))
    first, last = date(2023, 1, 1), date(2023, 4, 28)
    with year.database.read() as session:
        pasts = load_pasts(session, first, date(2024, 1, 20), 100)
    again = Counter((s.day, s.rule) for s in live(pasts, rulebook, first, last, lambda *_: None))
    rules = {rule.id for rule in rulebook.policy.rules}
    really = Counter(
        (notice.as_of, notice.rule)
        for notice in year.rows(Notice, Notice.as_of <= last)
        if notice.rule in rules
    )
    assert again == really and again.total() > 100


def test_the_counts_hold_all_that_is_promised(year):
    assert {
        "program",
        "projects",
        "days",
        "seconds",
        "notices",
        "by_kind",
        "by_month",
        "deliveries",
        "circulars_signed",
        "numbers_given",
        "inspections",
        "rectifications",
        "closed",
        "lights_at_end",
        "journal_events",
        "journal_verified",
        "explained",
        "unexplained",
    } <= year.summary.keys()


def test_the_journal_holds_and_every_notice_is_explained(year):
    told = year.summary
    assert told["journal_verified"] is True
    assert told["unexplained"] == []
    assert told["explained"] == len(year.rows(Notice))


def test_the_exported_journal_is_verified_by_the_script_alone(year):
    script = [sys.executable, "-I", "-S", chain.__file__]
    result = subprocess.run(
        [*script, year.folder / "journal.jsonl"], capture_output=True, encoding="utf-8", timeout=60
    )
    assert result.returncode == 0, result.stdout
    assert f"事件 {year.summary['journal_events']} 条" in result.stdout
    assert "核验通过" in result.stdout


def test_the_published_results_are_the_last_reported_figures(year):
    with year.database.read() as session:
        rows = session.execute(
            select(Project.number, Target.metric, Target.unit, ReportedValue.value)
            .join(Target, Target.id == ReportedValue.target_id)
            .join(ProgressReport, ProgressReport.id == ReportedValue.report_id)
            .join(Project, Project.id == Target.project_id)
            .where(Project.kind == ProjectKind.PROJECT)
            .order_by(ProgressReport.period, ProgressReport.version)
        )
        last = {(number, metric, unit): value for number, metric, unit, value in rows}
    results = load_results(load_scenario(WUZHONG / "scenario.yaml"))
    published = {(r.project, r.metric, r.unit): r.value for item in results.values() for r in item}
    assert last == published
    figures = {(number, unit): value for (number, _, unit), value in last.items()}
    assert (figures[2, "套"], figures[7, "个"], figures[17, "场次"]) == (8438, 8040, 330)
    assert (figures[14, "条"], figures[14, "公里"]) == (26, 79)


def test_every_day_is_shown_as_it_begins(year):
    scenario = load_scenario(WUZHONG / "scenario.yaml")
    days = (scenario.last - scenario.first).days + 1
    assert len(year.shown) == year.summary["days"] == days
    assert year.shown[0] == (scenario.first, 1, days)
    assert year.shown[-1] == (scenario.last, days, days)


def test_every_mail_can_be_read_and_has_subject_and_both_bodies(year):
    mails = year.mails
    assert len(mails) == year.summary["deliveries"]
    numbers = set()
    for name, mail in mails.items():  # what is asked for is read anew each time
        assert mail.defects == [], name
        assert mail["Subject"] and mail["To"] and mail["From"], name
        numbers.add(mail["Message-ID"])
        for kind in ("plain", "html"):
            body = mail.get_body((kind,))
            assert body is not None, name
            text = body.get_content()
            assert text.strip() and "{{" not in text, name
    assert None not in numbers
    assert len(numbers) == len(mails)


def test_no_mail_leaves_outside_working_hours(year):
    hours = load_policy("default").hours
    calendar = load_calendar(["national", "ningxia-2023"])
    sent = [delivery.sent_at for delivery in year.rows(Delivery)]
    dated = [parsedate_to_datetime(mail["Date"]) for mail in year.mails.values()]
    moments = [*filter(None, sent), *dated]
    assert [at for at in moments if next_sending_time(at, hours, calendar) != at] == []


def test_no_message_is_left_behind(year):
    states = {delivery.state for delivery in year.rows(Delivery)}
    assert states <= {DeliveryState.SENT, DeliveryState.CANCELLED, DeliveryState.MERGED}


def test_a_person_gets_one_message_a_run(year):
    letters = year.rows(Delivery, Delivery.run_id.is_not(None))
    assert len({(letter.run_id, letter.person_id) for letter in letters}) == len(letters)


def test_every_sweep_of_the_year_was_run_and_none_missed(year):
    runs = year.rows(SweepRun)
    assert {run.state.value for run in runs} == {"done"}
    count = {cadence: sum(run.cadence is cadence for run in runs) for cadence in Cadence}
    assert count[Cadence.MONTHLY] == 15
    assert count[Cadence.QUARTERLY] == 6
    assert count[Cadence.WEEKLY] >= 65


def test_a_day_asks_the_store_no_more_than_it_has_to(year):
    """Statements, for seconds are the machine's; a day on which nothing is due asks next to
    nothing."""
    calendar = load_calendar(["national", "ningxia-2023"])
    days = [day for day, _, _ in year.shown]
    working = sorted(year.asked[day] for day in days if calendar.is_working(day))
    assert max(year.asked[day] for day in days if not calendar.is_working(day)) <= 3
    assert working[0] <= 26
    assert median(working) <= 84
    assert year.asked.total() / len(days) <= 74


def test_criticism_goes_out_signed_or_not_at_all(year):
    criticism = [notice for notice in year.rows(Notice) if notice.kind.is_criticism]
    assert all(notice.signed_by and notice.signed_basis for notice in criticism)
    assert {notice.kind for notice in criticism} == {
        NoticeKind.CIRCULAR,
        NoticeKind.SUMMONS_PROPOSAL,
    }


def test_what_was_signed_was_checked_by_another_and_numbered_in_turn(year):
    assert year.summary["numbers_given"] == 4
    with year.database.read() as session:
        signed = session.execute(
            select(DocumentNumber, Draft, Notice.signed_by)
            .join(Draft, Draft.notice_id == DocumentNumber.notice_id)
            .join(Notice, Notice.id == DocumentNumber.notice_id)
            .order_by(DocumentNumber.given_at)
        ).all()
    assert [number.text for number, _, _ in signed] == [f"吴政督〔2023〕{n}号" for n in range(1, 5)]
    assert all(draft.checked_by != signer for _, draft, signer in signed)
    assert {draft.public for _, draft, _ in signed} == {PublicAttribute.PUBLIC}


def test_what_was_red_is_never_green_again(year):
    red = set()
    for record in year.rows(LightRecord):
        if record.colour.value == "red":
            red.add(record.project_id)
        elif record.project_id in red:
            assert record.colour.value != "green"
    assert red


def test_the_rectifications_are_closed_too(year):
    states = [p.state for p in year.rows(Project, Project.kind == ProjectKind.RECTIFICATION)]
    assert [state.value for state in states] == ["closed"] * 5


def test_the_floor_of_the_benchmark_is_the_whole_of_what_the_year_wrote(year, tmp_path):
    floor = tmp_path / "floor.db"
    database = Database(f"sqlite:///{floor}")
    upgrade(database)
    database.close()
    replay(floor, changes_between(floor, year.folder / "duban.db"), batches=1)
    assert changes_between(floor, year.folder / "duban.db") == []


def test_a_folder_that_holds_something_is_refused(tmp_path):
    (tmp_path / "earlier.txt").write_text("x")
    with pytest.raises(FolderNotEmpty, match="请换一个新目录"):
        simulate(WUZHONG / "scenario.yaml", tmp_path, lambda *_: None)
