"""The life of an item: what the table allows, what it refuses, and its drawing."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from docs.renew import cycles
from engine.rules.lifecycle import (
    OPEN_STATES,
    PROJECT,
    RUNNING_STATES,
    ProjectEvent,
    ProjectState,
)
from engine.rules.steps import LifeCycle, Role, Step, StepFacts, StepRefused
from engine.rules.words import Word

STEPS, take = PROJECT.steps, PROJECT.take
CYCLES = [cycle for _, cycle in cycles()]

ALL_GIVEN = StepFacts(basis="吴政发〔2023〕1号", verified_by="张三", reason="理由")
ALLOWED = {(step.source, step.event, role): step for step in STEPS for role in step.roles}
EVERYTHING = list(product(ProjectState, ProjectEvent, Role))
PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"


@pytest.mark.parametrize("step", STEPS, ids=lambda s: f"{s.source}-{s.event}")
def test_every_row_of_the_table_can_be_taken(step: Step):
    for role in step.roles:
        assert take(step.source, step.event, role, ALL_GIVEN) is step.target


def test_whatever_is_not_in_the_table_is_refused():
    for state, event, role in EVERYTHING:
        if (state, event, role) not in ALLOWED:
            with pytest.raises(StepRefused):
                take(state, event, role, ALL_GIVEN)


def test_one_state_and_event_have_one_row():
    assert len({(step.source, step.event) for step in STEPS}) == len(STEPS)


def test_a_step_that_does_not_exist_is_refused_with_the_state_named():
    with pytest.raises(StepRefused, match="事项处于“草拟”，不能签收"):
        take(ProjectState.DRAFT, ProjectEvent.SIGN_FOR, Role.UNIT, ALL_GIVEN)


def test_a_role_that_may_not_is_told_who_may():
    with pytest.raises(StepRefused, match="核验销号须由督查室办理，责任单位无权办理"):
        take(ProjectState.COMPLETION_REQUESTED, ProjectEvent.CLOSE, Role.UNIT, ALL_GIVEN)


@pytest.mark.parametrize(
    ("state", "event", "role", "lacking", "told"),
    [
        (
            ProjectState.DRAFT,
            ProjectEvent.REGISTER,
            Role.OFFICE,
            StepFacts(verified_by="张三", reason="理由"),
            "缺少立项依据",
        ),
        (
            ProjectState.ASSIGNED,
            ProjectEvent.RETURN,
            Role.UNIT,
            StepFacts(basis="文件", verified_by="张三"),
            "请写明理由",
        ),
        (
            ProjectState.UNDERWAY,
            ProjectEvent.REQUEST_COMPLETION,
            Role.UNIT,
            StepFacts(unmet_targets=("学位", "公路")),
            "以下指标尚未填报最终结果：学位、公路",
        ),
        (
            ProjectState.COMPLETION_REQUESTED,
            ProjectEvent.CLOSE,
            Role.OFFICE,
            StepFacts(basis="文件", reason="理由"),
            "销号前须由督查室核验",
        ),
        (
            ProjectState.SUSPENDED,
            ProjectEvent.TERMINATE,
            Role.LEADER,
            StepFacts(verified_by="张三", reason="理由"),
            "终止须有原审议机关的决定",
        ),
    ],
)
def test_a_guard_refuses_and_says_what_is_lacking(state, event, role, lacking, told):
    with pytest.raises(StepRefused, match=f"不能{event.label}：{told}"):
        take(state, event, role, lacking)


@pytest.mark.parametrize(
    "step",
    [s for s in STEPS if s.event not in (ProjectEvent.ASSIGN, ProjectEvent.SIGN_FOR)],
    ids=lambda s: f"{s.source}-{s.event}",
)
def test_blanks_are_no_basis_no_reason_and_no_name(step: Step):
    blank = StepFacts(basis=" ", verified_by="\u3000", reason="\n", unmet_targets=("学位",))
    with pytest.raises(StepRefused):
        take(step.source, step.event, step.roles[0], blank)


def test_from_the_draft_every_state_is_reached():
    reached, found = set(), {ProjectState.DRAFT}
    while found:
        reached |= found
        found = {step.target for step in STEPS if step.source in reached} - reached
    assert reached == set(ProjectState)


def test_only_a_terminated_item_has_no_way_out():
    assert set(ProjectState) - {step.source for step in STEPS} == {ProjectState.TERMINATED}


def test_a_closed_item_reopens_or_falls_on_review():
    ways = {step.event for step in STEPS if step.source is ProjectState.CLOSED}
    assert ways == {ProjectEvent.REOPEN, ProjectEvent.REVOKE}


def test_clocks_run_only_where_supervision_is_open():
    ended = {ProjectState.CLOSED, ProjectState.TERMINATED}
    not_begun = {ProjectState.DRAFT, ProjectState.REGISTERED}
    assert set(RUNNING_STATES) < set(OPEN_STATES)
    assert set(OPEN_STATES) == set(ProjectState) - ended - not_begun


def test_no_unit_closes_suspends_or_ends_its_own_item():
    own = {ProjectEvent.CLOSE, ProjectEvent.SUSPEND, ProjectEvent.TERMINATE, ProjectEvent.REOPEN}
    assert not [step for step in STEPS if step.event in own and Role.UNIT in step.roles]


@pytest.mark.parametrize("cycle", CYCLES, ids=lambda cycle: cycle.subject)
def test_the_page_in_the_documentation_shows_every_table(cycle: LifeCycle[Any, Any]):
    assert f"```mermaid\n{cycle.diagram()}```\n" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("cycle", CYCLES, ids=lambda cycle: cycle.subject)
def test_in_every_table_one_state_and_event_have_one_row(cycle: LifeCycle[Any, Any]):
    assert len({(step.source, step.event) for step in cycle.steps}) == len(cycle.steps)


@pytest.mark.parametrize("cycle", CYCLES, ids=lambda cycle: cycle.subject)
def test_in_every_table_each_state_is_reached(cycle: LifeCycle[Any, Any]):
    reached = {cycle.start, *(step.target for step in cycle.steps)}
    states: type[Word] = type(cycle.start)
    assert reached == set(states)
