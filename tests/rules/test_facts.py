"""Facts are stored with every notice: what is read back is exactly what was written."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from engine.rules.facts import (
    DeadlineFacts,
    LightFacts,
    MilestoneFacts,
    Moment,
    NoticeFacts,
    ProjectFacts,
    TargetFacts,
    moment_from_data,
    moment_to_data,
    project_from_data,
    project_to_data,
)
from engine.rules.words import DeadlineKind
from tests.rules.builders import a_deadline, a_project

FIGURES = st.decimals(allow_nan=False, allow_infinity=False)
TARGETS = st.builds(TargetFacts, planned=FIGURES, actual=st.none() | FIGURES)
MILESTONES = st.builds(MilestoneFacts, planned_percent=st.none() | FIGURES)
PROJECTS = st.builds(
    ProjectFacts,
    reported_percent=st.none() | FIGURES,
    targets=st.lists(TARGETS, max_size=2).map(tuple),
    milestones=st.lists(MILESTONES, max_size=2).map(tuple),
    deadlines=st.lists(st.builds(DeadlineFacts), max_size=2).map(tuple),
    notices=st.lists(st.builds(NoticeFacts), max_size=2).map(tuple),
    light=st.builds(LightFacts),
)


def through_json(data: dict) -> dict:
    return json.loads(json.dumps(data, ensure_ascii=False))


@given(PROJECTS)
def test_facts_survive_the_round_trip_through_json_exactly(facts: ProjectFacts):
    copy = project_from_data(through_json(project_to_data(facts)))
    assert copy == facts
    assert repr(copy) == repr(facts), "equal figures such as 1 and 1.0 are written alike too"


@given(PROJECTS)
def test_stored_facts_are_written_the_same_again(facts: ProjectFacts):
    data = through_json(project_to_data(facts))
    assert project_to_data(project_from_data(data)) == data


@given(st.builds(Moment))
def test_a_moment_survives_the_round_trip_through_json(moment: Moment):
    assert moment_from_data(through_json(moment_to_data(moment))) == moment


@given(st.lists(st.builds(DeadlineFacts, slot=st.from_regex(r"[\w.]*", fullmatch=True))))
def test_two_deadlines_have_one_code_only_if_kind_slot_and_version_agree(deadlines):
    parts = {(d.kind, d.slot, d.version) for d in deadlines}
    assert len({d.code for d in deadlines}) == len(parts)


def test_a_deadline_is_named_by_kind_slot_and_version():
    day = a_project().starts_on
    assert a_deadline(day).code == "completion.v1"
    assert a_deadline(day, DeadlineKind.MILESTONE, slot="2", version=3).code == "milestone.2.v3"


def test_a_project_is_promised_for_its_completion_or_rectification_and_nothing_else():
    start = a_project().starts_on
    step = a_deadline(start, DeadlineKind.MILESTONE)
    assert a_project(step).due is None
    assert a_project(step, a_deadline(start, DeadlineKind.RECTIFICATION)).due == start
