"""Signed addresses: what is read out of them, and that nothing else is."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.links import LetterLink, LinkAltered, Links

LINKS = Links("s" * 32, "https://duban.example.gov.cn")
LINK = LetterLink(12, 3, date(2023, 4, 12))
TOKEN = LINKS.token(LINK)
NUMBERS = st.integers(1, 10**9)


@given(NUMBERS, NUMBERS, st.dates())
def test_a_link_says_what_it_was_given(delivery: int, person: int, last: date) -> None:
    link = LetterLink(delivery, person, last)
    assert LINKS.read(LINKS.token(link)) == link


def test_the_same_letter_has_the_same_address_in_every_process() -> None:
    again = Links("s" * 32, "https://duban.example.gov.cn")
    assert again.letter(LINK) == LINKS.letter(LINK)
    assert LINKS.letter(LINK) == f"https://duban.example.gov.cn/l/{TOKEN}"


def test_without_an_address_of_the_program_a_letter_has_no_link() -> None:
    assert Links("s" * 32, "").letter(LINK) == ""


@given(
    st.integers(0, len(TOKEN) - 1),
    st.sampled_from(f"{string.ascii_letters}{string.digits}-_.="),
)
def test_a_link_with_one_other_character_is_refused(place: int, other: str) -> None:
    altered = TOKEN[:place] + other + TOKEN[place + 1 :]
    if altered != TOKEN:
        with pytest.raises(LinkAltered):
            LINKS.read(altered)


@given(st.text(max_size=200))
def test_whatever_is_no_link_is_refused(text: str) -> None:
    with pytest.raises(LinkAltered):
        LINKS.read(text)


def test_another_installation_s_link_opens_nothing() -> None:
    with pytest.raises(LinkAltered):
        Links("t" * 32, "").read(TOKEN)


def test_a_signature_for_one_thing_is_none_for_another() -> None:
    assert LINKS.is_form("a/sign_for", LINKS.form("a/sign_for"))
    assert not LINKS.is_form("a/answer/1", LINKS.form("a/sign_for"))
    assert not LINKS.is_form("a/sign_for", "")
    signed = TOKEN.rpartition(".")
    assert not LINKS.is_form(signed[0], signed[2])


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_feed_is_only_at_its_own_address(unit: int, serial: int, other: int) -> None:
    assert LINKS.is_feed(LINKS.feed(unit, serial), unit, serial)
    if other != serial:
        assert not LINKS.is_feed(LINKS.feed(unit, other), unit, serial)
    if other != unit:
        assert LINKS.feed(unit, serial) != LINKS.feed(other, serial)
