"""The classes of a year's end, and the words in which papers tell their sums."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.rules import arithmetic
from engine.rules.lifecycle import ProjectState
from engine.rules.totals import CLASSES, FieldCount, count, faults_of
from engine.rules.words import Light, Timeliness
from engine.rules.year_end import CLOSED, YearClass, year_class
from engine.sheets.year_end import in_words
from notifications.phrases import totals

ITEMS = st.lists(
    st.tuples(st.sampled_from(list(Light)), st.sampled_from(list(ProjectState))), max_size=60
)


def test_every_way_to_close_in_time_or_late_has_its_class() -> None:
    classes = {year_class(ProjectState.CLOSED, timeliness) for timeliness in Timeliness}
    assert classes == set(CLOSED)


def test_what_is_not_closed_is_open_suspended_or_terminated() -> None:
    expected = {
        ProjectState.SUSPENDED: YearClass.SUSPENDED,
        ProjectState.TERMINATED: YearClass.TERMINATED,
    }
    for state in set(ProjectState) - {ProjectState.CLOSED}:
        assert year_class(state, None) is expected.get(state, YearClass.OPEN)


@given(ITEMS)
def test_every_item_is_in_exactly_one_class_of_a_paper(items) -> None:
    row = count("合计", items)
    assert row.total == len(items) == sum(row.figures)
    assert faults_of(row) == ()


@given(st.lists(st.integers(0, 300), min_size=len(CLASSES), max_size=len(CLASSES)))
def test_what_papers_say_of_their_sums_passes_the_check_of_drafts(figures) -> None:
    row = FieldCount("合计", sum(figures), *figures)
    assert not arithmetic.doubts(f"列入清单的实事项目{totals(row)}。")


@given(st.lists(st.sampled_from(list(YearClass)), max_size=60))
def test_what_the_year_end_says_of_its_sums_passes_the_check_of_drafts(classes) -> None:
    assert not arithmetic.doubts(f"截至2023年12月31日，{in_words(classes)}。")
