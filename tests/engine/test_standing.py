"""常设授权: what a document has approved beforehand goes out by itself, numbered, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.notices.explaining import explain
from engine.rules.drafts import DraftState, PublicAttribute
from engine.rules.policy import Policy
from engine.rules.policy_parts import Papers
from engine.rules.words import Cadence, NoticeKind, NoticeState
from engine.store.tables import Delivery, DocumentNumber, Draft, DraftVersion, Notice
from tests.engine.sweeping import GIVEN, City, at, begun, rulebook
from tests.stores import Store, lend

DOCUMENT = "市政发〔2023〕5号"
DECEMBER = date(2023, 12, 4)
STANDING = {
    "document": DOCUMENT,
    "signer": "市长",
    "notices": ["circular"],
    "until": "2023-12-31",
    "public": "public",
}


def under(**changed: Any) -> Policy:
    """The default policy with a standing authorisation."""
    policy = rulebook().policy
    papers = {"code": "吴政督", "standing": STANDING | changed}
    return Policy.model_validate(policy.model_dump(mode="json") | {"papers": papers})


@pytest.fixture
def city(store: Store) -> Iterator[City]:
    """A list of which nothing is done by the gate at the end of November."""
    with lend(store, begun) as database:
        rules = replace(rulebook(), policy=under())
        yield City(database, rules=rules, clock=at(GIVEN))


def circular(city: City) -> Notice:
    (found,) = city.rows(Notice, Notice.kind == NoticeKind.CIRCULAR)
    return found


def test_a_circular_authorised_beforehand_is_numbered_and_sent_by_itself(city: City) -> None:
    city.sweep(Cadence.MONTHLY, DECEMBER)
    notice = circular(city)
    assert (notice.state, notice.issued_at) == (NoticeState.ISSUED, at(DECEMBER, 9))
    assert (notice.signed_by, notice.signed_basis) == ("市长", f"常设授权文件{DOCUMENT}")
    (number,) = city.rows(DocumentNumber)
    assert (number.text, number.notice_id) == ("吴政督〔2023〕1号", notice.id)
    with city.database.read() as session:
        draft = session.get_one(Draft, notice.id)
        assert session.get_one(DraftVersion, (notice.id, 0)).title == notice.title
        assert explain(session, notice.id).same
    assert (draft.state, draft.standing) == (DraftState.SIGNED, DOCUMENT)
    assert draft.public is PublicAttribute.PUBLIC
    kinds = [event.kind for event in city.events("notice_drafted")]
    assert kinds and city.events("number_given")
    (signed,) = city.events("notice_signed")
    assert signed.data["basis"] == f"常设授权文件{DOCUMENT}"
    assert "负责人1" in signed.data["to"]
    addresses = {letter.address for letter in city.rows(Delivery)}
    assert "head-u1@city.example" in addresses
    assert city.faults() == []


def test_after_its_last_day_circulars_wait_for_a_signature_again(city: City) -> None:
    city.rules = replace(city.rules, policy=under(until="2023-12-03"))
    city.sweep(Cadence.MONTHLY, DECEMBER)
    notice = circular(city)
    assert (notice.state, notice.signed_by) == (NoticeState.DRAFT, "")
    assert city.rows(DocumentNumber) == []
    with city.database.read() as session:
        assert session.get_one(Draft, notice.id).state is DraftState.WRITTEN


def test_other_kinds_wait_all_the_same() -> None:
    papers = under().papers
    assert papers.authorising(NoticeKind.SUMMONS_PROPOSAL, DECEMBER) is None
    assert papers.authorising(NoticeKind.CIRCULAR, date(2023, 12, 31)) is papers.standing


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"document": ""}, "须写常设授权文件的文号"),
        ({"document": "市政府口头同意"}, "须写常设授权文件的文号"),
        ({"document": "5"}, "须写常设授权文件的文号"),
        ({"notices": ["chase"]}, "催办不须签发，不必授权"),
        ({"public": "closed"}, "不主动公开的须写明理由"),
    ],
)
def test_an_authorisation_that_is_none_is_refused(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        under(**changed)


@pytest.mark.parametrize("code", ["", "吴政督 ", "WZ", "吴政督〔2023〕"])
def test_a_series_is_named_in_chinese(code: str) -> None:
    with pytest.raises(ValueError, match="code 须为机关代字"):
        Papers(code=code)


@pytest.mark.parametrize("given", [{"general_length": 5001}, {"special_length": 4001}])
def test_the_limits_of_length_are_not_raised(given: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="less than or equal"):
        Papers.model_validate(given)
