"""The report of a rehearsal: one page that holds everything, to be read, printed or passed on.

It is made from the store and the scenario alone, so that the same rehearsal gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.scenario import Scenario
from engine.rules.conditions import written
from engine.rules.targets import TargetForm
from engine.rules.words import Light, NoticeState, ProjectKind, Stage, Timeliness
from engine.store.tables import CalendarVersion, PolicyVersion, Program
from flows.rehearsal import burden, counts, events, lights
from flows.rehearsal.story import story
from notifications.filters import figure

Version = TypeVar("Version", PolicyVersion, CalendarVersion)

Refused = tuple[date, str, str]
LETTERS = {Light.GREEN: "绿", Light.YELLOW: "黄", Light.RED: "红", Light.BLUE: "蓝"}
"""What the cells of the grid say, for those who see no colours and for black-and-white print."""


def write_report(
    session: Session,
    scenario: Scenario,
    summary: Mapping[str, Any],
    path: Path,
    refused: Sequence[Refused] = (),
) -> None:
    """Write the page of a rehearsal that has ended.

    Args:
        session: one consistent look at the store of the rehearsal.
        summary: the counts of ``simulate``; the page prints them beside its own tables.
        path: the .html file to write.
        refused: the deeds that had to be refused: day, deed, and what was said.
    """
    # Before there is a list, nothing can be late and no notice goes out.
    months = counts.months_between(scenario.registered_on, scenario.last)
    rows = lights.light_rows(session, months)
    page = _template().render(
        scenario=scenario,
        summary=summary,
        programs=session.scalars(select(Program).order_by(Program.id)).all(),
        policies=_in_order_of_use(session, PolicyVersion),
        calendars=_in_order_of_use(session, CalendarVersion),
        months=months,
        notices=counts.count_notices(session, months),
        lights=rows,
        light_counts=lights.count_lights(rows),
        light_changes=lights.light_changes(session),
        burden=burden.measure_burden(session, months),
        items=events.promised_items(session),
        criticisms=events.criticisms(session),
        visits=events.visits(session),
        rectifications=events.rectifications(session),
        postponements=events.postponements(session),
        chapters=story(session),
        refused=refused,
    )
    path.write_text(page, encoding="utf-8")


def _in_order_of_use(session: Session, table: type[Version]) -> Sequence[Version]:
    return session.scalars(select(table).order_by(table.first_used_at, table.version)).all()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("flows.rehearsal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "day": written,
        "short": _short,
        "month": _month,
        "figure": figure,
        "letter": LETTERS.__getitem__,
        "width": _width,
    }
    vocabularies = (Light, NoticeState, ProjectKind, Stage, TargetForm, Timeliness)
    environment.globals |= {words.__name__: words for words in vocabularies}
    return environment.get_template("report.html")


def _short(day: date) -> str:
    """A date whose year is known: 6月30日."""
    return f"{day.month}月{day.day}日"


def _month(month: str) -> str:
    """The number of a month such as 2023-04."""
    return str(int(month[-2:]))


def _width(percent: float) -> str:
    """A length in a drawing."""
    return f"{percent:.2f}%"
