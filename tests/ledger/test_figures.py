"""Figures that are hard to tell: numerals, fractions, ranges, names made of digits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.ledger.measures import Measure, read_measures, read_targets
from engine.ledger.wording import WordingError
from engine.rules.targets import TargetForm

AT_LEAST, ABOUT = TargetForm.AT_LEAST, TargetForm.ABOUT


def measure(planned: str, unit: str, form: TargetForm = AT_LEAST) -> Measure:
    return Measure(Decimal(planned), unit, form)


@pytest.mark.parametrize(
    "text", ["15/20所", "15k", "1.5w人", "24小时内", "2023年建成", "15+所", "1,5000个", "15 000个"]
)
def test_signs_that_make_no_figure_in_a_cell_are_refused(text: str) -> None:
    with pytest.raises(WordingError):
        read_measures(text)


@pytest.mark.parametrize(("text", "unit"), [("800万", "万元"), ("0.95", "%"), ("1", "%")])
def test_a_number_that_its_unit_makes_doubtful_is_refused(text: str, unit: str) -> None:
    with pytest.raises(WordingError):
        read_measures(text, unit)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("15所", "所", ("15", "所", AT_LEAST)),
        ("7.3万平方米", "万平方米", ("7.3", "万平方米", AT_LEAST)),
        ("7.3万", "平方米", ("7.3", "万平方米", AT_LEAST)),
        ("800万元", "元", ("800", "万元", AT_LEAST)),
        ("150余台（件）", "台（件）", ("150", "台", ABOUT)),
        ("95", "%", ("95", "%", AT_LEAST)),
    ],
)
def test_a_cell_and_its_column_of_units_may_say_the_same(
    text: str, unit: str, expected: tuple[str, str, TargetForm]
) -> None:
    assert read_measures(text, unit) == (measure(*expected),)


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("开设暑托班40个班", ["开设暑托班"]),
        ("新建12所学校5000平方米", ["学校", "学校"]),
        ("新建学校15所+幼儿园5所", ["新建学校", "幼儿园"]),
        ("新建学校15所·新增学位7500个", ["新建学校", "新增学位"]),
        ("新建道路5条/12.5公里", ["新建道路", "新建道路"]),
        ("接送学生1万辆次", ["接送学生"]),
    ],
)
def test_what_a_figure_counts_is_named_without_its_joints(text: str, metrics: list[str]) -> None:
    assert [metric for metric, _ in read_targets(text)] == metrics


def test_a_capacity_is_counted_by_the_day() -> None:
    assert read_targets("处理能力达到4万吨/日") == (("处理能力", measure("4", "万吨/日")),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建学校二十五所", ("25", "所", AT_LEAST)),
        ("发放补贴两万余元", ("2", "万元", ABOUT)),
        ("惠及群众三万六千人", ("36000", "人", AT_LEAST)),
        ("新增停车位三百余个", ("300", "个", ABOUT)),
        ("新建一所学校", ("1", "所", AT_LEAST)),
        ("新建幼儿园两所", ("2", "所", AT_LEAST)),
        ("覆盖率达到百分之九十五以上", ("95", "%", AT_LEAST)),
        ("改造管网100km", ("100", "公里", AT_LEAST)),
        ("改造廿五个小区", ("25", "个", AT_LEAST)),
        ("新建绿地3万m²", ("3", "万平方米", AT_LEAST)),
    ],
)
def test_chinese_numerals_and_signs_of_units_read_as_figures(
    text: str, expected: tuple[str, str, TargetForm]
) -> None:
    ((_, found),) = read_targets(text)
    assert found == measure(*expected)
    assert read_measures(text) == (found,)


@pytest.mark.parametrize(
    "text",
    ["为妇女提供一次检查", "新建学校一批", "数十个社区", "第二十一条", "千家万户"],
)
def test_a_numeral_that_counts_nothing_promised_is_no_target(text: str) -> None:
    with pytest.raises(WordingError, match="没有可量化的目标"):
        read_targets(text)


@pytest.mark.parametrize("text", ["1.15所", "2.3个", "新建学校1.15所", "1.947名", "2.20个停车场"])
def test_a_fraction_of_what_comes_whole_is_a_list_number_run_into_its_figure(text: str) -> None:
    for read in (read_measures, read_targets):
        with pytest.raises(WordingError, match="不是整数"):
            read(text)
    with pytest.raises(WordingError, match="不是整数"):
        read_measures("1.15", "所")


@pytest.mark.parametrize(
    "text", ["1.15公里", "3.5万人", "1.5万个", "2.5亿元", "422.95平方米", "12.5%", "每千人4.5个"]
)
def test_what_is_measured_scaled_or_a_rate_may_have_a_fraction(text: str) -> None:
    ((_, found),) = read_targets(text)
    assert found.planned != int(found.planned)


def test_a_rate_is_told_by_its_metric_too() -> None:
    assert read_measures("4.5个", metric="每千人口托位数") == (measure("4.5", "个"),)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("新建学校15，新增学位7500个", "没有计量单位"),
        ("新建学校三至五所", "看不出目标是多少"),
        ("新建学校3—5所，新增学位7500个", "看不出目标是多少"),
        ("新建车位3万5千个，公厕10座", "看不出目标是多少"),
        ("新建学校三四所，公厕10座", "看不出目标是多少"),
        ("新增学位75\n50个", "看不出目标是多少"),
        ("新建公厕、停车场各10个", "看不出总数"),
        ("每个县区新建1所学校", "没有写总数"),
        ("每村一所", "没有写总数"),
        ("新建学校15所，力争20所", "看不出以哪个为目标"),
    ],
)
def test_what_could_mean_another_figure_is_refused_and_not_passed_over(
    text: str, fault: str
) -> None:
    for read in (read_measures, read_targets):
        with pytest.raises(WordingError, match=fault):
            read(text)


@pytest.mark.parametrize(
    "text", ["建设智慧城市3.0", "改造国道G318", "开展创建2023", "“每周一课”活动", "办好12345热线"]
)
def test_a_number_that_is_a_name_asks_for_no_unit(text: str) -> None:
    ((_, found),) = read_targets(f"{text}，新建学校15所")
    assert found == measure("15", "所")


def test_a_year_or_a_day_in_a_cell_of_targets_is_no_figure() -> None:
    for text in ("2023年新建学校15所", "9月1日前新建学校15所", "15所，全部于9月投用"):
        with pytest.raises(WordingError, match="读不懂"):
            read_measures(text)
    assert read_measures("15所，全部投用") == (measure("15", "所"),)
