"""日历草稿: the import of a notice, what it would move, and its adoption."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field

from config.calendar_loader import with_arrangement
from engine.dates.recalculating import Moving, Staying, effect_of
from engine.errors import DubanError
from engine.rule_drafts import Drafted, draft_of, drop_draft, put_in_force, write_draft
from engine.rules.calendar import Calendar
from web.access import OFFICE
from web.console.calendar import HERE, LayerLine, days_of, line_of
from web.console.declared import Act, Done, Offer, Page
from web.console.given import Given, Line, Nothing, Upload
from web.console.rule_drafting import CHIEFS, SEE_DRAFT, Seen, text_of
from web.console.visit import Visit

DRAFT = "/calendar/draft"
SHOWN = 200
"""How many dates that move are listed."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A day that is another one by the draft."""

    day: date
    works: bool
    reason: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft, and what it would move. ``moving`` and ``staying`` are cut; ``moves`` and ``stays``
    are not."""

    version: str
    title: str
    note: str
    author: str
    written_at: datetime | None
    changed: list[Changed]
    moving: list[Moving]
    staying: list[Staying]
    moves: int
    stays: int
    certain: int
    provisional: int
    layers: list[LayerLine]


class Import(Given):
    """A notice or a file of days."""

    text: str = Field(
        "",
        title="通知全文",
        description="连同标题粘贴国务院办公厅的放假通知；自治区、本市的安排写成日历文件粘贴",
        max_length=50_000,
        json_schema_extra={"lines": 14},
    )
    file: Upload | None = Field(None, title="或者上传文件", description="通知或日历文件")
    note: Line = Field(title="说明", description="例如：导入2027年放假安排")


def bring_in(visit: Visit, given: Import) -> Done:
    """Make a draft of a notice."""
    visit.service.rules.check_can_choose_calendar()
    text = given.text.strip() or (text_of(given.file).strip() if given.file else "")
    if not text:
        raise DubanError("请粘贴通知全文，或者上传文件")
    layer, new = with_arrangement(visit.desk.rulebook.calendar, text)
    write_draft(visit.desk, new, layer.title, text, given.note, visit.by)
    return Done(f"已读出{len(layer.entries)}天的安排，请看会移动哪些时限，再决定启用", DRAFT)


def show_draft(visit: Visit, _: Nothing) -> DraftPage:
    """A draft, and what it would move."""
    draft = draft_of(visit.session, Drafted.CALENDAR)
    if draft is None:
        return DraftPage("", "", "", "", None, [], [], [], 0, 0, 0, 0, [])
    now, new = visit.desk.rulebook.calendar, Calendar.from_data(draft.content)
    effect = effect_of(visit.session, now, new, visit.day)
    return DraftPage(
        draft.version,
        draft.title,
        draft.note,
        draft.author,
        draft.written_at,
        _changed(now, new),
        list(effect.moving[:SHOWN]),
        list(effect.staying[:SHOWN]),
        len(effect.moving),
        len(effect.staying),
        len(effect.certain),
        len(effect.provisional),
        [line_of(layer) for layer in new.layers],
    )


def _changed(now: Calendar, new: Calendar) -> list[Changed]:
    years = sorted(
        {e.day.year for layer in new.layers for e in layer.entries} | new.published_years
    )
    days = (day for year in years for day in days_of(year))
    return [
        Changed(day, new.is_working(day), new.note(day).reason)
        for day in days
        if now.is_working(day) != new.is_working(day)
    ]


def adopt(visit: Visit, given: Seen) -> Done:
    """Put the draft in force."""
    put_in_force(visit.desk, Drafted.CALENDAR, given.seen, visit.by)
    return Done("新日历已启用，由期限推算的时限已重新计算", HERE)


def drop(visit: Visit, _: Nothing) -> Done:
    """Do without the draft."""
    drop_draft(visit.desk, Drafted.CALENDAR, visit.by)
    return Done("草稿已放弃", HERE)


def _offer_seen(visit: Visit) -> Offer:
    page = show_draft(visit, Nothing())
    if not page.version:
        raise DubanError("没有等待启用的日历草稿")
    facts = [
        ("草稿", f"{page.title}（{page.author}）"),
        ("会移动的时限", f"{page.moves}个"),
        ("剩余工作日有变化的承诺", f"{page.stays}个，日期不动"),
    ]
    return Offer({"seen": page.version}, facts=facts)


PAGES = (Page("calendar-draft", DRAFT, "日历草稿", SEE_DRAFT, show_draft, "calendar_draft.html"),)
ACTS = (
    Act(
        "calendar-import",
        "/calendar/import",
        "导入放假安排",
        OFFICE,
        bring_in,
        Import,
        about="先成为草稿，看清会移动哪些时限，再由督查室主任启用。",
        back=HERE,
        button="读入",
    ),
    Act(
        "calendar-adopt",
        "/calendar/adopt",
        "启用日历",
        CHIEFS,
        adopt,
        Seen,
        about="启用后，由期限推算的时限随之移动；写明日期的承诺不动。",
        offer=_offer_seen,
        back=DRAFT,
        is_grave=True,
    ),
    Act("calendar-drop", "/calendar/drop", "放弃日历草稿", OFFICE, drop, back=DRAFT, is_grave=True),
)
