from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.documents.titles import break_title, width

ROOM = 20
TITLES = st.text(
    st.sampled_from("关于民生实事的通报（截至）、，“学校”《办法》新建改造2023年.5%〔〕"),
    max_size=90,
)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("督查事项交办单", ("督查事项交办单",)),
        (
            "关于新建改扩建中小学、幼儿园，新增学位7500个的提示函",
            ("关于新建改扩建中小学、幼儿园，", "新增学位7500个的提示函"),
        ),
        (
            "2023年度吴忠市政府民生实事督查通报（截至11月底）",
            ("2023年度吴忠市政府民生实事", "督查通报（截至11月底）"),
        ),
    ],
)
def test_a_title_is_broken_by_its_sense(title: str, expected: tuple[str, ...]) -> None:
    assert break_title(title, ROOM) == expected


def test_figures_and_names_stay_on_one_line():
    unit = "吴忠市住房和城乡建设局"
    title = f"关于{unit}承办的城市燃气老化管网更新改造422.95公里项目的督办通知单"
    broken = break_title(title, ROOM, [unit])
    assert any(unit in line for line in broken)
    assert any("422.95公里" in line for line in broken)


def test_a_middle_line_is_not_the_shortest():
    title = (
        "关于印发《吴忠市2023年度民生实事项目实施方案》和加强督查工作的若干措施落实情况的督查通报"
    )
    first, middle, last = map(width, break_title(title, ROOM))
    assert middle >= min(first, last)


@given(TITLES)
def test_nothing_is_lost_or_too_long_and_no_line_begins_with_a_stop(title: str) -> None:
    broken = break_title(title, ROOM)
    assert "".join(broken).replace(" ", "") == "".join(title.split())
    assert all(width(line) <= ROOM for line in broken)
