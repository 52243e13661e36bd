"""What is given to the console: typed values, bounded, with what is wrong told in Chinese."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
)

from engine.rules.figures import typed_figure

UPLOAD = 20 * 1024 * 1024
"""Bytes of the longest file."""
LARGEST_NUMBER, LARGEST_FIGURE = 2**31 - 1, Decimal(10) ** 12
TARGETS = 200
"""How many targets of an item are told of at once."""
YEARS = range(1990, 2101)
LAST_DAY = date(YEARS[-1], 12, 31)
"""The last day that may be typed: a year of six digits is a slip."""
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What no text of a person holds, and some databases refuse."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of what there is to choose from."""

    value: str
    label: str


def _as_figure(typed: Any) -> Any:
    return typed_figure(typed) if isinstance(typed, str) else typed


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""Some words in one line."""
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=5000),
    Field(json_schema_extra={"lines": 4}),
]
"""Sentences."""
MaybeLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
MaybeText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=5000),
    Field(json_schema_extra={"lines": 4}),
]
Figure = Annotated[Decimal, BeforeValidator(_as_figure)]
"""A number as people write it, full-width digits and thousands separators included."""


class Given(BaseModel):
    """Base of all that is given. Fields carry ``title`` (what the reader sees) and ``description``
    (a hint)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _readable(cls, value: Any) -> Any:
        if any(UNREADABLE.search(text) for text in _texts(value)):
            raise ValueError("有无法识别的字符，请删去后重新输入")
        return value

    @field_validator("*")
    @classmethod
    def _bounded(cls, value: Any) -> Any:
        if isinstance(value, Decimal) and not (value.is_finite() and abs(value) < LARGEST_FIGURE):
            raise ValueError("数字太大")
        if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
            raise ValueError("数字太大")
        if isinstance(value, date) and value.year not in YEARS:
            raise ValueError(f"年份应在{YEARS[0]}至{YEARS[-1]}之间")
        return value


class Nothing(Given):
    """Nothing is asked."""


class Upload(Given):
    """A file. Programs give its content in Base64."""

    name: Line = Field(title="文件名")
    content: str = Field(title="内容（Base64）", max_length=UPLOAD * 4 // 3 + 4)

    @field_validator("content")
    @classmethod
    def _is_base64(cls, value: str) -> str:
        b64decode(value, validate=True)
        return value

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return b64decode(self.content)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _texts(name)
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


class Faults(Exception):
    """What is wrong with what was given, by field; a field of a row is ``rows.0.name``."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__("；".join(by_field.values()))
        self.by_field = dict(by_field)

    @classmethod
    def of(cls, error: ValidationError) -> Self:
        """All that the model has found, in Chinese."""
        return cls.of_errors(error.errors(include_url=False, include_input=False))

    @classmethod
    def of_errors(cls, errors: Sequence[Any]) -> Self:
        """The same, of a list of what was found."""
        found: dict[str, str] = {}
        for one in errors:
            found.setdefault(".".join(map(str, one["loc"])), _said(one))
        return cls(found)


_SAID = {
    "missing": "请填写",
    "string_too_short": "请填写",
    "too_short": "至少要有{min_length}项",
    "too_long": "最多{max_length}项",
    "string_too_long": "最多{max_length}字",
    "extra_forbidden": "没有这一项",
    "enum": "不在可选范围内",
    "literal_error": "不在可选范围内",
    "greater_than": "应大于{gt}",
    "greater_than_equal": "不能小于{ge}",
    "less_than": "应小于{lt}",
    "less_than_equal": "不能大于{le}",
    "bool_parsing": "应为是或否",
}


def _said(fault: Mapping[str, Any]) -> str:
    kind, context = fault["type"], fault.get("ctx") or {}
    if kind == "value_error":
        error = str(context["error"])
        return error if re.search("[\u4e00-\u9fff]", error) else "填写的内容不对"
    if kind.startswith("date"):
        return "不是日期，请写成 2023-06-30 的形式"
    if kind.startswith(("int", "decimal")):
        return "请填数字"
    return _SAID.get(kind, "填写的内容不对").format(**context)
