"""Why a notice was issued: the rule, its source, the figures, the days; and that it holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from engine.notices.explaining import Explanation, explain
from engine.notices.kept_facts import FactsDamaged
from engine.rules.words import INFORMING, Cadence, NoticeKind
from engine.store.database import Database
from engine.store.rulebooks import VersionUnknown
from engine.store.tables import Notice
from tests.engine.sweeping import City

# All kinds of notices are brought about once: these tests go to one worker.
pytestmark = pytest.mark.xdist_group("explaining")
STEP_MISSED = date(2023, 5, 4)  # the first working day after the step and the holiday

ISSUED_BY_SWEEPS = sorted(
    set(NoticeKind)
    - {
        *INFORMING,
        NoticeKind.CONCLUSION,
        NoticeKind.REVIEW_DECISION,
        NoticeKind.MONTHLY_PUSH,
        NoticeKind.ALARM,
    }
)


@pytest.fixture(scope="module")
def city(sqlite_store) -> Iterator[City]:
    """A list that goes wrong until every kind of notice has been issued."""
    with sqlite_store.new() as url:
        city = City(Database(url)).found(projects=2).begin_work()
        for cadence, day in (
            (Cadence.MONTHLY, date(2023, 4, 4)),
            (Cadence.WEEKLY, date(2023, 4, 17)),
            (Cadence.DAILY, date(2023, 4, 20)),
            (Cadence.DAILY, STEP_MISSED),
            (Cadence.MONTHLY, date(2023, 5, 5)),
            (Cadence.DAILY, date(2023, 5, 15)),
            (Cadence.QUARTERLY, date(2023, 7, 5)),
            (Cadence.DAILY, date(2023, 12, 29)),
        ):
            city.sweep(cadence, day)
        yield city
        city.database.close()


def explained(city: City, notice: Notice) -> Explanation:
    with city.database.read() as session:
        return explain(session, notice.id)


def first(city: City, kind: NoticeKind) -> Notice:
    return city.rows(Notice, Notice.kind == kind)[0]


@pytest.mark.parametrize("kind", ISSUED_BY_SWEEPS)
def test_a_notice_of_every_kind_is_derived_again_from_what_was_kept(city, kind):
    notices = city.rows(Notice, Notice.kind == kind)
    assert notices
    assert [explained(city, notice).same for notice in notices] == [True] * len(notices)


@pytest.mark.parametrize("kind", ISSUED_BY_SWEEPS)
def test_an_explanation_names_rule_source_and_reason(city, kind):
    explanation = explained(city, first(city, kind))
    lines = "\n".join(explanation.lines)
    assert explanation.rule and f"规则：{explanation.rule}" in lines
    assert explanation.source and f"规则出处：{explanation.source}" in lines
    assert f"理由：{explanation.reason}" in lines
    assert "重新推算：一致" in lines
    assert explanation.policy_version in lines and explanation.calendar_version in lines


def test_an_explanation_counts_the_working_days_one_by_one(city):
    notice = city.rows(Notice, Notice.rule == "chase-milestone")[0]
    explanation = explained(city, notice)
    assert [(note.day.isoformat(), note.working) for note in explanation.days] == [
        ("2023-04-29", False),
        ("2023-04-30", False),
        ("2023-05-01", False),
        ("2023-05-02", False),
        ("2023-05-03", False),
        ("2023-05-04", True),
    ]
    lines = explanation.lines
    assert any("2023年5月1日 劳动节放假" in line and line.endswith("：不计") for line in lines)
    assert any("2023年5月4日" in line and line.endswith("：第1个工作日") for line in lines)
    assert "事实：节点时限（2023年4月28日）已过1个工作日仍未完成，规则为满1个工作日" in lines


def test_an_explanation_of_a_reminder_counts_the_days_that_are_left(city):
    notice = city.rows(Notice, Notice.rule == "remind-milestone")[0]
    explanation = explained(city, notice)
    working = [note.day.day for note in explanation.days if note.working]
    assert working == [21, 23, 24, 25, 26, 27, 28]  # the 23rd is a make-up Sunday
    assert any("2023年4月23日 调休上班" in line for line in explanation.lines)


def test_an_explanation_of_a_circular_says_why_each_item_is_named(city):
    explanation = explained(city, first(city, NoticeKind.CIRCULAR))
    assert [text.split("：")[0] for text in explanation.texts] == [
        "2023-01 事项1",
        "2023-02 事项2",
    ]


def set_to(*path: Any) -> Callable[[Any], None]:
    """A change of one value, named by the way to it."""
    *way, name, value = path

    def change(data: Any) -> None:
        for step in way:
            data = data[step]
        assert data[name] != value
        data[name] = value

    change.__name__ = ".".join(map(str, (*way, name)))
    return change


def name_of(parameter: Any) -> str:
    """What a case is called in the list of tests."""
    return str(getattr(parameter, "__name__", parameter))


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (NoticeKind.ASSIGNMENT, set_to("project", "deadlines", 0, "due", "2023-03-03")),
        (NoticeKind.REMINDER, set_to("project", "deadlines", 1, "due", "2023-05-31")),
        (NoticeKind.CHASE, set_to("project", "state", "suspended")),
        (NoticeKind.CHASE, set_to("decision", "texts", ["落后"])),
        (NoticeKind.CHASE, set_to("decision", "audience", ["leader"])),
        (NoticeKind.RED_WARNING, set_to("project", "reachable", ["office"])),
        (NoticeKind.YELLOW_WARNING, set_to("project", "reported_percent", "90")),
        (NoticeKind.WEEKLY_DIGEST, set_to("projects", 0, "title", "别的")),
        (NoticeKind.WEEKLY_DIGEST, set_to("paper", "behind", [])),
        (NoticeKind.WEEKLY_LIST, set_to("paper", "due_soon", [])),
        (NoticeKind.MONTHLY_BRIEF, set_to("standings", 0, "light", "green")),
        (NoticeKind.MONTHLY_BRIEF, set_to("paper", "total", "red", 7)),
        (NoticeKind.CIRCULAR, set_to("projects", 0, "light", "colour", "green")),
        (NoticeKind.CIRCULAR, set_to("paper", "named", [])),
        (NoticeKind.SUMMONS_PROPOSAL, set_to("moment", "day", "2023-11-30")),
    ],
    ids=name_of,
)
def test_facts_that_were_altered_no_longer_give_the_notice(city, kind, change):
    notice = first(city, kind)
    facts = json.loads(json.dumps(notice.facts))
    change(facts)
    with city.database.begin() as session:
        session.get_one(Notice, notice.id).facts = facts
        session.flush()
        explanation = explain(session, notice.id)
        session.rollback()
    assert not explanation.same
    assert any("重新推算：不一致" in line for line in explanation.lines)


@pytest.mark.parametrize("kind", ISSUED_BY_SWEEPS)
@pytest.mark.parametrize("left", [None, "?", [], {}, {"?": "?"}, [{}]], ids=str)
def test_facts_of_which_a_part_cannot_be_read_are_told_as_damaged(city, kind, left):
    notice = first(city, kind)
    damaged: dict[str, str] = {}
    for part in notice.facts:
        with city.database.begin() as session:
            session.get_one(Notice, notice.id).facts = notice.facts | {part: left}
            session.flush()
            try:
                explain(session, notice.id)
            except FactsDamaged as fault:
                damaged[part] = str(fault)
            session.rollback()
    assert f"通知 {notice.id} 留存的事实读不出来" in damaged["moment"]


def test_an_error_of_our_own_is_not_told_as_damage(city, monkeypatch):
    def mistaken(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr("engine.notices.rederiving.steps", mistaken)
    with pytest.raises(KeyError, match="a bug"):
        explained(city, first(city, NoticeKind.CHASE))


def test_a_rule_that_is_not_in_the_policy_is_told_as_damage(city):
    notice = first(city, NoticeKind.CHASE)
    with city.database.begin() as session:
        session.get_one(Notice, notice.id).rule = "没有的"
        session.flush()
        with pytest.raises(FactsDamaged):
            explain(session, notice.id)
        session.rollback()


def test_a_paper_of_the_time_before_a_line_was_thought_of_is_still_derived_again(city):
    notice = first(city, NoticeKind.MONTHLY_BRIEF)
    facts = json.loads(json.dumps(notice.facts))
    for standing in (*facts["standings"], *facts["paper"]["lagging"]):
        for later in ("original_due", "targets", "remark", "disputed"):
            del standing[later]
    with city.database.begin() as session:
        session.get_one(Notice, notice.id).facts = facts
        session.flush()
        explanation = explain(session, notice.id)
        session.rollback()
    assert explanation.same


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("policy_versions", set_to("rules", 0, "source", "伪造的出处")),
        ("policy_versions", set_to("rules", 0, "audience", ["leader"])),
        ("calendar_versions", set_to("layers", 0, "source", "伪造的出处")),
        ("calendar_versions", set_to("layers", 0, "entries", [])),
    ],
    ids=name_of,
)
def test_an_altered_policy_or_calendar_no_longer_explains(city, table, change):
    notice = first(city, NoticeKind.CHASE)
    with city.database.begin() as session:
        content = session.execute(text(f"SELECT content FROM {table}")).scalar_one()
        data = json.loads(content)
        change(data)
        session.execute(text(f"UPDATE {table} SET content = :data"), {"data": json.dumps(data)})
        explanation = explain(session, notice.id)
        session.rollback()
    assert not explanation.same


def test_a_version_that_is_not_in_the_store_is_said_so(city):
    notice = first(city, NoticeKind.CHASE)
    with city.database.begin() as session, pytest.raises(VersionUnknown, match="库中没有规则"):
        session.get_one(Notice, notice.id).policy_version = "0" * 16
        session.flush()
        explain(session, notice.id)
