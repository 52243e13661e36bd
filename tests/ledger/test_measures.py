from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ledger.measures import ALL, Measure, left_out, read_measures, read_targets
from engine.ledger.wording import WordingError
from engine.rules.targets import TargetForm

AT_LEAST, ABOUT = TargetForm.AT_LEAST, TargetForm.ABOUT


def measure(planned: str, unit: str, form: TargetForm = AT_LEAST) -> Measure:
    return Measure(Decimal(planned), unit, form)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("947名", measure("947", "名")),
        ("8000余套", measure("8000", "套", ABOUT)),
        ("８０００余套", measure("8000", "套", ABOUT)),
        ("800万元以上", measure("800", "万元")),
        ("7.3万平方米", measure("7.3", "万平方米")),
        ("3万㎡", measure("3", "万平方米")),
        ("4.5万管", measure("4.5", "万管")),
        ("300场次", measure("300", "场次")),
        ("不少于2000个", measure("2000", "个")),
        ("2,000 个", measure("2000", "个")),
        ("约5亿元", measure("5", "亿元", ABOUT)),
        ("500户左右", measure("500", "户", ABOUT)),
        ("3.3万余名", measure("3.3", "万名", ABOUT)),
        ("150余台（件）", measure("150", "台", ABOUT)),
        ("十座", measure("10", "座")),
        ("两个", measure("2", "个")),
        ("95%以上", measure("95", "%")),
        ("新建公厕10座", measure("10", "座")),
        ("947人全覆盖", measure("947", "人")),
    ],
)
def test_a_target_reads_as_people_write_it(text: str, expected: Measure) -> None:
    assert read_measures(text) == (expected,)


@pytest.mark.parametrize(
    "text",
    ["全覆盖", "应检尽检", "应保尽保", "全部完成", "100%", "100.0％", "建成投用", "全面完成",
     "0至6岁残疾儿童全覆盖"],
)  # fmt: skip
def test_a_promise_of_the_whole_is_a_hundred_per_cent(text: str) -> None:
    assert read_measures(text) == (ALL,)


def test_one_text_may_hold_two_measures() -> None:
    assert read_measures("29条68公里") == (measure("29", "条"), measure("68", "公里"))


def test_parts_of_a_total_in_parentheses_are_not_counted_again() -> None:
    text = "15所（幼儿园4所，小学6所，中学4所，中职学校1所）"
    assert read_measures(text) == (measure("15", "所"),)


def test_a_bare_number_takes_the_unit_of_its_own_column() -> None:
    assert read_measures("800", "万元") == (measure("800", "万元"),)
    with pytest.raises(WordingError, match="没有计量单位"):
        read_measures("800")


@pytest.mark.parametrize("text", ["", "很多", "若干个", "-5个", "1 200个", "0个", "2/3", "待定"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(WordingError):
        read_measures(text)


@pytest.mark.parametrize(
    "text",
    [
        "不超过5个",
        "失业率降至3%",
        "PM2.5低于35微克",
        "5个以下",
        "办理时限缩短到3天",
        "15所以上20所以下",
    ],
)
def test_a_ceiling_is_refused_because_progress_cannot_fill_it(text: str) -> None:
    for read in (read_measures, read_targets):
        with pytest.raises(WordingError, match="上限"):
            read(text)
    (beside,) = left_out(f"新建学校15所，{text}")
    assert beside == text


def test_what_is_not_to_be_fallen_below_is_no_ceiling() -> None:
    assert read_measures("不低于95%") == (measure("95", "%"),)
    ((metric, _),) = read_targets("3岁以下婴幼儿入托500名")
    assert metric == "3岁以下婴幼儿入托"


def test_a_sentence_gives_each_metric_its_measure() -> None:
    text = (
        "新建、改扩建学校15所（幼儿园4所、小学6所、中学4所、中职学校1所），校舍面积增加7.3万平方米；"
        "新增学位7500个；成立教育公益基金。"
    )
    assert read_targets(text) == (
        ("新建、改扩建学校", measure("15", "所")),
        ("校舍面积增加", measure("7.3", "万平方米")),
        ("新增学位", measure("7500", "个")),
        ("成立教育公益基金", ALL),
    )


def test_a_count_before_its_noun_names_the_noun() -> None:
    text = "年内完成马巴路、马汉路等29条68公里农村公路改造工程"
    assert [metric for metric, _ in read_targets(text)] == ["农村公路改造工程"] * 2


def test_a_figure_that_begins_its_clause_counts_what_follows() -> None:
    text = "460个文化活动室提供不少于2300场文化活动"
    assert [metric for metric, _ in read_targets(text)] == ["文化活动室提供", "文化活动"]


def test_half_of_a_thing_is_no_whole() -> None:
    for text in ("完成一半", "完成过半", "完成2/3以上"):
        with pytest.raises(WordingError):
            read_targets(text)
    assert read_targets("完成二期工程建设") == (("完成二期工程建设", ALL),)


def test_words_that_only_say_for_whom_name_nothing() -> None:
    text = "给432名“两癌”妇女送去救助金43.2万元"
    assert [metric for metric, _ in read_targets(text)] == ["“两癌”妇女送去救助金"] * 2


def test_what_is_strung_together_before_a_figure_is_counted_by_it() -> None:
    text = "新建、改建、扩建学校15所，发放稳岗、创业等补贴1902万元，整治河道、新建公厕10座"
    metrics = ["新建、改建、扩建学校", "发放稳岗、创业等补贴", "新建公厕"]
    assert [metric for metric, _ in read_targets(text)] == metrics


@pytest.mark.parametrize(
    "text", ["新增学位：7500个", "新增学位\n7500个", "新增学\n位7500个", "新增学位7500\n个"]
)
def test_a_figure_that_stands_alone_is_named_by_the_words_before_it(text: str) -> None:
    assert read_targets(text) == (("新增学位", measure("7500", "个")),)


def test_a_figure_without_any_words_leaves_its_name_open() -> None:
    assert read_targets("15所") == (("", measure("15", "所")),)


def test_a_rise_is_the_target_where_nothing_else_is_counted() -> None:
    ((_, found),) = read_targets("较上年增长10%")
    assert found == measure("10", "%")


def test_years_ages_and_spans_in_a_sentence_are_no_targets() -> None:
    text = "2023年3个月内，对全市0至6岁残疾儿童开展康复救助，为第2批对象服务780名"
    assert read_targets(text) == (("为第2批对象服务", measure("780", "名")),)


def test_a_sentence_without_any_quantity_is_refused() -> None:
    with pytest.raises(WordingError, match="没有可量化的目标"):
        read_targets("切实提升群众满意度。")


@given(
    st.decimals("0.01", "99999999", places=2),
    st.sampled_from(["", "万", "亿"]),
    st.sampled_from(["平方米", "元", "个", "套", "公里", "场次", "人"]),
    st.sampled_from([("", "", AT_LEAST), ("不少于", "", AT_LEAST), ("", "以上", AT_LEAST),
                     ("约", "", ABOUT), ("", "左右", ABOUT)]),
)  # fmt: skip
def test_figures_scales_and_units_survive_reading(
    planned: Decimal, scale: str, unit: str, form: tuple[str, str, TargetForm]
) -> None:
    before, after, expected = form
    if not scale and unit in ("个", "套", "场次", "人"):
        planned = Decimal(int(planned) + 1)
    for figure in (f"{planned:f}", f"{planned:,f}"):
        text = f"{before}{figure}{scale}{unit}{after}"
        assert read_measures(text) == (Measure(planned, scale + unit, expected),)


@given(st.text(max_size=16))
def test_any_text_is_either_a_positive_target_or_a_refusal(text: str) -> None:
    try:
        assert all(found.planned > 0 and found.unit for found in read_measures(text))
    except WordingError as error:
        assert error.cure


@given(
    st.text(
        "12.5,，、；。:：-至 \n其中含在为每各共约余万千百一十个所县村人%()（）新建设施全覆盖",
        max_size=24,
    )
)
def test_any_sentence_is_either_positive_targets_or_a_refusal(text: str) -> None:
    for read in (lambda: [found for _, found in read_targets(text)], lambda: read_measures(text)):
        try:
            assert all(found.planned > 0 and found.unit for found in read())
        except WordingError as error:
            assert error.cure
