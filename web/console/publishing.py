"""公示: what the public would see now, and what it has been shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from engine.publicity.coming import Coming, coming, lists
from engine.publicity.objection_list import open_objections
from engine.publicity.publication_list import PublicationLine, publications
from engine.publicity.publishing import kept_state, publish
from engine.store.tables import Program
from web.access import LEADERS, OFFICE
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Choice, Given, MaybeText
from web.console.visit import Visit
from web.refusals import NotFound

HERE = "/publishing"


class PublishingAsked(Given):
    """Which list."""

    program: int | None = Field(None, title="清单")


@dataclass(frozen=True, slots=True)
class Publishing:
    """What would be published of a list now, None before there is a list; and what has been.

    Attributes:
        objections: how many of the public wait to be handled.
    """

    coming: Coming | None
    programs: list[Choice]
    publications: list[PublicationLine]
    objections: int
    overdue: int
    today: date


class Confirmed(Given):
    """Why what seems to be a name may be public."""

    confirm: MaybeText = Field(
        "",
        title="可以公示的理由",
        description="内容中有与人名相同的字样、经核对不是人名的，写明理由",
        json_schema_extra={"lines": 2},
    )


def show(visit: Visit, asked: PublishingAsked) -> Publishing:
    """What would be published now, and what has been."""
    found = lists(visit.session)
    chosen = next((row for row in found if asked.program in (None, row.id)), None)
    waiting = open_objections(visit.session)
    return Publishing(
        coming=coming(visit.desk, chosen) if chosen else None,
        programs=[Choice(str(row.id), row.name) for row in found],
        publications=publications(visit.session),
        objections=len(waiting),
        overdue=sum(line.is_overdue(visit.day) for line in waiting),
        today=visit.day,
    )


def make_public(visit: Visit, given: Confirmed, number: int) -> Done:
    """Publish a list as it now stands."""
    program = _program(visit, number)
    made = publish(visit.desk, program, visit.by, given.confirm)
    data = {"key": made.state.key, "new": made.is_new, "notices": len(made.notices)}
    notices = f"，连同{len(made.notices)}份通知" if made.notices else ""
    if not made.is_new:
        text = f"与本月公示的一样，清单没有再公示{notices}"
    else:
        changes = len(kept_state(made.state).changed)
        text = f"已公示：{made.state.title}，{changes}处变化{notices}"
    return Done(text, HERE, data)


def _program(visit: Visit, number: int) -> Program:
    program = visit.session.get(Program, number)
    if program is None:
        raise NotFound(f"没有编号为{number}的清单")
    return program


def _offer(visit: Visit, number: int) -> Offer:
    found = coming(visit.desk, _program(visit, number))
    facts = [
        ("清单", found.title),
        ("件数", f"{found.items.total}件"),
        ("变化", f"{len(found.changed)}处" if found.last_on else "第一次公示"),
    ]
    facts += [("通知", notice.title) for notice in found.notices]
    facts += [("有人名字样", clause) for clause in found.private]
    return Offer(facts=facts)


PAGES = (
    Page(
        "publishing",
        HERE,
        "公示",
        OFFICE | LEADERS,
        show,
        "publishing.html",
        PublishingAsked,
        Menu.PUBLIC,
    ),
)
ACTS = (
    Act(
        "publish",
        HERE + "/{number}/publish",
        "审核并公示",
        OFFICE,
        make_public,
        Confirmed,
        about="公示清单现在的进展，连同已签发、主动公开的通报。公示后七日内公众可以提出异议。",
        offer=_offer,
        back=HERE,
        is_grave=True,
    ),
)
