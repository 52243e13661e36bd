"""Options that several commands share, and how what is typed becomes a value."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from engine.rules.figures import typed_figure
from engine.rules.words import Word

W = TypeVar("W", bound=Word)

AsJson = Annotated[bool, typer.Option("--json", help="标准输出只有一个 JSON 对象")]
By = Annotated[
    str,
    typer.Option("--by", metavar="姓名", help="办理人；同名的写“姓名@单位”", show_default=False),
]
ByOffice = Annotated[
    str,
    typer.Option("--by", metavar="姓名", help="督查室办理人；只有一人时可不写", show_default=False),
]
Code = Annotated[
    str, typer.Argument(metavar="编号", help="事项编号，如 2023-01", show_default=False)
]
ListYear = Annotated[
    int | None,
    typer.Option(
        "--year", metavar="年度", help="清单年度；默认今年的，没有的为最近一年", show_default=False
    ),
]
ListTitle = Annotated[
    str,
    typer.Option("--title", metavar="清单", help="一年有几份清单时写明标题", show_default=False),
]
Number = Annotated[
    int, typer.Argument(metavar="通知号", help="用 duban notices 查看", show_default=False)
]
Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="理由", show_default=False)]
Sample = Annotated[
    Path | None,
    typer.Option(
        "--sample", metavar="目录", help="库中没有清单时，先导入这份示例", show_default=False
    ),
]

Body = Annotated[
    str,
    typer.Option(
        "--body", metavar="机关", help="作出决定的机关，如市人大常委会", show_default=False
    ),
]
DecisionDocument = Annotated[
    str, typer.Option("--document", metavar="文号", help="决定的文号", show_default=False)
]


def to_day(text: str) -> date:
    """A date as typed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是日期，请写成 2023-06-30 的形式") from None


DecidedOn = Annotated[
    date | None,
    typer.Option(
        "--date", parser=to_day, metavar="年-月-日", help="决定的日期", show_default=False
    ),
]


def to_moment(text: str) -> date | datetime:
    """A date, or a date with a time of day; local where no zone is given."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"“{text}”不是时间，请写成 2023-06-30 或 2023-06-30T08:30 的形式"
        ) from None


def to_word(vocabulary: type[W], text: str) -> W:
    """A member of a closed list, by its English value or its Chinese word."""
    for word in vocabulary:
        if text in (word.value, word.label):
            return word
    choices = "、".join(f"{word.value}（{word.label}）" for word in vocabulary)
    raise typer.BadParameter(f"“{text}”不在可选范围内，可写：{choices}")


def to_figure(text: str) -> Decimal:
    """A number as typed, full-width digits and thousands separators included."""
    try:
        return typed_figure(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def to_named_figure(text: str) -> tuple[str, Decimal]:
    """A metric and its figure, typed as ``指标=数``."""
    name, sign, figure = text.rpartition("=")
    if not sign or not name.strip():
        raise typer.BadParameter(f"“{text}”应写成 指标=数，例如 学位=3200")
    return name.strip(), to_figure(figure)


def to_explanation(text: str) -> tuple[str, str]:
    """What is said to a doubt, typed as ``疑点=原因``, or to all of them, typed as ``原因``."""
    from engine.rules.honesty import HonestyCheck

    name, sign, why = text.partition("=")
    kind, colon, metric = name.strip().partition(":")
    check = next((c for c in HonestyCheck if kind in (c.value, c.label)), None)
    if not sign or check is None:
        return "", text.strip()
    return f"{check.value}{colon}{metric}", why.strip()


def to_named_text(text: str) -> tuple[str, str]:
    """A name and what is said of it, typed as ``名称=说明``."""
    name, sign, said = text.replace("＝", "=").partition("=")
    if not sign or not name.strip() or not said.strip():
        raise typer.BadParameter(f"“{text}”应写成 名称=说明，例如 学位=竣工验收备案6份")
    return name.strip(), said.strip()


def to_finding(text: str) -> tuple[str, date, str]:
    """A project, a date and what was found there, typed as ``编号:日期:问题``."""
    parts = text.replace("：", ":").split(":", 2)
    if len(parts) < 3 or not all(part.strip() for part in parts):
        raise typer.BadParameter(
            f"“{text}”应写成 编号:整改期限:问题，例如 2023-05:2023-07-14:泵站漏水"
        )
    return parts[0].strip(), to_day(parts[1].strip()), text[-len(parts[2]) :].strip()
