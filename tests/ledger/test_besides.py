"""Figures that stand beside a target and are none: shares, places, standards, comparisons."""

from __future__ import annotations

import pytest

from engine.ledger.measures import left_out, read_measures, read_targets
from engine.ledger.wording import WordingError


def figures(text: str) -> str:
    return " ".join(f"{found.planned:f}{found.unit}" for _, found in read_targets(text))


@pytest.mark.parametrize(
    ("text", "besides"),
    [
        ("新建学校15所，其中市区5所", ["其中市区5所"]),
        ("新建学校15所其中市区5所", ["其中市区5所"]),
        ("新建学校15所，其中：市区5所，县城10所", ["其中市区5所", "县城10所"]),
        ("新建学校15所，其中，市区5所、县城6所", ["其中市区5所", "县城6所"]),
        ("新建学校15所，其中包括寄宿制学校3所", ["其中寄宿制学校3所"]),
        ("新建学校15所，含幼儿园4所", ["含幼儿园4所"]),
        ("新建学校15所，包括新建5所、改建10所", ["包括新建5所", "改建10所"]),
        ("新建学校15所；其中市区5所", ["其中市区5所"]),
        ("新建学校15所。其中市区5所，县城10所。", ["其中市区5所", "县城10所"]),
        ("新建学校15所，其中60%为寄宿制学校", ["其中60%为寄宿制学校"]),
        ("新建学校15所，其中2所为续建", ["其中2所为续建"]),
        ("新建学校15所：小学5所、中学10所", ["小学5所", "中学10所"]),
        ("在5个县区新建学校15所", ["在5个县区"]),
        ("在全市5个县（市、区）和2个开发区新建学校15所", ["在全市5个县(市、区)和2个开发区"]),
        ("在5个县区，新建学校15所", ["在5个县区"]),
        ("为5个县区的20个村新建学校15所", ["为5个县区的20个村"]),
        ("在城区5条道路安装学校15所", ["在城区5条道路"]),
        ("覆盖5个县区，新建学校15所", ["覆盖5个县区"]),
        ("新建学校15所，涉及5个县（市、区）", ["涉及5个县(市、区)"]),
        ("修复17个乡镇15所学校", ["17个乡镇"]),
        ("每个街道新建1所学校，共15所", ["每个街道新建1所学校"]),
        ("按照每所300万元标准新建学校15所", ["按照每所300万元标准"]),
        ("新建学校15所，比上年增加5所", ["比上年增加5所"]),
        ("在去年建成10所的基础上，新建学校15所", ["在去年建成10所的基础上"]),
    ],
)
def test_what_stands_beside_a_target_is_no_target_and_is_told(
    text: str, besides: list[str]
) -> None:
    assert figures(text) == "15所"
    assert [f"{found.planned:f}{found.unit}" for found in read_measures(text)] == ["15所"]
    assert list(left_out(text)) == besides


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建学校15所，其中市区5所；新增学位7500个", "15所 7500个"),
        ("新建学校15所，其中小学5所，新增学位7500个", "15所 7500个"),
        ("新建学校15所，其中市区5所，改建学校20所", "15所 20所"),
        ("新建学校15所，其中市区5所、县城10所，改建学校8所", "15所 8所"),
        ("改造小区20个，其中2个为续建项目，惠及居民3000户", "20个 3000户"),
        ("项目12个，竣工3个，其中幼儿园7个、小学4个、初中1个", "12个 3个"),
        ("发放贷款5亿元，其中小微企业3000万元", "5亿元"),
        ("救助1.2万人，其中儿童3000人", "1.2万人"),
        ("实施项目10个，包括新建公厕10座、道路3条", "10个 10座 3条"),
        ("实施项目25个：公厕10个、公园5个", "25个 10个 5个"),
        ("学校15所、幼儿园10所共25所", "15所 10所"),
        ("建成富含硒示范园3个", "3个"),
        ("每年提供1次免费体检，体检人数12万", "12万人"),
        ("打造便民生活圈20个，覆盖社区60个", "20个"),
    ],
)
def test_what_follows_a_share_counts_again_where_it_is_no_share(text: str, expected: str) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("覆盖100个村", "100个"),
        ("农村寄递物流服务覆盖100个村，新建站点50个", "100个 50个"),
        ("在100个村安装路灯", "100个"),
        ("在100个村安装路灯，改造公路20公里", "100个 20公里"),
        ("为20个县6—9岁学生开展窝沟封闭", "20个"),
        ("完成5个社区、10个村的环境整治", "5个 10个"),
        ("建成100个社区日间照料中心", "100个"),
    ],
)
def test_a_place_is_the_target_where_nothing_else_is_counted(text: str, expected: str) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("其中市区5所", "前面没有写"),
        ("新建学校一批，其中市区5所", "前面没有写"),
        ("新建学校15所，其中市区25所", "还多"),
        ("新建学校15所，其中小学4所，中学6所", "看不出“中学6所”是前面15所的一部分"),
        ("投入5亿元，其中新建学校15所", "看不出“其中新建学校15所”是前面5亿元的一部分"),
    ],
)
def test_a_share_of_nobody_knows_what_is_refused(text: str, fault: str) -> None:
    for read in (read_targets, read_measures):
        with pytest.raises(WordingError, match=fault) as caught:
            read(text)
        assert caught.value.cure
