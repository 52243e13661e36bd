"""The paragraph that the office adds to a draft, and the doubts on the office's weekly list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from engine.rules.words import NoticeKind, NoticeState
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


def test_the_offices_title_and_request_take_the_place_of_the_engines_and_the_policys() -> None:
    title, ask = "农村公路建设滞后", "请当面说明原因和补救安排。"
    for made in (samples.a_circular, samples.a_summons_proposal):
        said = words(made(title=title, retitled=True, ask=ask))
        assert_says(said, title, ask)
        assert title in said.subject
    plain = words(samples.a_summons_proposal())
    assert words(samples.a_summons_proposal(title="列表所用的标题")) == plain


def test_a_proposal_with_another_title_still_names_its_item() -> None:
    given = {"title": "关于约谈市交通局的建议", "retitled": True}
    plain, said = samples.a_summons_proposal(), words(samples.a_summons_proposal(**given))
    assert_says(said, "督办事项", view_of(plain).name)


def test_what_was_signed_names_its_number_and_what_it_rests_on() -> None:
    signed = {
        "state": NoticeState.ISSUED,
        "issued_at": datetime(2023, 7, 10, 7, tzinfo=UTC),
        "signed_by": "市长",
        "signed_basis": "常设授权文件市政发〔2023〕5号",
    }
    for made in (samples.a_circular, samples.a_summons_proposal):
        matter = replace(made(**signed), document="吴政督〔2023〕3号")
        said = "吴政督〔2023〕3号，市长签发，依据：常设授权文件市政发〔2023〕5号"
        assert_says(words(matter), said)


def test_what_was_dismissed_is_not_said_to_be_signed() -> None:
    given = {"state": NoticeState.DISMISSED, "signed_by": "市长", "signed_basis": "已当面约谈"}
    assert_says(words(samples.a_circular(**given)), "市长决定不予发出，理由：已当面约谈")


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
