"""模板: the office's own wording, version by version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff

from pydantic import Field

from engine import wording
from engine.errors import DubanError
from engine.store.tables import TemplateVersion
from notifications.wording import (
    TEMPLATES,
    check,
    faults_now,
    find_template,
    revert,
    set_template,
    source_of,
    try_on,
)
from notifications.words import Words
from web.access import OFFICE, Role
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Choice, Given, Line, Nothing
from web.console.visit import Visit

HERE, ONE = "/templates", "/templates/{name}"
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A wording, and whose it is. ``version`` is 0 where it was never changed."""

    name: str
    title: str
    is_own: bool = False
    version: int = 0
    by: str = ""
    at: datetime | None = None
    note: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Templates:
    """All wordings."""

    templates: list[TemplateLine]


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """One wording: its text, how it differs from the shipped one, how it looks in a letter.

    Attributes:
        shown: the version whose text is shown.
        notice: the notice that the letter is about; None for an invented one.
    """

    line: TemplateLine
    shown: int
    source: str
    differences: list[str]
    versions: list[TemplateLine]
    subject: str
    letter: str
    notice: int | None
    spoilt: list[str]


class Asked(Given):
    """Which version."""

    version: int | None = Field(None, ge=0, title="版次")


class NewWording(Given):
    """A changed wording."""

    source: str = Field(
        title="模板原文",
        min_length=1,
        max_length=LONGEST,
        json_schema_extra={"lines": 20},
    )
    note: Line = Field(title="为什么改")
    seen: int = Field(title="在第几版上改", json_schema_extra={"kind": "hidden"}, ge=0)
    try_only: bool = Field(False, title="先试印，不启用", description="用最近一件真实的通知试印")


class Reverted(Given):
    """Which version to go back to."""

    to: int = Field(title="恢复哪一版", ge=0)


class OnlyTried(DubanError):
    """只是试印; ``words`` is the letter."""

    def __init__(self, words: Words, notice: int | None) -> None:
        super().__init__("以下为试印，还没有启用")
        self.words, self.notice = words, notice


def show(visit: Visit, _: Nothing) -> Templates:
    """All wordings."""
    changed, faults = wording.last_of_each(visit.session), faults_now(visit.session)
    return Templates([_line(name, changed.get(name), faults.get(name, "")) for name in TEMPLATES])


def _line(name: str, row: TemplateVersion | None, fault: str = "") -> TemplateLine:
    title = TEMPLATES[name].title
    if row is None:
        return TemplateLine(name, title)
    return TemplateLine(
        name, title, row.source is not None, row.number, row.author, row.at, row.note, fault
    )


def show_one(visit: Visit, asked: Asked, name: str) -> TemplatePage:
    """One wording."""
    name, session = find_template(name).name, visit.session
    every = wording.versions(session, name)
    source, shipped = source_of(session, name, asked.version), source_of(session, name, 0)
    words, notice = try_on(session, name)
    fault = faults_now(session).get(name, "")
    return TemplatePage(
        _line(name, every[0] if every else None, fault),
        (every[0].number if every else 0) if asked.version is None else asked.version,
        source,
        list(unified_diff(shipped.splitlines(), source.splitlines(), "自带", "本地", lineterm="")),
        [_line(name, row, row.fault) for row in every],
        words.subject,
        words.text,
        notice,
        [spoilt.why for spoilt in words.spoilt],
    )


def put(visit: Visit, given: NewWording, name: str) -> Done:
    """Put a changed wording in force, or only try it on."""
    source = given.source.replace("\r\n", "\n")
    if given.try_only:
        check(name, source)
        raise OnlyTried(*try_on(visit.session, name, source))
    number = set_template(visit.desk, name, source, given.note, visit.by, given.seen)
    return Done(f"第{number}版已启用，下一批信起使用；已写好的信不变")


def go_back(visit: Visit, given: Reverted, name: str) -> Done:
    """Put an older version in force again."""
    number = revert(visit.desk, name, given.to, visit.by)
    was = f"第{given.to}版" if given.to else "自带的"
    return Done(f"已恢复{was}，记为第{number}版")


def _offer_source(visit: Visit, name: str) -> Offer:
    template = find_template(name)
    last = wording.latest(visit.session, template.name)
    number = last.number if last else wording.SHIPPED
    return Offer(
        {"source": source_of(visit.session, name), "seen": number},
        facts=[("模板", template.title), ("正在使用", f"第{number}版" if number else "自带的")],
    )


def _offer_versions(visit: Visit, name: str) -> Offer:
    template = find_template(name)
    every = wording.versions(visit.session, template.name)
    older = [
        Choice(str(row.number), f"第{row.number}版（{row.author}：{row.note}）")
        for row in every[1:]
    ]
    return Offer(choices={"to": [Choice("0", "自带的"), *older]}, facts=[("模板", template.title)])


PAGES = (
    Page(
        "templates",
        HERE,
        "模板",
        OFFICE | {Role.ADMINISTRATOR},
        show,
        "templates.html",
        menu=Menu.RULES,
    ),
    Page(
        "template",
        ONE,
        "模板",
        OFFICE | {Role.ADMINISTRATOR},
        show_one,
        "template.html",
        Asked,
    ),
)
ACTS = (
    Act(
        "template-set",
        "/templates/{name}/set",
        "修改模板",
        OFFICE,
        put,
        NewWording,
        about="有错误的不能启用，会逐处指出。数字、依据、链接由系统写入，不会因改字而丢失。",
        offer=_offer_source,
        back=ONE,
        button="提交",
        template="template_set.html",
    ),
    Act(
        "template-revert",
        "/templates/{name}/revert",
        "恢复模板",
        OFFICE,
        go_back,
        Reverted,
        about="旧版不会被覆盖，恢复的记为新的一版。",
        offer=_offer_versions,
        back=ONE,
    ),
)
