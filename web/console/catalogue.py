"""All pages and acts of the console, in the order of the menu. What is not here does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from web.console import (
    accounts,
    addresses,
    answering,
    assessing,
    assessments,
    assigning,
    backups,
    breaking_down,
    calendar,
    calendar_draft,
    changing,
    channels,
    completing,
    concluding,
    congress,
    date_feeds,
    deadlines,
    deliveries,
    drafts,
    evidence,
    exporting,
    extending,
    implementing,
    importing,
    inspections,
    instructing,
    jobs,
    leaves,
    log,
    meetings,
    my_unit,
    notices,
    objections,
    opinions,
    overview,
    own_account,
    pausing,
    planning,
    policy,
    policy_draft,
    project_page,
    projects,
    proposals,
    proposing,
    publishing,
    reporting,
    reports,
    reviews,
    signing,
    signing_for,
    silencing,
    staff,
    system,
    templates_page,
    wall,
)
from web.console.declared import Act, Page


class Noun(Protocol):
    """A module of the console: what it shows and what it does."""

    @property
    def PAGES(self) -> Sequence[Page]: ...

    @property
    def ACTS(self) -> Sequence[Act]: ...


NOUNS: tuple[Noun, ...] = (
    overview,
    my_unit,
    projects,
    wall,
    project_page,
    signing_for,
    reporting,
    reports,
    answering,
    assigning,
    breaking_down,
    planning,
    implementing,
    extending,
    completing,
    pausing,
    silencing,
    changing,
    instructing,
    evidence,
    importing,
    exporting,
    inspections,
    concluding,
    reviews,
    opinions,
    congress,
    assessments,
    assessing,
    deadlines,
    policy,
    policy_draft,
    calendar,
    calendar_draft,
    staff,
    date_feeds,
    leaves,
    addresses,
    templates_page,
    drafts,
    signing,
    deliveries,
    notices,
    publishing,
    objections,
    proposals,
    proposing,
    meetings,
    own_account,
    system,
    jobs,
    channels,
    backups,
    accounts,
    log,
)
PAGES: tuple[Page, ...] = tuple(page for noun in NOUNS for page in noun.PAGES)
ACTS: tuple[Act, ...] = tuple(act for noun in NOUNS for act in noun.ACTS)
ENTRIES: tuple[Page | Act, ...] = (*PAGES, *ACTS)
