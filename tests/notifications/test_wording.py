"""The office's own wording: what may be written, how it is printed, and what if it fails."""

from __future__ import annotations

from time import perf_counter

import pytest
from jinja2.exceptions import SecurityError

from engine.rules.words import NoticeKind
from engine.wording import Edit
from notifications.letter import Entrance, Letter, letter, view_of
from notifications.render import Edits, environment, render, render_section
from notifications.sample_views import OFFICE, sample_letters
from notifications.wording import TEMPLATES, TemplateFaulty, check
from notifications.wording_lint import MAX_BYTES, faults_of, shipped_source
from tests.notifications import samples

OPENING = "{{% macro opening(view) %}}\n{}\n{{% endmacro %}}\n"
ASK = "{% macro ask(view) %}\n请办理。\n{% endmacro %}\n"


def own(opening: str) -> str:
    """A wording for red warnings with this opening."""
    return OPENING.format(opening) + ASK


def faults(opening: str, name: str = "red_warning") -> list[str]:
    return faults_of(name, own(opening), TEMPLATES[name].kinds)


def edits(name: str, source: str) -> Edits:
    return frozenset({Edit(name, 1, source)})


def a_letter(document: str = "") -> Letter:
    matter = samples.a_support_notice()
    matter.notice.facts["assignment"]["document"] = document
    return letter(samples.CONTACT, [view_of(matter)])


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_is_shipped_passes_its_own_lint(name: str) -> None:
    assert faults_of(name, shipped_source(name), TEMPLATES[name].kinds) == []


def test_every_kind_of_notice_may_be_put_into_other_words_and_no_layout_may() -> None:
    assert set(TEMPLATES) == {kind.value for kind in NoticeKind} | {"asks", "letter"}


def test_a_wording_is_printed_in_both_forms_and_leaves_the_others_alone() -> None:
    ours = edits("red_warning", own("{{ view.unit }}：请速办。"))
    warned, reminded = (sample_letters(NoticeKind(k))[0] for k in ("red_warning", "reminder"))
    said = render(warned, OFFICE, ours)
    assert "　　示例市教育局：请速办。" in said.text and ">示例市教育局：请速办。<" in said.html
    assert render(reminded, OFFICE, ours) == render(reminded, OFFICE)


def test_greeting_contents_and_signature_are_the_offices_and_the_link_is_not() -> None:
    source = (
        "{% macro greeting(letter) %}{{ letter.name }}，您好：{% endmacro %}"
        "{% macro contents(letter) %}共{{ letter.sections | length }}件：{% endmacro %}"
        "{% macro signature(letter, office) %}{{ office.name }}\n电话0953-2021234\n"
        "{{ letter.day | day }}{% endmacro %}"
    )
    assert faults_of("letter", source, TEMPLATES["letter"].kinds) == []
    several = sample_letters(NoticeKind.REMINDER)[-1]
    said = render(several, OFFICE, edits("letter", source))
    assert said.text.startswith("示例·联系人甲，您好：\n\n　　共2件：")
    assert "　　　　示例市政府督查室\n　　　　　　　　　　电话0953-2021234\n" in said.text
    assert "示例市政府督查室<br>电话0953-2021234<br>2023年6月27日</p>" in said.html
    assert isinstance(several.entrance, Entrance) and several.entrance.url in said.text


def test_a_letter_stays_signed_and_dated() -> None:
    source = shipped_source("letter").replace("{{ office.name }}", "督查室")
    assert faults_of("letter", source, TEMPLATES["letter"].kinds) == [
        "第8行：宏 signature 须印出 {{ office.name }}"
    ]


def test_what_people_typed_is_escaped_in_the_words_of_a_notice_too() -> None:
    said = render(a_letter("<b>1号</b>&"), OFFICE)
    assert "事项按<b>1号</b>&由" in said.text
    assert "<b>1号" not in said.html and "事项按&lt;b&gt;1号&lt;/b&gt;&amp;由" in said.html


def test_all_faults_are_told_at_once_with_their_lines() -> None:
    source = "外面\n" + OPENING.format("{{ view.depth }}\n<b>{{ nobody }}</b>")
    told = faults_of("red_warning", source, (NoticeKind.RED_WARNING,))

    assert [text[:16] for text in told] == [
        "须有宏 ask(view)，名称",
        "第1行：写在宏外面的内容不会出现",
        "第3行：没有字段“depth”，",
        "第4行：不能写网页标记和 < >",
        "第4行：没有“nobody”，这",
    ]
    assert "audience、basis、cause" in told[2]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ view.unit ，}}", "“，”写得不对：花括号里的标点须是英文半角"),
        ("{{ view.unit }", "“}”这里写得不对"),
        ("{{ view.unit unit }}", "“unit”这里写得不对"),
        ("{{ view.unit | }}", "花括号里没有写完"),
        ("{% if view.unit %}x", "{% endmacro %} 不认识，或者与前面的对不上"),
        ("{% endif %}", "{% endif %} 不认识，或者与前面的对不上"),
        ("{# 说明", "缺 #}"),
        ("{{ 'abc }}", "引号要成对"),
        ("{{ view. }}", "“.”后面缺字段名"),
        ("{% raw %}", "缺 {% endraw %}"),
        ("{{ view.due | day }}", "字段没有值，请先用 {% if %} 判断"),
    ],
)
def test_what_the_parser_says_is_told_in_chinese(source: str, said: str) -> None:
    [told] = faults_of("reminder", OPENING.format(source) + ASK, (NoticeKind.REMINDER,))
    assert said in told


def test_a_macro_that_does_not_end_says_what_is_missing() -> None:
    [told] = faults_of("reminder", "{% macro opening(view) %}", (NoticeKind.REMINDER,))
    assert "缺 {% endmacro %}" in told


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ (view.title | first).__class__ }}",
        "{% if view.number == 7 %}{{ view.__init__.__globals__ }}{% endif %}",
        "{{ view.title | attr('__class__') }}",
        "{{ view['__class__'] }}",
        "{{ '{0.__class__}'.format(view) }}",
        "{{ '%s' % view }}",
        "{{ view.title | safe }}",
        "{{ view.title | replace('', view.title) }}",
        "{{ 'a' * 10 ** 10 }}",
        "{{ 'a' | center(10 ** 10) }}",
        "{{ 1 | right(1000000000) }}",
        "{% for i in range(10 ** 9) %}x{% endfor %}",
        "{% for c in view.title %}x{% endfor %}",
        "{% for a in view.rows %}{% for b in view.rows %}x{% endfor %}{% endfor %}",
        "{% for a in view.rows recursive %}{{ loop(view.rows) }}{% endfor %}",
        "{{ opening(view) }}",
        "{% set a = 'x' ~ 'x' %}{% set b = a ~ a %}{{ b }}",
        "{% set a %}{{ view.title }}{% endset %}{{ a }}",
        "{% include 'letter.txt' %}",
        "{% include '/etc/passwd' %}",
        "{% import 'kinds/reminder.j2' as other %}",
        "{% from 'parts.html' import band %}",
        "{% call opening(view) %}x{% endcall %}",
        "{% filter upper %}x{% endfilter %}",
        "{% autoescape false %}{{ view.title }}{% endautoescape %}",
        "{% block x %}{% endblock %}",
        "{{ cycler('a') }}",
        "{{ lipsum(1000) }}",
        "<a href='http://example.com'>点此</a>",
        "{{ office.name }}",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{% if 1 %}" * 150 + "x" + "{% endif %}" * 150,
        "{{ " + "9" * 6000 + " }}",
        "长" * 4000,
        "字" * MAX_BYTES,
        "{{ view.deadline.kind }}",
        "{% bad %}",
        "{{ 1 / 0 }}",
        "{{ view.due }}",
        "{{ view.rows }}",
        "{{ view.past }}",
        "\x07",
    ],
)
def test_what_reaches_further_than_words_is_refused_and_soon(attack: str) -> None:
    began = perf_counter()
    assert faults(attack)
    assert perf_counter() - began < 5


@pytest.mark.parametrize(
    "opening",
    [
        "{% if view.deadline %}{{ view.deadline.due | day }}{% endif %}",
        "{% for row in view.rows %}{{ loop.index }}、{{ row.lines | join('；') }}{% endfor %}",
        "{% set given = view.assigned %}{{ given.lead | first if given.lead else view.unit }}",
        "{{ view.reply_by.month if view.reply_by else '本' }}月{{ view.title | trim }}",
        "{{ view.kind.label }}{{ view.assigned.document | default('', true) }}",
    ],
)
def test_fields_conditions_and_lists_are_allowed(opening: str) -> None:
    assert faults(opening) == []


def test_a_wording_that_got_past_the_lint_still_runs_in_a_sandbox() -> None:
    for html in (False, True):
        made = environment(html=html)
        with pytest.raises(SecurityError):
            made.from_string("{{ ''.__class__.__mro__ }}").render()
        assert made.globals == {}


def test_a_refusal_names_the_template_and_keeps_each_fault() -> None:
    with pytest.raises(TemplateFaulty, match="模板“红色警示”有2处错误") as refused:
        check("red_warning", own("{{ a }}{{ b }}"))
    assert [text[:7] for text in refused.value.faults] == ["第2行：没有“", "第2行：没有“"]


BREAKS = own("{% if view.number == 105 %}{{ view.deadline.nothing.at.all }}{% endif %}好。")
"""Fails on one notice only, as no lint could know."""


def test_a_wording_that_fails_is_left_out_of_the_letter_it_fails_on() -> None:
    shown = letter(samples.LEADER, [view_of(samples.a_red_warning())])
    said = render(shown, samples.OFFICE, edits("red_warning", BREAKS))
    assert (said.text, said.html) == (
        render(shown, samples.OFFICE).text,
        render(shown, samples.OFFICE).html,
    )
    [spoilt] = said.spoilt
    assert spoilt[:2] == ("red_warning", 1) and spoilt.why.startswith("通知105套印出错：字段没有值")
    [section] = shown.sections
    assert "现予红色警示" in render_section(section, samples.OFFICE, edits("red_warning", BREAKS))


def test_a_wording_that_swells_is_left_out_too() -> None:
    swollen = own("{% for row in view.rows %}" + "长" * 1_100_000 + "{% endfor %}")
    said = render(sample_letters(NoticeKind.RED_WARNING)[0], OFFICE, edits("red_warning", swollen))

    assert "现予红色警示" in said.text and "太长" in said.spoilt[0].why
