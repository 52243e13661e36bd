"""The paragraph that the office adds to a draft, and the doubts on the office's weekly list."""

from __future__ import annotations

from engine.rules.words import NoticeKind
from notifications.letter import letter, view_of
from notifications.render import render
from notifications.words import Matter
from tests.notifications import samples
from tests.notifications.test_render import assert_says, words

REMARK = "反馈案件35062件，办结33816件，办结率达96.45%；<请>认真办理。"


def test_the_remark_is_printed_in_circulars_and_proposals_in_both_bodies() -> None:
    for made in (samples.a_circular, samples.a_summons_proposal):
        assert_says(words(made(remark=f" {REMARK}\n")), REMARK)


def test_without_a_remark_nothing_is_printed() -> None:
    for made in (samples.a_circular, samples.a_summons_proposal):
        assert words(made(remark="")) == words(made())


def weekly(kind: NoticeKind, unit: str) -> Matter:
    matter = samples.a_weekly_digest(kind, unit)
    matter.notice.facts["doubts"] = [
        {
            "code": "2023-14",
            "title": "农村公路",
            "unit": "市交通运输局",
            "text": "累计数少了3条",
            "explanation": "重复登记",
        }
    ]
    return matter


def test_the_offices_weekly_list_tells_of_doubtful_reports() -> None:
    matter = weekly(NoticeKind.WEEKLY_LIST, "")
    said = render(letter(samples.INSPECTOR, [view_of(matter)]), samples.OFFICE)
    assert_says(said, "填报有疑点、单位已作说明（1项）", "累计数少了3条", "单位说明：重复登记")
