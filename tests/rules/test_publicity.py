from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.facts import TargetFacts
from engine.rules.lifecycle import ProjectState
from engine.rules.public_changes import FIELDS, differences, same_item
from engine.rules.public_classes import PublicClass, is_exceeded, public_class
from engine.rules.public_facts import (
    PublicProject,
    PublicState,
    Statistics,
    state_from_data,
    state_to_data,
    statistics_of,
)
from engine.rules.targets import TargetForm
from engine.rules.totals import PaperUnsound
from engine.rules.words import Light, Timeliness

CLOSED, UNDERWAY = ProjectState.CLOSED, ProjectState.UNDERWAY
ITEM = PublicProject(
    code="2023-01",
    field="教育",
    title="新增学位",
    promise="新增学位7500个",
    lead=("市教育局",),
    support=(),
    targets=(),
    due=date(2023, 12, 15),
    first_due=None,
    moved="",
    changes=(),
    light=Light.GREEN,
    planned=Decimal(40),
    actual=Decimal(42),
    standing=PublicClass.ON_PLAN,
    result="",
    done_on=None,
    plan={},
)


def target(planned: str, actual: str | None, form: TargetForm = TargetForm.AT_LEAST) -> TargetFacts:
    done = None if actual is None else Decimal(actual)
    return TargetFacts("学位", "个", form, Decimal(planned), done, planned)


def state(*items: PublicProject) -> PublicState:
    return PublicState(
        "民生实事", 2023, "市政府", "决定", date(2023, 6, 30), statistics_of(items), items
    )


@pytest.mark.parametrize(
    ("how", "timeliness", "light", "adjusted", "exceeded", "expected"),
    [
        (ProjectState.TERMINATED, None, Light.RED, True, False, PublicClass.ENDED),
        (ProjectState.SUSPENDED, None, Light.RED, False, False, PublicClass.PAUSED),
        (UNDERWAY, None, Light.RED, True, True, PublicClass.BEHIND),
        (UNDERWAY, None, Light.YELLOW, False, False, PublicClass.BEHIND),
        (UNDERWAY, None, Light.GREEN, True, True, PublicClass.ADJUSTED),
        (UNDERWAY, None, Light.GREEN, False, True, PublicClass.ON_PLAN),
        (CLOSED, Timeliness.EARLY, Light.BLUE, True, True, PublicClass.EARLY),
        (CLOSED, Timeliness.ON_TIME, Light.BLUE, False, True, PublicClass.EXCEEDED),
        (CLOSED, Timeliness.EXTENDED, Light.BLUE, True, False, PublicClass.ADJUSTED),
        (CLOSED, Timeliness.ON_TIME, Light.BLUE, False, False, PublicClass.DONE),
        (CLOSED, Timeliness.LATE, Light.BLUE, True, True, PublicClass.DONE),
        (CLOSED, Timeliness.REWORKED, Light.BLUE, False, True, PublicClass.DONE),
    ],
)
def test_every_item_has_one_class_and_what_is_behind_has_no_kinder_one(
    how: ProjectState,
    timeliness: Timeliness | None,
    light: Light,
    adjusted: bool,
    exceeded: bool,
    expected: PublicClass,
) -> None:
    assert public_class(how, timeliness, light, adjusted=adjusted, exceeded=exceeded) is expected


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ((target("100", "110"),), True),
        ((target("100", "109.9"),), False),
        ((target("100", "150"), target("100", "99")), False),
        ((target("100", "150"), target("100", "100")), True),
        ((target("100", "150", TargetForm.ALL),), False),
        ((target("100", None),), False),
        ((), False),
    ],
)
def test_exceeded_means_all_kept_and_one_over_by_a_tenth(
    targets: tuple[TargetFacts, ...], expected: bool
) -> None:
    assert is_exceeded(targets) is expected


items = st.lists(
    st.tuples(
        st.sampled_from(["教育", "卫生", ""]), st.sampled_from(Light), st.sampled_from(PublicClass)
    ),
    max_size=30,
).map(
    lambda found: [
        replace(ITEM, code=f"2023-{n}", field=field, light=light, standing=kind)
        for n, (field, light, kind) in enumerate(found)
    ]
)


@given(items)
def test_statistics_always_add_up(found: list[PublicProject]) -> None:
    made = statistics_of(found)
    assert made.total.total == len(found) == sum(made.classes.values())
    assert sum(row.total for row in made.by_field) == len(found)


def test_statistics_that_do_not_add_up_cannot_be_made() -> None:
    sound = statistics_of([ITEM])
    with pytest.raises(PaperUnsound, match="共1件，各类别之和为2件"):
        Statistics(sound.total, sound.by_field, {PublicClass.ON_PLAN: 2})


@given(items)
def test_a_publication_is_read_back_from_its_data(found: list[PublicProject]) -> None:
    assert state_from_data(state_to_data(state(*found))) == state(*found)


def test_every_field_of_an_item_has_a_word_but_its_code_and_what_moves_by_itself() -> None:
    assert set(PublicProject.__slots__) - set(FIELDS) == {"code", "planned"}


def test_the_plan_moves_with_the_calendar_and_that_is_no_change() -> None:
    later = replace(ITEM, planned=Decimal(60))
    assert same_item(ITEM, later)
    assert differences(state(ITEM), state(later)) == ()


def test_what_is_different_is_told_item_by_item() -> None:
    other = replace(ITEM, code="2023-02")
    third = replace(ITEM, code="2023-03")
    now = replace(ITEM, light=Light.RED, actual=Decimal("12.50"), title="学位")
    found = [(c.code, c.text) for c in differences(state(ITEM, other), state(now, third))]
    assert found == [
        ("2023-01", "名称有更新；灯色由绿灯变为红灯；进度由42%变为12.5%"),
        ("2023-03", "新列入"),
        ("2023-02", "不再列入"),
    ]


def test_a_new_basis_is_told_as_well() -> None:
    changed = replace(state(ITEM), basis="另一决定")
    assert [c.text for c in differences(state(ITEM), changed)] == ["清单名称、发布机关或依据有变化"]
