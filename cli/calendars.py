"""工作日历: ``duban calendar show``, ``effect``, ``import``."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import Answer, answering
from cli.files import read_text
from cli.installation import installation
from cli.options import AsJson, ByOffice
from engine.rules.zone import local_day

if TYPE_CHECKING:
    from engine.dates.recalculating import Effect
    from engine.rules.calendar import Calendar, DayNote

WEEK = "".join(f"  {name}  " for name in "一二三四五六日").rstrip()
"""Each day takes six columns: four for its number, two for its mark."""


def show(
    year: Annotated[
        int | None, typer.Argument(metavar="年份", help="默认今年", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """显示一年的工作日历：休为放假，班为调休上班，并写明出处。"""
    with answering(as_json) as answer, installation() as service:
        calendar = service.rulebook.calendar
        shown = year or local_day(service.now()).year
        notes = [calendar.note(day) for day in _days(shown)]
        _print(answer, calendar, shown, notes)
        answer.put(
            year=shown,
            provisional=shown not in calendar.published_years,
            version=calendar.version,
            working_days=sum(note.working for note in notes),
            days=[
                {
                    "date": note.day,
                    "working": note.working,
                    "reason": note.reason,
                    "source": note.source,
                }
                for note in notes
                if _mark(note)
            ],
        )


def _print(answer: Answer, calendar: Calendar, year: int, notes: list[DayNote]) -> None:
    state = "" if year in calendar.published_years else "（调休安排未公布，暂定）"
    answer.say(f"{year}年工作日历{state}：{sum(note.working for note in notes)}个工作日")
    for month in range(1, 13):
        answer.say("")
        for line in _month(calendar, year, month):
            answer.say(line)
    answer.say("")
    answer.say("出处：")
    for source in dict.fromkeys(note.source for note in notes if _mark(note)):
        answer.say(f"  {source}")


def _days(year: int) -> Iterator[date]:
    """Every day of a year, each once."""
    for month in range(1, 13):
        yield from (d for d in Weeks().itermonthdates(year, month) if d.month == month)


def _month(calendar: Calendar, year: int, month: int) -> Iterator[str]:
    """A month as a grid, weeks from Monday."""
    yield f"{month}月"
    yield WEEK
    for week in Weeks().monthdatescalendar(year, month):
        cells = (_cell(calendar, day) if day.month == month else " " * 6 for day in week)
        yield "".join(cells).rstrip()


def _cell(calendar: Calendar, day: date) -> str:
    mark = _mark(calendar.note(day))
    return f"{day.day:4d}{mark or '  '}"


def _mark(note: DayNote) -> str:
    """休 for a weekday off, 班 for a weekend at work; ordinary days carry none."""
    weekend = note.day.weekday() >= 5
    if note.working and weekend:
        return "班"
    if not note.working and ("放假" in note.reason or not weekend):
        return "休"
    return ""


def effect(
    layers: Annotated[
        list[str],
        typer.Argument(metavar="日历层…", help="各层的名称或 .yaml 路径，后面的覆盖前面的"),
    ],
    as_json: AsJson = False,
) -> None:
    """启用前预览：换用这些日历层，哪些时限会移动。不写入任何内容。"""
    with answering(as_json) as answer, installation() as service:
        from config.calendar_loader import load_calendar
        from engine.dates.recalculating import effect_of

        new, now = load_calendar(layers), service.rulebook.calendar
        with service.database.read() as session:
            found = effect_of(session, now, new, local_day(service.now()))
        _tell_effect(answer, found)
        answer.put(version=new.version, same=new.version == now.version)


def _tell_effect(answer: Answer, found: Effect) -> None:
    answer.say(f"将移动的时限：{len(found.moving)}个")
    answer.table(
        ("编号", "时限", "现为", "将为"),
        [(m.code, m.name, str(m.due), str(m.new_due)) for m in found.moving],
    )
    answer.say(f"对外承诺不随日历移动，但剩余工作日有变化的：{len(found.staying)}个")
    answer.table(
        ("编号", "时限", "日期", "剩余工作日", "当天"),
        [
            (
                s.code,
                s.name,
                str(s.due),
                f"{s.days_before} → {s.days_after}",
                "工作日" if s.works else "休息日",
            )
            for s in found.staying
        ],
    )
    answer.say(
        f"由暂定转为确定：{len(found.certain)}个；由确定转为暂定：{len(found.provisional)}个"
    )
    answer.put(
        moving=[
            {"code": m.code, "kind": m.kind, "name": m.name, "due": m.due, "new_due": m.new_due}
            for m in found.moving
        ],
        staying=[
            {
                "code": s.code,
                "kind": s.kind,
                "name": s.name,
                "due": s.due,
                "days_before": s.days_before,
                "days_after": s.days_after,
                "works": s.works,
            }
            for s in found.staying
        ],
        certain=len(found.certain),
        provisional=len(found.provisional),
    )


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="文件",
            help="放假通知全文（.txt），或日历文件（.yaml）",
            show_default=False,
        ),
    ],
    adopt: Annotated[bool, typer.Option("--adopt", help="随即启用；不写只看会移动什么")] = False,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """导入放假安排：先看会移动哪些时限，加 --adopt 启用，全部进程随即照办。"""
    with answering(as_json) as answer, installation() as service, service.at_desk() as at:
        from config.calendar_loader import with_arrangement
        from engine.dates.recalculating import effect_of
        from engine.listing import office_person
        from engine.rule_drafts import Drafted, put_in_force, write_draft

        text, now = read_text(file), at.rulebook.calendar
        layer, new = with_arrangement(now, text)
        answer.say(f"{layer.title}：{len(layer.entries)}天")
        _tell_effect(answer, effect_of(at.session, now, new, at.day))
        if adopt:
            service.rules.check_can_choose_calendar()
            who = by or office_person(at.session)
            write_draft(at, new, layer.title, text, f"导入{file.name}", who)
            put_in_force(at, Drafted.CALENDAR, new.version, who)
            answer.say("已启用")
        answer.put(version=new.version, adopted=adopt)


COMMANDS: dict[str, Callable[..., None]] = {"show": show, "effect": effect, "import": import_}
