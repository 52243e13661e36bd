"""Figures that say where and not how many: 在5个县区新建养老服务中心20个."""

from __future__ import annotations

import re

from engine.ledger.figures import BUILDING, has_figures
from engine.ledger.wording import without_parentheses

_KIND = "试点|重点|行政|自然|中心|涉农|山区|边境|脱贫|示范"
_AREA = (
    rf"(?:{_KIND})?(?:地州市|地州|市州|县市区|县区|区县|乡镇|街道|社区|开发区|园区|[县市区旗乡镇村])"
    r"(?:\([^()]*\))?"
)
_COUNT = r"(?<!\d)\d{1,6}"
_AREAS = rf"{_COUNT}个?{_AREA}"
_REGION = "(?:[全我本各]?[国省市区县州旗城乡]{1,2}|农村|乡村|城乡|辖区|主城区)?(?:范围)?内?"
_CHAIN = rf"{_AREAS}(?:(?:的|和|及|与|以及|、)?{_AREAS})*"
_PIECES = rf"{_COUNT}[个条所座处家栋幢户]\D{{1,6}}?(?={BUILDING})"
_SERVES = "(?:共|服务|范围|可|将|预计)*(?:覆盖|涉及|遍布|辐射|分布[在于])"
# 在5个县区, 为全区96个县, and 17个乡镇 right before the figure that counts.
_WHERE = re.compile(rf"[在为对给向]{_REGION}{_CHAIN}|在{_REGION}{_PIECES}|{_AREAS}的?(?=\d)")
# A clause of its own: 涉及5个县区.
_COVERED = re.compile(
    rf"(?:^|(?<=[,、个所座处家条户名人次盏]))(?:{_SERVES}|在){_REGION}(?:{_CHAIN}|{_AREA}{_COUNT}个)(?=$|[,、])"
)


def without_places(sentence: str) -> tuple[str, list[str]]:
    """A sentence without what only says where its figures count, and that apart.

    覆盖100个村 is a promise where the sentence has no other figure.
    """
    apart: list[str] = []
    for pattern in (_COVERED, _WHERE):
        position = 0
        while (match := pattern.search(sentence, position)) is not None:
            before, after = sentence[: match.start()], sentence[match.end() :]
            beside = f"{before};{after}" if pattern is _COVERED else after.partition(",")[0]
            is_place = has_figures(without_parentheses(beside))
            if is_place:
                apart.append(match.group().removesuffix("的"))
                sentence = before + after
            position = len(before) + (not is_place)
    return sentence, apart
