"""单位与岗位: units, posts with A角 and B角, who answers today."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pydantic import Field
from sqlalchemy import select

from engine.rules.words import PostKind
from engine.staff import posts
from engine.staff.feeds import feed_named
from engine.staff.leaves import LeaveLine, leave_lines
from engine.staff.post_list import PostLine, post_lines
from engine.staff.unit_list import PersonLine, UnitLine, people_of, unit_lines
from engine.store.tables import Person, Post
from web.access import LEADERS, OFFICE, UNITS, Role, Roles
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Given, Line, MaybeLine, Nothing
from web.console.visit import Visit
from web.refusals import NotFound

HERE = "/staff"
SEE: Roles = OFFICE | LEADERS | UNITS | {Role.ADMINISTRATOR}
SHOWN = 100


class Asked(Given):
    """Which units."""

    q: MaybeLine = Field("", title="单位或姓名")
    vacant: bool = Field(False, title="只看有空缺的")
    page: int = Field(1, ge=1, le=10_000)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with who answers today, by post."""

    unit: UnitLine
    contact: str
    head: str
    posts: int
    vacant: int


@dataclass(frozen=True, slots=True)
class Staff:
    """The units."""

    units: list[UnitRow]
    total: int
    pages: int
    away: int


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One unit. ``feed`` is the address of its feed of dates; only the office sees it."""

    unit: UnitLine
    posts: list[PostLine]
    people: list[PersonLine]
    leaves: list[LeaveLine]
    feed: str
    feed_renewed_by: str


class NewHolder(Given):
    """Who takes a post."""

    holder: Line = Field(title="新任人员", description="其他单位的人兼任，写“姓名@单位”")
    email: MaybeLine = Field("", title="邮箱", description="已在通讯录中、邮箱不变的可不填")
    title: MaybeLine = Field("", title="职务", description="与岗位名称不同时填写")
    replaces: MaybeLine = Field("", title="接替", json_schema_extra={"kind": "hidden"})


class NewDeputy(Given):
    """Who stands in."""

    deputy: MaybeLine = Field("", title="B角", description="本单位人员；不设B角的留空")
    replaces: MaybeLine = Field("", title="接替", json_schema_extra={"kind": "hidden"})


def staff(visit: Visit, asked: Asked) -> Staff:
    """The units that the asker may see."""
    by_unit: dict[str, list[PostLine]] = defaultdict(list)
    for line in post_lines(visit.desk):
        by_unit[line.unit].append(line)
    found = [
        _row(unit, by_unit[unit.name])
        for unit in _seen(visit)
        if _matches(asked.q, unit, by_unit[unit.name])
    ]
    if asked.vacant:
        found = [row for row in found if row.vacant]
    first = (asked.page - 1) * SHOWN
    return Staff(
        found[first : first + SHOWN],
        len(found),
        -(-len(found) // SHOWN),
        sum(line.starts_on <= visit.day for line in leave_lines(visit.desk)),
    )


def _seen(visit: Visit) -> list[UnitLine]:
    units, asker = unit_lines(visit.session), visit.asker
    return units if asker.sees_all else [unit for unit in units if unit.number in asker.units]


def _matches(words: str, unit: UnitLine, held: list[PostLine]) -> bool:
    people = (name for line in held for name in (line.holder, line.deputy))
    return not words or words in unit.name or any(words in name for name in people)


def _row(unit: UnitLine, held: list[PostLine]) -> UnitRow:
    def today(kind: PostKind) -> str:
        return "、".join(dict.fromkeys(p.today or "无人" for p in held if p.kind is kind))

    return UnitRow(
        unit,
        today(PostKind.CONTACT),
        today(PostKind.UNIT_HEAD),
        len(held),
        sum(not line.holder for line in held),
    )


def unit_page(visit: Visit, _: Nothing, number: int) -> UnitPage:
    """One unit."""
    unit = next((unit for unit in _seen(visit) if unit.number == number), None)
    if unit is None:
        raise NotFound("没有这个单位，或者无权查看")
    feed = feed_named(visit.session, unit.name)
    links = visit.service.links
    is_office = visit.asker.may(OFFICE)
    return UnitPage(
        unit,
        post_lines(visit.desk, unit.name),
        people_of(visit.session, number),
        [line for line in leave_lines(visit.desk) if line.unit == unit.name],
        f"{visit.service.settings.base_url}{links.feed(feed.id, feed.serial)}" if is_office else "",
        feed.renewed_by or "",
    )


def hold(visit: Visit, given: NewHolder, number: int) -> Done:
    """A new holder takes a post."""
    told = posts.hold(
        visit.desk,
        number,
        given.holder,
        visit.by,
        replaces=given.replaces,
        email=given.email,
        title=given.title,
    )
    said = [f"已由{given.holder.partition('@')[0]}担任，在办事项随岗位不变"]
    said += [f"未发出的邮件{told.readdressed}封已改送"] if told.readdressed else []
    said += [f"领办领导已随之变更：{'、'.join(told.items)}"] if told.items else []
    return Done("；".join([*said, *told.warnings]), _unit_of(visit, number))


def set_deputy(visit: Visit, given: NewDeputy, number: int) -> Done:
    """Name who stands in."""
    warnings = posts.set_deputy(visit.desk, number, given.deputy, visit.by, replaces=given.replaces)
    name = given.deputy.partition("@")[0]
    said = f"B角已设为{name}" if name else "已不设B角"
    return Done("；".join([said, *warnings]), _unit_of(visit, number))


def _post(visit: Visit, number: int) -> Post:
    post = visit.session.get(Post, number)
    if post is None:
        raise NotFound("没有这个岗位")
    return post


def _unit_of(visit: Visit, number: int) -> str:
    return f"{HERE}/units/{_post(visit, number).unit_id}"


def _name(visit: Visit, person: int | None) -> str:
    return visit.session.get_one(Person, person).name if person else ""


def _offer_holder(visit: Visit, number: int) -> Offer:
    post = _post(visit, number)
    now = _name(visit, post.holder_id)
    facts = [("岗位", post.title), ("现任", now or "空缺")]
    return Offer({"replaces": now}, facts=facts)


def _offer_deputy(visit: Visit, number: int) -> Offer:
    post = _post(visit, number)
    now = _name(visit, post.deputy_id)
    people = visit.session.scalars(
        select(Person.name)
        .where(Person.unit_id == post.unit_id, Person.id != post.holder_id)
        .order_by(Person.id)
    )
    facts = [("岗位", post.title), ("A角", _name(visit, post.holder_id) or "空缺")]
    facts += [("现在的B角", now or "没有设"), ("本单位其他人员", "、".join(people) or "没有")]
    return Offer({"replaces": now, "deputy": now}, facts=facts)


PAGES = (
    Page("staff", HERE, "单位与岗位", SEE, staff, "staff.html", Asked, Menu.RULES),
    Page("staff-unit", "/staff/units/{number}", "单位", SEE, unit_page, "unit.html"),
)
ACTS = (
    Act(
        "post-hold",
        "/staff/posts/{number}/hold",
        "岗位换人",
        OFFICE,
        hold,
        NewHolder,
        about="职责属于岗位：换人后在办事项不变，还没有写好的通知改送新任人员。",
        offer=_offer_holder,
        back=HERE,
    ),
    Act(
        "post-deputy",
        "/staff/posts/{number}/deputy",
        "设定B角",
        OFFICE,
        set_deputy,
        NewDeputy,
        about="A角离岗期间，通知送B角，事项由B角办理。",
        offer=_offer_deputy,
        back=HERE,
    ),
)
