"""Calendar layers from YAML: validated, with errors in Chinese that name file, field and cure.

A layer file either lists its own days, or takes the published years of a library and says
which notice each year rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from engine.errors import DubanError
from engine.rules.calendar import Calendar, DayEntry, Layer

SHIPPED = Path(__file__).parent / "calendars"
# The library's short names, as notices and the law write them in full.
FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
CURES = {
    "missing": "缺少此项，请补填",
    "extra_forbidden": "不认识此项，请删去或改正拼写",
    "bool_parsing": "请填 true（上班）或 false（放假）",
    "bool_type": "请填 true（上班）或 false（放假）",
    "string_type": "请填文字",
    "string_too_short": "不能为空，请补填",
    "tuple_type": "请按列表填写，例如 [2027]，或每行以“- ”开头",
    "too_short": "请至少填写一天",
    "model_type": "请按“名称: 内容”逐项填写",
    "int_parsing": "请填四位年份，例如 2027",
    "int_type": "请填四位年份，例如 2027",
    "greater_than_equal": "请填四位年份，例如 2027",
    "less_than_equal": "请填四位年份，例如 2027",
}

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Year = Annotated[int, Field(ge=1949, le=2100)]


class CalendarFileError(DubanError):
    """A calendar layer that cannot be found, read or used."""


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

    Raises CalendarFileError in Chinese when a layer is missing or wrong, or none is given.
    """
    if not layer_ids:
        raise CalendarFileError("没有指定日历。请至少写上全国层 national。")
    return Calendar([load_layer(layer_id) for layer_id in layer_ids])


def load_layer(path_or_id: str | Path) -> Layer:
    """One layer: a shipped id such as "ningxia-2023", or the path of a .yaml file.

    Raises CalendarFileError in Chinese.
    """
    path = _locate(path_or_id)
    data = _read(path)
    try:
        if "library" in data:
            return _library_layer(_LibraryFile.model_validate(data))
        parsed = _DaysFile.model_validate(data)
    except ValidationError as error:
        raise CalendarFileError(_explain(path, error)) from error
    return _days_layer(path, parsed)


def _locate(path_or_id: str | Path) -> Path:
    path = Path(path_or_id)
    if path.suffix not in {".yaml", ".yml"}:
        path = SHIPPED / f"{path_or_id}.yaml"
    if not path.is_file():
        shipped = "、".join(sorted(p.stem for p in SHIPPED.glob("*.yaml")))
        raise CalendarFileError(
            f"找不到日历层 {path_or_id}。自带的有：{shipped}；自定义的请写 .yaml 文件的路径。"
        )
    return path


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CalendarFileError(
            f"日历文件 {path.name} 第 {line} 行附近写法有误。请检查缩进、冒号和引号。"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CalendarFileError(
            f"日历文件 {path.name} 含有无法识别的字符。请另存为 UTF-8 编码的文本文件。"
        ) from error
    except ValueError as error:
        raise CalendarFileError(
            f"日历文件 {path.name} 写有不存在的日期（例如 2 月 30 日）。请逐行核对日期。"
        ) from error
    if not isinstance(data, dict):
        raise CalendarFileError(
            f"日历文件 {path.name} 内容有误。请按“名称: 内容”写明 id、title、source 和 days。"
        )
    return data


def _explain(path: Path, error: ValidationError) -> str:
    lines = [f"日历文件 {path.name} 有 {error.error_count()} 处错误："]
    for item in error.errors():
        field = ".".join(str(p + 1) if isinstance(p, int) else p for p in item["loc"])
        if item["type"].startswith("date"):
            cure = "请填日期，例如 2027-01-01"
        elif item["type"] == "literal_error":
            cure = "目前只支持 chinesecalendar"
        else:
            cure = CURES.get(item["type"], "填写有误，请改正")
        lines.append(f"  {field}：{cure}。")
    return "\n".join(lines)


def _days_layer(path: Path, parsed: _DaysFile) -> Layer:
    entries: dict[date, DayEntry] = {}
    for position, item in enumerate(parsed.days, start=1):
        if item.day in entries:
            raise CalendarFileError(
                f"日历文件 {path.name} 的 days.{position}：{item.day} 写了两次。请只留一行。"
            )
        entries[item.day] = DayEntry(item.day, item.working, item.name)
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
