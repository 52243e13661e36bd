"""暂缓提醒: an item, or all that a unit leads, left alone for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from engine.notices import silencing
from engine.notices.silences import silence_of, silences
from engine.rules.conditions import written
from engine.rules.silences import Silence
from engine.staff.named import served_units
from web.access import OFFICE
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Choice, Given, Line, Nothing, Text
from web.console.item_facts import ITEM, Fact, item_facts
from web.console.visit import Visit
from web.refusals import NotFound

HERE = "/silences"
ABOUT = (
    "各时限不变，提示、催办、黄色警示暂不发出，期满次日恢复；红色警示、约谈建议、通报照常（本地设定）。"
    "每周清单列明。"
)


class ListAsked(Given):
    """Which are listed."""

    all: bool = Field(False, title="到期、解除的也列出")


@dataclass(frozen=True, slots=True)
class SilenceLine:
    """A silence and how it stands; ``ended`` is empty while it is in force."""

    silence: Silence
    ended: str


@dataclass(frozen=True, slots=True)
class Silences:
    """The silences, the newest first."""

    silences: list[SilenceLine]


class SilenceGiven(Given):
    """Until when, and why."""

    until: date = Field(title="暂缓至", description="含当日")
    reason: Text = Field(title="理由")


class UnitSilence(SilenceGiven):
    """The same, for all items of a unit."""

    unit: Line = Field(title="单位", description="该单位牵头的全部事项")


def show(visit: Visit, asked: ListAsked) -> Silences:
    """The silences in force, or all there were."""
    found = reversed(silences(visit.session, visit.day, all_=asked.all))
    return Silences(
        [SilenceLine(one, "" if one.holds_on(visit.day) else silencing.ended(one)) for one in found]
    )


def silence_item(visit: Visit, given: SilenceGiven, code: str) -> Done:
    """Silence an item."""
    visit.project(code)
    found = silencing.silence_item(visit.desk, code, given.until, given.reason, visit.by)
    return Done(f"{code} 暂缓提醒至{written(given.until)}", data={"silence": found.number})


def silence_unit(visit: Visit, given: UnitSilence) -> Done:
    """Silence all items of a unit."""
    found = silencing.silence_unit(visit.desk, given.unit, given.until, given.reason, visit.by)
    text = f"{found.unit}牵头的全部事项暂缓提醒至{written(given.until)}"
    return Done(text, data={"silence": found.number})


def lift_item(visit: Visit, _: Nothing, code: str) -> Done:
    """End the silence of an item."""
    project = visit.project(code)
    standing = silence_of(visit.session, visit.day, project_id=project.id)
    if standing is None:
        raise silencing.SilenceRefused(f"{code} 没有暂缓提醒，无需解除")
    return lift(visit, _, standing.number)


def lift(visit: Visit, _: Nothing, number: int) -> Done:
    """End a silence."""
    found = silencing.lift(visit.desk, number, visit.by)
    what = found.code or f"{found.unit}牵头的全部事项"
    return Done(f"{what} 的暂缓已解除，下一次日检查起恢复提醒", data={"silence": number})


def _offer_item(visit: Visit, code: str) -> Offer:
    return Offer(facts=[*item_facts(visit, visit.project(code)), _longest(visit)])


def _offer_unit(visit: Visit) -> Offer:
    units = [Choice(name, name) for name in served_units(visit.session)]
    return Offer(choices={"unit": units}, facts=[_longest(visit)])


def _longest(visit: Visit) -> Fact:
    limit = visit.desk.rulebook.policy.silences.at_most.limit
    last = visit.desk.rulebook.calendar.apply(visit.day, limit)
    return "最长", f"{limit.text}，最晚到{written(last)}"


def _offer_lift_item(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    standing = silence_of(visit.session, visit.day, project_id=project.id)
    return Offer(facts=[*item_facts(visit, project), *(_facts(standing) if standing else [])])


def _offer_lift(visit: Visit, number: int) -> Offer:
    every = silences(visit.session, visit.day, all_=True)
    found = next((one for one in every if one.number == number), None)
    if found is None:
        raise NotFound(f"没有暂缓号 {number}")
    return Offer(facts=_facts(found))


def _facts(silence: Silence) -> list[Fact]:
    what = f"{silence.code} {silence.title}" if silence.code else f"{silence.unit}牵头的全部事项"
    return [
        ("暂缓", f"{what}，{written(silence.starts_on)}至{written(silence.ends_on)}"),
        ("设定", f"{silence.author}：{silence.reason}"),
    ]


PAGES = (Page("silences", HERE, "暂缓提醒", OFFICE, show, "silences.html", ListAsked, Menu.ITEMS),)
ACTS = (
    Act(
        "silence",
        f"{ITEM}/silence",
        "暂缓提醒",
        OFFICE,
        silence_item,
        SilenceGiven,
        about=ABOUT,
        offer=_offer_item,
        back=ITEM,
    ),
    Act(
        "silence-lift",
        f"{ITEM}/silence-lift",
        "解除暂缓",
        OFFICE,
        lift_item,
        about="提前解除，下一次日检查起恢复提醒。",
        offer=_offer_lift_item,
        back=ITEM,
    ),
    Act(
        "silence-unit",
        f"{HERE}/unit",
        "暂缓提醒一个单位",
        OFFICE,
        silence_unit,
        UnitSilence,
        about=ABOUT,
        offer=_offer_unit,
        back=HERE,
    ),
    Act(
        "silence-end",
        f"{HERE}/{{number}}/lift",
        "解除这项暂缓",
        OFFICE,
        lift,
        about="提前解除，下一次日检查起恢复提醒。",
        offer=_offer_lift,
        back=HERE,
    ),
)
