"""Calendar layers from YAML: validated, with errors in Chinese that name file, field and cure.

A layer file either lists its own days, or takes the published years of a library and says
which notice each year rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from config.errors import ConfigError
from config.holiday_notice import layer_of_notice
from config.shipped import locate
from config.yaml_file import YamlFile, read_yaml, yaml_of
from engine.rules.calendar import Calendar, DayEntry, Layer

SHIPPED = Path(__file__).parent / "calendars"
# The library's short names, as notices and the law write them in full.
FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Year = Annotated[int, Field(ge=1949, le=2100)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Day(_Strict):
    day: date = Field(alias="date")
    working: bool
    name: Text


class _Correction(_Day):
    """A day that the library has otherwise than the notice."""

    number: Text


class _Notice(_Strict):
    year: Year
    number: Text | None = None


class _Change(_Strict):
    number: Text
    first: date = Field(alias="from")
    last: date = Field(alias="to")


class _LayerFile(_Strict):
    id: Text
    title: Text
    source: Text
    url: str = ""
    note: str = ""

    @property
    def cited(self) -> str:
        """The source with its caveat, so that whoever reads the one reads the other."""
        return f"{self.source}（{self.note}）" if self.note else self.source


class _DaysFile(_LayerFile):
    years: tuple[Year, ...] = ()
    days: tuple[_Day, ...] = Field(min_length=1)


class _LibraryFile(_LayerFile):
    library: Literal["chinesecalendar"]
    notices: tuple[_Notice, ...]
    changes: tuple[_Change, ...] = ()
    corrections: tuple[_Correction, ...] = ()


def load_calendar(layer_ids: Sequence[str]) -> Calendar:
    """The calendar of these layers, later ones overriding earlier ones.

    Raises:
        ConfigError: in Chinese, when a layer is missing or wrong, or none is given.
    """
    if not layer_ids:
        raise ConfigError("没有指定日历。请至少写上全国层 national。")
    return Calendar([load_layer(layer_id) for layer_id in layer_ids])


def load_layer(path_or_id: str | Path) -> Layer:
    """One layer: a shipped id such as "ningxia-2023", or the path of a .yaml file.

    Raises:
        ConfigError: in Chinese, with the line, the place, the fault and the cure of every fault.
    """
    return _layer_in(read_yaml(locate(SHIPPED, "日历层", path_or_id), "日历文件"))


def layer_of(text: str) -> Layer:
    """The layer that somebody has typed as YAML; raises as ``load_layer`` does."""
    return _layer_in(yaml_of(text, Path("日历层"), "日历文件"))


def with_arrangement(calendar: Calendar, text: str) -> tuple[Layer, Calendar]:
    """The layer that a pasted notice or a layer in YAML makes, and the calendar with it on top.

    Raises:
        ConfigError: it can be read as neither.
    """
    text = text.strip()
    layer = layer_of(text) if text.startswith(("id:", "#")) else layer_of_notice(text)
    layers = [one for one in calendar.layers if one.id != layer.id]
    return layer, Calendar([*layers, layer], calendar.from_year, calendar.to_year)


def _layer_in(file: YamlFile) -> Layer:
    if "library" in file.data:
        known = {*_LibraryFile.model_fields, *_Change.model_fields, *_Correction.model_fields}
        return _library_layer(file.parse(_LibraryFile, file.data, known))
    known = {*_DaysFile.model_fields, "date", *_Day.model_fields}
    return _days_layer(file, file.parse(_DaysFile, file.data, known))


def _days_layer(file: YamlFile, parsed: _DaysFile) -> Layer:
    entries: dict[date, DayEntry] = {}
    doubles = []
    for position, item in enumerate(parsed.days):
        if item.day in entries:
            fault = f"{item.day} 写了两次，请只留一行"
            doubles.append(file.fault(("days", position), fault))
        entries[item.day] = DayEntry(item.day, item.working, item.name)
    if doubles:
        raise file.refusal(doubles)
    return Layer(
        id=parsed.id,
        title=parsed.title,
        source=parsed.cited,
        url=parsed.url,
        entries=tuple(entries[day] for day in sorted(entries)),
        years=frozenset(parsed.years),
    )


def _library_layer(parsed: _LibraryFile) -> Layer:
    # Imported here: only the national layer needs it, and it reads its tables on import.
    from chinese_calendar.constants import Holiday, holidays, workdays

    entries = {}
    for day, festival in {**holidays, **workdays}.items():
        short = Holiday(festival).chinese
        name = FULL_NAMES.get(short, short)
        entries[day] = DayEntry(day, day in workdays, name, _notice_of(parsed, day, name))
    for item in parsed.corrections:
        entries[item.day] = DayEntry(item.day, item.working, item.name, item.number)
    return Layer(
        id=parsed.id,
        title=parsed.title,
        source=f"{parsed.cited}；逐日数据取自 {parsed.library} {version(parsed.library)}",
        url=parsed.url,
        entries=tuple(entries[day] for day in sorted(entries)),
        years=frozenset(day.year for day in holidays),
    )


def _notice_of(parsed: _LibraryFile, day: date, name: str) -> str:
    for change in parsed.changes:
        if change.first <= day <= change.last:
            return change.number
    # New Year's days in December are arranged by the notice of the year that begins.
    year = day.year + 1 if (name, day.month) == ("元旦", 12) else day.year
    for notice in parsed.notices:
        if notice.year == year and notice.number:
            return notice.number
    return f"国务院办公厅关于{year}年部分节假日安排的通知"
