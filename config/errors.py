"""What is wrong with a configuration, in Chinese: the place, the fault and the cure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any, Self

from pydantic_core import ErrorDetails

from engine.errors import DubanError
from engine.rules import limits, words

_WHOLE = "应为整数，请写阿拉伯数字，例如 5"
_NUMBER = "应为数字，请写阿拉伯数字，例如 10 或 0.8"
_TEXT = "应为文字；含冒号的请加引号"
_LIST = "应为列表，请写成 [甲, 乙]，或每行以“- ”开头"
_EMPTY = "不能为空，请补填"
_PARTS = "应为若干项，请按“名称: 内容”逐项填写"
_TIME = '应为时间，请写成 "08:30"'
_CURES = {
    "missing": "缺少此项，请补填",
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "bool_parsing": "请写 true（是）或 false（否）",
    "bool_type": "请写 true（是）或 false（否）",
    "string_type": _TEXT,
    "too_short": "不能为空，请至少写一项",
    "string_too_short": _EMPTY,
    "tuple_type": _LIST,
    "model_type": _PARTS,
    "time_parsing": _TIME,
    "time_type": _TIME,
}
_MOMENT = "应为时刻，请写成 2023-04-01T08:30:00（不注明时区的为北京时间）"
_CURES |= dict.fromkeys(
    ("datetime_parsing", "datetime_from_date_parsing", "datetime_type"), _MOMENT
)
_DATE = "应为真实的日期，请写成 2027-01-01"
_CURES |= dict.fromkeys(("date_parsing", "date_from_datetime_parsing", "date_type"), _DATE)
_BOUNDS = {
    "greater_than_equal": ("ge", "不能小于"),
    "greater_than": ("gt", "须大于"),
    "less_than_equal": ("le", "不能大于"),
    "less_than": ("lt", "须小于"),
}


class ConfigError(DubanError):
    """A configuration that cannot be used; the message lists every fault found."""

    @classmethod
    def of(cls, title: str, faults: Iterable[str]) -> Self:
        """One error for several faults, a line each."""
        return cls("\n".join([title, *(f"  {fault}。" for fault in faults)]))


def fault_of(item: ErrorDetails, known: Iterable[str] = ()) -> str:
    """The fault and its cure, from one entry of a pydantic error.

    Args:
        known: names that are allowed somewhere, to guess what a misspelt one meant.
    """
    kind, context = item["type"], item.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        return _unknown(str(item["loc"][-1]), known)
    if kind in ("enum", "literal_error"):
        return f"{_found(item)}不在可选范围内，可写：{_choices(str(context['expected']))}"
    if kind == "union_tag_invalid":
        choices = _choices(str(context["expected_tags"]))
        return f"写的是“{context['tag']}”，不在可选范围内，可写：{choices}"
    if kind == "union_tag_not_found":
        return f"缺少 {str(context['discriminator']).strip(chr(39))}，请补填"
    if kind in _BOUNDS:
        key, phrase = _BOUNDS[kind]
        return f"{_found(item)}{phrase} {context[key]}"
    if item["input"] is None:
        return _EMPTY
    if kind in ("missing", "too_short"):
        return _CURES[kind]
    return f"{_found(item)}{_CURES.get(kind, '填写有误，请对照说明改正')}"


def without_consequences(items: list[ErrorDetails]) -> list[ErrorDetails]:
    """The faults that stand for themselves, not those that only follow from another one:
    a list left empty by its own wrong entries, a default that rests on a wrong value."""
    places = [item["loc"] for item in items]

    def follows(item: ErrorDetails) -> bool:
        place = item["loc"]
        inside = any(p[: len(place)] == place and p != place for p in places)
        return item["type"] == "default_factory_not_called" or (
            item["type"] == "too_short" and inside
        )

    return [item for item in items if not follows(item)]


def _found(item: ErrorDetails) -> str:
    value: Any = item["input"]
    return f"写的是“{value}”，" if isinstance(value, str | int | float) else ""


def _unknown(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    guess = f"，是否想写“{close[0]}”" if close else ""
    return f"不认识“{name}”{guess}；请改正拼写或删去"


def _choices(expected: str) -> str:
    """The allowed values, each with its Chinese word where it has one."""
    values = re.findall(r"'([^']*)'", expected)
    for word in words.Word.__subclasses__():
        if [member.value for member in word] == values:
            return "、".join(f"{member.value}（{member.label}）" for member in word)
    if values == [unit.value for unit in limits.LimitUnit]:
        return "、".join(f"{u.value}（{limits.Limit(1, u).text[2:]}）" for u in limits.LimitUnit)
    return "、".join(values)
