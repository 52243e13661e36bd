"""What units see of inspections, opinions, reviews, scores and wishes: their own, found in sets."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.assessment.assessed import visible_scores
from engine.assessment.assessing import make, publish
from engine.inspections.inspected import inspection_lines, inspection_years
from engine.inspections.inspecting import InspectionUnknown
from engine.inspections.own_part import own_part
from engine.lists.levels import seen_by
from engine.lists.programs import program_lines
from engine.proposals.proposal_list import Wanted, find_proposal, find_proposals, states_of
from engine.reviews import reviewing
from engine.reviews.contestable import contestable
from engine.reviews.reviewed import review_lines
from engine.rules.proposals import ProposalState
from engine.store.tables import Unit
from engine.tasks.congress import receive
from engine.tasks.opinions import opinion_views
from tests.engine.builders import CONTACT, OFFICE, World, program_of
from tests.engine.inspections import DUE, concluded, opened
from tests.engine.test_assessing import TABLE
from tests.engine.test_congress import OPINION, RECEIVED
from tests.engine.wishes import YEAR, assessed, collected

SCHOOLS, HEALTH = "市教育局", "市卫健局"
FOUND = ("2023-01", "未按期开工", DUE)


def unit(desk: Any, name: str) -> int:
    return next(u.id for u in desk.session.query(Unit) if u.name == name)


def test_a_unit_learns_of_what_was_concluded_about_its_items_and_of_nothing_else(
    underway: World,
) -> None:
    opened(underway, "2023-01", title="还在查")
    number = concluded(underway, FOUND, codes=["2023-01", "2023-02"], basis="批示")
    with underway.desk() as desk:
        mine = seen_by(desk.session, unit(desk, SCHOOLS))
        theirs = seen_by(desk.session, unit(desk, HEALTH)) - mine
        assert len(inspection_lines(desk.session)) == 2
        assert inspection_years(desk.session) == [2023]
        assert [line.number for line in inspection_lines(desk.session, None, mine)] == [number]
        card = own_part(desk.session, number, mine, [SCHOOLS])
        assert card.line.items == ("2023-01",) and card.line.findings == 1
        assert [receipt.unit for receipt in card.receipts] == [SCHOOLS]
        other = own_part(desk.session, number, theirs, [HEALTH])
        assert other.findings == () and other.basis == ""
        with pytest.raises(InspectionUnknown):
            own_part(desk.session, number, [], [])


def test_what_may_be_contested_is_told_until_its_last_day_or_until_it_was(
    underway: World,
) -> None:
    number = concluded(underway, FOUND, codes=["2023-01"])
    with underway.desk() as desk:
        found = contestable(desk, [unit(desk, SCHOOLS)])
        assert {(one.code, one.inspection) for one in found} == {
            ("2023-01", number),
            ("2023-01-改1", 0),
        }
        assert contestable(desk, [unit(desk, HEALTH)]) == []
    for one in found:
        with underway.desk() as desk:
            row = underway.row(one.code)
            reviewing.request(
                desk,
                desk.session.merge(row),
                CONTACT,
                "不属实",
                inspection=one.inspection,
                notice=one.notice,
            )
    with underway.desk() as desk:
        assert contestable(desk, [unit(desk, SCHOOLS)]) == []
        mine = seen_by(desk.session, unit(desk, SCHOOLS))
        assert len(review_lines(desk.session, seen=mine)) == 2
        assert review_lines(desk.session, seen=set()) == []


def test_after_the_last_day_nothing_may_be_contested(underway: World) -> None:
    concluded(underway, FOUND, codes=["2023-01"])
    with underway.desk(date(2023, 6, 1)) as desk:
        assert contestable(desk, [unit(desk, SCHOOLS)]) == []


def test_who_has_a_problem_sees_its_opinion_without_the_problems_of_others(
    assigned: World,
) -> None:
    with assigned.desk(RECEIVED) as desk:
        receive(desk, OPINION, OFFICE)
    with assigned.desk(RECEIVED) as desk:
        [view] = opinion_views(desk.session, seen=seen_by(desk.session, unit(desk, HEALTH)))
        assert [problem.unit for problem in view.problems] == [HEALTH]
        [whole] = opinion_views(desk.session, seen=seen_by(desk.session, unit(desk, SCHOOLS)))
        assert len(whole.problems) == 2
        assert opinion_views(desk.session, seen=[]) == []


def test_a_unit_is_shown_its_own_score_once_it_was_told(underway: World) -> None:
    with underway.desk() as desk:
        make(desk, program_of(desk), TABLE, OFFICE)
    with underway.desk() as desk:
        assert visible_scores(desk.session, program_of(desk), CONTACT) == []
        assert len(visible_scores(desk.session, program_of(desk), OFFICE)) == 2
        publish(desk, program_of(desk), OFFICE)
    with underway.desk() as desk:
        [score] = visible_scores(desk.session, program_of(desk), CONTACT)
        assert score.unit == SCHOOLS


def test_wishes_are_found_by_state_and_words_and_page_by_page(registered: World) -> None:
    first, *_ = assessed(registered, "社区食堂")
    others = collected(registered, "老年食堂", "路灯_100%", "路灯")
    with registered.desk() as desk:
        session = desk.session
        assert states_of(session, YEAR) == {ProposalState.ASSESSED: 1, ProposalState.COLLECTED: 3}
        kitchens = find_proposals(session, Wanted(YEAR, text="食堂"))
        assert [line.number for line in kitchens] == [first, others[0]]
        assert len(find_proposals(session, Wanted(text="_100%"))) == 1
        back = find_proposals(session, Wanted(before=others[2], most=2))
        assert [line.number for line in back] == others[:2]
        assert find_proposal(session, 999) is None
        [program] = program_lines(session)
        assert [(batch.number, batch.items) for batch in program.batches] == [(1, 3)]
