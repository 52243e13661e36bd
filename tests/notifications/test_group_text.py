"""The message to a work group: short, and nothing in it that a group need not know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.rules.words import NoticeKind
from notifications.group_text import LONGEST, group_text
from notifications.letter import view_of
from notifications.words import WordsError
from tests.notifications import samples
from tests.notifications.samples import OFFICE

MATTERS = {
    NoticeKind.REMINDER: samples.a_reminder,
    NoticeKind.CHASE: samples.a_chase,
    NoticeKind.YELLOW_WARNING: samples.a_yellow_warning,
    NoticeKind.MONTHLY_PUSH: samples.a_monthly_push,
    NoticeKind.SUMMONS_PROPOSAL: samples.a_summons_proposal,
    NoticeKind.CIRCULAR: samples.a_circular,
}


def views(*kinds: NoticeKind):
    return [view_of(MATTERS[kind]()) for kind in kinds]


def test_it_names_unit_kinds_items_dates_and_office():
    text = group_text("市教育局", views(NoticeKind.REMINDER, NoticeKind.CHASE), OFFICE)
    lines = text.splitlines()
    assert lines[0] == "【督办】市教育局：催办1件、提示1件"
    assert lines[1].startswith("1. 第5项“新增机动车停车泊位”：")
    assert "办结时限" in lines[1]
    assert lines[-2] == "详情和办理要求见邮件或台账。"
    assert lines[-1].startswith("市政府督查室　2023年")


def test_it_names_no_person_no_address_and_no_figure_of_progress():
    open_kinds = [kind for kind in MATTERS if not kind.is_criticism]
    text = group_text("市教育局", views(*open_kinds), OFFICE)
    for kept_back in ("马晓明", "副市长", "示例", "@", "http", "%", "落后"):
        assert kept_back not in text


def test_it_fits_into_the_narrowest_vendor_and_says_what_is_left_out():
    [view] = views(NoticeKind.REMINDER)
    many = [replace(view, number=n, title="新建改扩建学校" * 20) for n in range(60)]
    text = group_text("市教育局", many, OFFICE)
    assert len(text.encode()) <= LONGEST
    shown = sum(line[0].isdigit() for line in text.splitlines())
    assert f"另有{60 - shown}件，见邮件。" in text


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind.is_criticism])
def test_criticism_is_for_no_group(kind):
    with pytest.raises(WordsError, match="不能发到工作群"):
        group_text("市教育局", views(kind), OFFICE)
