"""How values are written in notices: dates, figures, colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.rules.conditions import written
from engine.rules.numerals import numeral
from engine.rules.words import Light

LIGHT_COLOURS = {
    Light.GREEN: "#1a7f37",
    Light.YELLOW: "#8a5a00",
    Light.RED: "#b3141d",
    Light.BLUE: "#1d5fa8",
}


def short_day(day: date, reference: date) -> str:
    """A date without its year when that is the year of ``reference``: 6月30日."""
    return f"{day.month}月{day.day}日" if day.year == reference.year else written(day)


def cutoff(day: date) -> str:
    """截至 as official titles write it: 9月底 for a month's end, otherwise the day."""
    ends_month = (day + timedelta(days=1)).day == 1
    return f"{day.month}月底" if ends_month else f"{day.month}月{day.day}日"


def figure(value: Decimal) -> str:
    """A number without trailing zeros or an exponent: 7500, 422.95."""
    return format(value.normalize(), "f")


def percent(value: Decimal) -> str:
    """A share of the whole, already in percent: 33.3%."""
    return f"{figure(value)}%"


def light(value: Light) -> str:
    """A colour in words, for those who see no colours: ●黄灯."""
    return f"●{value.label}"


def light_colour(value: Light) -> str:
    """The colour of a light's words on white paper, dark enough to be read."""
    return LIGHT_COLOURS[value]


def right(value: int, width: int) -> str:
    """A whole number at the right edge of a column."""
    return str(value).rjust(width)


def wide(text: str, width: int) -> str:
    """Chinese characters, two columns each, at the right edge of a column."""
    return " " * max(width - 2 * len(text), 0) + text


def lines(text: str) -> list[str]:
    """The lines of a text that are not blank; of markup they are markup."""
    return [line.strip() for line in text.splitlines() if line.strip()]


FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": written,
    "numeral": numeral,
    "light": light,
    "light_colour": light_colour,
    "right": right,
    "wide": wide,
    "lines": lines,
}
