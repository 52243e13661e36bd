from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.basis import Basis
from engine.rules.proposals import (
    MOST_FUNDS,
    PROPOSAL,
    WAITING_STATES,
    ProposalChannel,
    ProposalEvent,
    ProposalState,
    Wish,
    adoption_fault,
    assessment_faults,
    wish_faults,
)
from engine.rules.steps import Role, StepFacts, StepRefused

TODAY = date(2022, 11, 30)
S, E = ProposalState, ProposalEvent


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("event", E)
@pytest.mark.parametrize("role", [Role.UNIT, Role.LEADER])
def test_nobody_but_the_office_takes_a_step(
    state: ProposalState, event: ProposalEvent, role: Role
) -> None:
    with pytest.raises(StepRefused):
        PROPOSAL.take(state, event, role, StepFacts(basis="决定", reason="理由"))


def test_what_has_ended_ends_there() -> None:
    sources = {step.source for step in PROPOSAL.steps}
    assert sources == set(WAITING_STATES)
    assert set(S) - sources == {S.MERGED, S.ADOPTED, S.DECLINED}


def test_only_what_a_meeting_passed_is_adopted_and_only_on_a_decision() -> None:
    whole = Basis("决定", "某政发〔2023〕1号", "市人代会", date(2023, 1, 10))
    for state in S:
        may = state is S.SHORTLISTED
        try:
            PROPOSAL.take(state, E.ADOPT, Role.OFFICE, StepFacts(basis=whole.complete))
        except StepRefused:
            assert not may
        else:
            assert may
    with pytest.raises(StepRefused, match="请填写文号、批准机关和批准日期"):
        PROPOSAL.take(S.SHORTLISTED, E.ADOPT, Role.OFFICE, StepFacts(basis=""))


@given(
    document=st.sampled_from(["", " ", "某政发〔2023〕1号"]),
    approver=st.sampled_from(["", "\u3000", "市人代会"]),
    day=st.none() | st.dates(),
)
def test_a_decision_is_complete_when_number_approver_and_date_are_known(
    document: str, approver: str, day: date | None
) -> None:
    basis = Basis("决定", document, approver, day)
    lacking = {
        name
        for name, known in (
            ("文号", document.strip()),
            ("批准机关", approver.strip()),
            ("批准日期", day),
        )
        if not known
    }
    assert set(basis.missing) == lacking
    assert bool(basis.complete) == (not lacking)


def test_a_proposal_that_came_in_rightly_has_no_fault() -> None:
    assert list(wish_faults(Wish("老年食堂", ProposalChannel.HOTLINE, TODAY), TODAY)) == []


def test_each_fault_of_a_proposal_names_its_part() -> None:
    wish = Wish(
        " ",
        ProposalChannel.CARRIED_OVER,
        date(2022, 12, 1),
        content="字" * 10_001,
        field="字" * 201,
        proposer="字" * 201,
    )
    parts = [part for part, _, _ in wish_faults(wish, TODAY)]
    assert parts == ["title", "content", "field", "proposer", "received_on", "channel"]


@given(funds=st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_funds_are_an_amount_that_a_city_can_spend(funds: Decimal) -> None:
    is_refused = bool(list(assessment_faults(True, funds, "可行")))
    assert is_refused == (not 0 <= funds <= MOST_FUNDS)


def test_what_is_feasible_has_its_price_and_what_is_not_needs_none() -> None:
    assert list(assessment_faults(False, None, "无场地")) == []
    [fault] = assessment_faults(True, None, "可行")
    assert "不需资金的写0" in fault


@pytest.mark.parametrize("state", S)
def test_why_a_proposal_may_not_become_an_item_is_said_with_a_cure(state: ProposalState) -> None:
    fault = adoption_fault(3, state, 2024, 2024, merged_into=5, adopted_as="2024-07")
    if state is S.SHORTLISTED:
        assert fault is None
    else:
        assert fault is not None
        assert fault[0].startswith(f"建议3{state.label}")
        assert fault[1]


def test_a_proposal_belongs_to_the_list_it_was_collected_for() -> None:
    fault = adoption_fault(3, S.SHORTLISTED, 2025, 2024, merged_into=None, adopted_as="")
    assert fault == ("建议3是为2025年清单征集的", "请改写2024年的建议编号")
