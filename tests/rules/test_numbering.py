"""How a document number is written and read, and what a gap is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.numbering import DocumentNo, gaps, read_number

THREE = DocumentNo("吴政督", 2023, 3)


def test_a_number_is_printed_with_hexagonal_brackets_and_no_leading_zero() -> None:
    assert THREE.text == "吴政督〔2023〕3号"


@pytest.mark.parametrize(
    "typed",
    ["吴政督〔2023〕3号", " 吴政督 [2023] 3 号 ", "吴政督（2023）03号", "吴政督(2023)3号", "3"],
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert read_number(typed, "吴政督", 2023) == THREE


@pytest.mark.parametrize(
    "typed", ["", "第三号", "吴政督2023年3号", "吴政督〔23〕3号", "-3", "3.0", "³", "1" * 10]
)
def test_what_is_no_number_is_not_taken_for_one(typed: str) -> None:
    assert read_number(typed, "吴政督", 2023) is None


@given(st.integers(1, 10**9 - 1), st.integers(1000, 9999))
def test_what_is_printed_is_read_again(number: int, year: int) -> None:
    no = DocumentNo("政督", year, number)
    assert read_number(no.text, "别的", 1999) == no


@given(st.sets(st.integers(1, 60)), st.integers(0, 60))
def test_gaps_are_the_numbers_up_to_the_last_that_nothing_bears(
    numbers: set[int], last: int
) -> None:
    found = gaps(numbers, last)
    assert set(found).isdisjoint(numbers)
    assert set(found) | {n for n in numbers if n <= last} == set(range(1, last + 1))
    assert list(found) == sorted(found)
