"""What the console consists of: pages to look at and acts to carry out.

Each is declared once, with the roles that may. From the declarations come the pages and forms for
browsers (``pages.py``), the API for programs (``api.py``), the menu, and the matrix of who may
what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.rules.words import Word
from web.access import Roles
from web.console.given import Choice, Given, Nothing


class Menu(Word):
    """The groups of the menu."""

    TODAY = "today", "今日"
    ITEMS = "items", "事项"
    PAPERS = "papers", "文书"
    CHECKING = "checking", "督查"
    PUBLIC = "public", "公示"
    RULES = "rules", "规则"
    SYSTEM = "system", "系统"


@dataclass(frozen=True, slots=True)
class Page:
    """A page to look at.

    Attributes:
        name: unique; what templates and the API call it.
        path: its address, with ``{names}`` for what it is about.
        may: the roles that may look.
        load: takes the visit, what was asked for as ``asks`` says, and what the path names;
            gives a dataclass, which the template gets as ``page`` and the API as JSON, or a
            ``Download``.
        template: under ``templates/console/``.
        asks: the fields of its address after the question mark.
        menu: the group of the menu it stands in; None for none.
        keeps: whether the store keeps what is first made for it, such as a paper.
    """

    name: str
    path: str
    title: str
    may: Roles
    load: Callable[..., Any]
    template: str = ""
    asks: type[Given] = Nothing
    menu: Menu | None = None
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Download:
    """A file that a page gives instead of HTML; such a page has no template."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What the form of an act begins with.

    Attributes:
        values: what stands in its fields, by name.
        choices: what there is to choose from, by field.
        facts: what one should know before, as term and text.
        hints: said beside a field instead of what the declaration says.
        more: for templates of their own.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    facts: Sequence[tuple[str, str]] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
    more: Any = None


@dataclass(frozen=True, slots=True)
class Done:
    """What an act has done.

    Attributes:
        text: for the reader.
        to: the address to go on from; by default the page that the act belongs to.
        data: plain JSON for programs.
        secret: what is shown this once, such as a new password.
    """

    text: str
    to: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """An act to carry out; in a browser a form, which stands at the address that it is sent to.

    Attributes:
        name: unique.
        path: its address, with ``{names}`` for what it is about.
        may: the roles that may; the engine decides once more by posts.
        takes: the fields of the form.
        carry_out: takes the visit, what was given, and what the path names; gives what was done.
            It is one transaction: a refusal leaves nothing behind.
        about: what it does, before it is done.
        offer: what the form begins with; takes the visit and what the path names.
        back: the address that the form leads back to, with the path's ``{names}``.
        button: what its button says; by default its title.
        is_grave: it is asked once more before it is done.
        template: a form of its own.
    """

    name: str
    path: str
    title: str
    may: Roles
    carry_out: Callable[..., Done]
    takes: type[Given] = Nothing
    about: str = ""
    offer: Callable[..., Offer] | None = None
    back: str = "/"
    button: str = ""
    is_grave: bool = False
    template: str = "act.html"
