"""人大交办: the opinions, where their problems stand, and how they were judged."""

from __future__ import annotations

from dataclasses import dataclass

from engine.tasks.opinions import OpinionView, opinion_views
from web.access import SUPERVISION
from web.console.declared import Menu, Page
from web.console.given import Nothing
from web.console.visit import Visit
from web.refusals import NotFound

HERE = "/opinions"
ONE = HERE + "/{code}"


@dataclass(frozen=True, slots=True)
class Opinions:
    """The opinions that were received."""

    opinions: list[OpinionView]


def show(visit: Visit, _: Nothing) -> Opinions:
    """The opinions; units see theirs, and those of which a problem is theirs."""
    return Opinions(opinion_views(visit.session, seen=visit.seen))


def show_one(visit: Visit, _: Nothing, code: str) -> OpinionView:
    """One opinion with its problems and reports."""
    return view_of(visit, code)


def view_of(visit: Visit, code: str) -> OpinionView:
    """The opinion of a code, as far as the asker may see it.

    Raises:
        NotFound: there is none for them.
    """
    found = opinion_views(visit.session, code, visit.seen)
    if not found:
        raise NotFound(f"没有编号为“{code}”的审议意见")
    return found[0]


PAGES = (
    Page("opinions", HERE, "人大交办", SUPERVISION, show, "opinions.html", menu=Menu.CHECKING),
    Page("opinion", ONE, "审议意见", SUPERVISION, show_one, "opinion.html"),
)
ACTS = ()
