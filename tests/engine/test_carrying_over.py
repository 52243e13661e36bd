from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.assigning import assignment
from engine.desk.people import NotAllowed
from engine.desk.transition import ProjectChanged, find_project
from engine.lists.registering import register
from engine.proposals import proposing
from engine.proposals.adopting import lineage
from engine.proposals.carrying_over import carry_over
from engine.proposals.proposal import ProposalRefused
from engine.rules.lifecycle import ProjectState
from engine.rules.proposals import ProposalChannel, ProposalState, Succession
from engine.store.tables import Project, Proposal
from tests.engine.builders import (
    CONTACT,
    LIST,
    OFFICE,
    SECOND_OFFICER,
    World,
    race,
)
from tests.engine.wishes import YEAR, assessed, collected, passing, proposal

NEXT = replace(
    LIST,
    title="吴忠市2024年民生实事",
    year=2024,
    document="市政发〔2024〕1号",
    approved_on=date(2024, 1, 10),
    projects=(),
)


def carried(world: World, code: str = "2023-02", year: int = YEAR) -> int:
    with world.desk() as desk:
        project = find_project(desk, code)
        [row] = carry_over(desk, [project], year, Succession.CONTINUED, OFFICE)
        return row.id


def test_last_years_item_becomes_a_proposal_with_its_words(underway: World) -> None:
    number = carried(underway)
    row, item = proposal(underway, number), underway.row("2023-02")
    assert (row.year, row.channel, row.state) == (
        YEAR,
        ProposalChannel.CARRIED_OVER,
        ProposalState.COLLECTED,
    )
    assert (row.title, row.content, row.field, row.proposer) == (
        item.title,
        item.content,
        item.field,
        "市卫健局",
    )
    assert (row.origin_id, row.succession) == (item.id, Succession.CONTINUED)
    assert item.state is ProjectState.UNDERWAY


def test_several_items_are_carried_over_together(underway: World) -> None:
    with underway.desk() as desk:
        items = [find_project(desk, code) for code in ("2023-01", "2023-03")]
        rows = carry_over(
            desk, items, YEAR, Succession.EXTENDED, SECOND_OFFICER, content="扩至乡镇"
        )
    assert [row.content for row in rows] == ["扩至乡镇", "扩至乡镇"]
    assert [row.succession for row in rows] == [Succession.EXTENDED] * 2


def test_all_that_stands_against_it_is_told(underway: World) -> None:
    with underway.desk() as desk:
        find_project(desk, "2023-01").state = ProjectState.TERMINATED
    number = carried(underway, "2023-03")
    said = f"拓展的，请写明.*2023-01已终止，不能延续.*2023-03已登记为建议{number}（已收集）"
    with underway.refuses(ProposalRefused, said) as desk:
        items = [find_project(desk, code) for code in ("2023-01", "2023-03")]
        carry_over(desk, items, YEAR, Succession.EXTENDED, OFFICE)


def test_an_item_does_not_go_on_in_its_own_year(underway: World) -> None:
    with underway.refuses(ProposalRefused, "2023-01是2023年的事项，只能延续到以后") as desk:
        carry_over(desk, [find_project(desk, "2023-01")], 2023, Succession.CONTINUED, OFFICE)


def test_an_item_declined_before_may_be_proposed_anew_with_other_words(underway: World) -> None:
    number = carried(underway)
    with underway.desk() as desk:
        proposing.decline(desk, number, OFFICE, "暂缓")
    with underway.desk(date(2023, 4, 4)) as desk:
        item = find_project(desk, "2023-02")
        [again] = carry_over(desk, [item], YEAR, Succession.CONTINUED, OFFICE)
    assert again.id != number


def test_only_the_office_carries_over(underway: World) -> None:
    with underway.refuses(NotAllowed, "不在督查室岗位") as desk:
        carry_over(desk, [find_project(desk, "2023-02")], YEAR, Succession.CONTINUED, CONTACT)


def test_of_two_who_carry_over_one_item_one_is_told(underway: World) -> None:
    def verb(desk):
        return carry_over(desk, [find_project(desk, "2023-02")], YEAR, Succession.CONTINUED, OFFICE)

    results = race(underway, verb, verb)
    assert results.count(None) == 1
    [refused] = [result for result in results if result]
    assert "2023-02已登记为建议" in str(refused)


def test_a_step_taken_on_the_item_meanwhile_is_told(assigned: World) -> None:
    seen = assigned.row("2023-01")
    with assigned.desk() as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)
    with (
        pytest.raises(ProjectChanged, match=f"刚刚由{CONTACT}办理了签收"),
        assigned.desk() as desk,
    ):
        carry_over(
            desk,
            [desk.session.merge(seen, load=False)],
            YEAR,
            Succession.CONTINUED,
            OFFICE,
        )


def test_merging_keeps_what_a_proposal_goes_on_with(underway: World) -> None:
    number = carried(underway)
    [asked] = collected(underway, "义诊再多些")
    with underway.desk() as desk:
        proposing.merge(desk, [number], asked, OFFICE)
    row = proposal(underway, asked)
    assert (row.origin_id, row.succession) == (
        underway.row("2023-02").id,
        Succession.CONTINUED,
    )


def test_proposals_that_go_on_with_different_items_do_not_merge(underway: World) -> None:
    one, other = carried(underway, "2023-01"), carried(underway, "2023-02")
    with underway.refuses(ProposalRefused, "延续的是不同的上年事项") as desk:
        proposing.merge(desk, [one], other, OFFICE)


def register_next(world: World, number: int, year: int) -> Project:
    """The list of a year whose only item is a carried-over proposal."""
    item = replace(
        LIST.projects[1], due=date(year, 11, 30), sources=(number,), number=1, milestones=()
    )
    ledger = replace(NEXT, title=f"吴忠市{year}年民生实事", year=year, projects=(item,))
    with world.desk() as desk:
        register(desk, ledger, OFFICE)
        return find_project(desk, f"{year}-01")


def test_an_item_that_was_itself_a_continuation_keeps_its_origin(underway: World) -> None:
    first = carried(underway)
    assess_and_pass(underway, first)
    second_year = register_next(underway, first, 2024)
    again = carried(underway, "2024-01", 2025)
    with underway.database.read() as session:
        assert session.get_one(Proposal, again).origin_id == second_year.id
        assert lineage(session, second_year.id) == ["2024-01", "2023-02"]


def assess_and_pass(world: World, number: int) -> None:
    with world.desk() as desk:
        proposing.assess(desk, number, OFFICE, feasible=True, funds=Decimal(0), opinion="可行")
    passing(world, number)


def test_a_carried_over_proposal_takes_the_way_of_any_other(underway: World) -> None:
    number = carried(underway)
    [fresh] = assessed(underway, "老年食堂")
    assess_and_pass(underway, number)
    assert proposal(underway, number).state is ProposalState.SHORTLISTED
    assert proposal(underway, fresh).state is ProposalState.ASSESSED
