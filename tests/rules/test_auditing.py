"""What counts as overdue, stuck, silent or missing, and what does not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from engine.rules.auditing import (
    CHECKPOINT_PATIENCE,
    CLOCK_PATIENCE,
    LETTER_PATIENCE,
    SWEEP_PATIENCE,
    FindingKind,
    Period,
    Series,
    Watched,
    checkpoint_missing,
    clock_faults,
    counted,
    lasting,
    late_letters,
    number_gaps,
    overdue,
    silent_jobs,
)
from engine.rules.throttles import Rate
from engine.rules.zone import ZONE

NOW = datetime(2023, 4, 3, 9, 0, tzinfo=ZONE)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@dataclass(frozen=True)
class Waiting:
    channel: str
    due: int
    due_since: datetime | None


def test_a_period_is_overdue_only_beyond_its_patience():
    due = NOW - SWEEP_PATIENCE
    assert not list(overdue([Period("daily:2023-04-03", "日检查", due)], NOW))
    (found,) = overdue([Period("daily:2023-04-03", "日检查", due - SECOND)], NOW)
    assert (found.kind, found.subject, found.since) == (
        FindingKind.SWEEP_OVERDUE,
        "daily:2023-04-03",
        due - SECOND,
    )
    assert found.text == "日检查应在2023年4月3日 08:54运行，至今没有"


def test_letters_are_late_when_their_channel_does_not_explain_it():
    since = NOW - LETTER_PATIENCE - 20 * 60 * SECOND
    queue = Waiting("教育群", 500, since)
    slow = {"教育群": (Rate(20, 60),)}
    assert not list(late_letters([queue], slow, NOW))
    (found,) = late_letters([queue], {"教育群": ()}, NOW)
    assert "500封信可发而未发" in found.text and found.since == since
    (found,) = late_letters([queue], slow, NOW + 6 * 60 * SECOND)
    assert found.subject == "教育群"


def test_letters_that_may_not_leave_yet_are_not_late_and_those_of_a_closed_channel_say_so():
    assert not list(late_letters([Waiting("email", 0, None)], {"email": ()}, NOW))
    (found,) = late_letters([Waiting("旧群", 1, NOW - 2 * HOUR)], {"email": ()}, NOW)
    assert "这个通道现在没有设置" in found.text


def test_a_job_is_silent_when_nobody_looks_any_more_but_not_when_nobody_ever_did():
    def watched(looked_at, error="", failed_at=None):
        return Watched("dispatch", "发信", HOUR, looked_at, error, failed_at)

    assert not list(silent_jobs([watched(None), watched(NOW - HOUR)], NOW))
    (found,) = silent_jobs([watched(NOW - HOUR - SECOND, "通道故障")], NOW)
    assert (found.kind, found.since) == (FindingKind.JOB_SILENT, NOW - HOUR - SECOND)
    (found,) = silent_jobs([watched(NOW, "通道故障", NOW - HOUR)], NOW)
    assert (found.kind, found.text) == (FindingKind.JOB_FAILING, "发信：通道故障")


@pytest.mark.parametrize(
    ("written_at", "apart", "kinds"),
    [
        (None, None, []),
        (NOW + CLOCK_PATIENCE, CLOCK_PATIENCE, []),
        (NOW + CLOCK_PATIENCE + SECOND, None, [FindingKind.CLOCK_BEHIND]),
        (NOW, -CLOCK_PATIENCE - SECOND, [FindingKind.CLOCKS_APART]),
    ],
)
def test_a_clock_is_wrong_when_it_stands_before_the_store_or_far_from_the_database(
    written_at, apart, kinds
):
    assert [found.kind for found in clock_faults(NOW, written_at, apart)] == kinds


def test_a_series_has_a_gap_where_a_number_is_missing_or_stands_beyond_the_last():
    assert not list(
        number_gaps([Series("吴政督〔2023〕", [2, 1, 3], 3), Series("空〔2023〕", [], 0)])
    )
    (found,) = number_gaps([Series("吴政督〔2023〕", [1, 4], 4)])
    assert found.text == "吴政督〔2023〕缺2号、3号"
    (found,) = number_gaps([Series("吴政督〔2023〕", [1, 2], 1)])
    assert found.text == "吴政督〔2023〕编到1号，却有2号"


def test_a_checkpoint_is_missed_an_hour_after_it_was_due():
    due = NOW - CHECKPOINT_PATIENCE
    assert not list(checkpoint_missing(None, due, NOW))
    (found,) = checkpoint_missing(None, due, NOW + SECOND)
    assert found.text == "应在2023年4月3日 08:00封存，从未封存"


def test_many_rows_are_one_finding_that_names_the_first_few():
    names = ["甲", "乙", "丙", "丁", "戊", "己"]
    (found,) = counted(FindingKind.LOOK_MISSED, names, 9, "个事项没有检查")
    assert found.text == "9个事项没有检查：甲、乙、丙、丁、戊等"
    assert not list(counted(FindingKind.LOOK_MISSED, [], 0, "个事项没有检查"))


def test_every_kind_says_what_to_do():
    assert all(kind.cure for kind in FindingKind)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=3), "3秒"),
        (timedelta(seconds=150), "2分钟"),
        (timedelta(hours=5, minutes=7), "5小时7分钟"),
        (timedelta(days=2, hours=3), "2天"),
    ],
)
def test_a_span_is_told_in_the_units_a_reader_thinks_in(span, words):
    assert lasting(span) == words
