"""A ledger as it is written: texts and where they stand, the same for every kind of file."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from engine.ledger.errors import Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A text as written, outer blanks removed, and its place; empty where nothing is written."""

    text: str
    place: Place


@dataclass(slots=True)
class TargetDraft:
    """The text of a target: a value with its metric beside it, or a sentence that holds both."""

    text: Entry
    is_prose: bool = False
    metric: Entry | None = None
    unit: Entry | None = None
    note: Entry | None = None


@dataclass(slots=True)
class ProjectDraft:
    """One item with the texts of each of its columns; `targets_at` is where targets belong.

    `measures` are what it is broken down into; of theirs, number and origins are empty.
    """

    number: Entry
    field: Entry
    title: Entry
    content: Entry
    lead_units: Entry
    support_units: Entry
    sponsor: Entry
    due: Entry
    urgency: Entry
    remark: Entry
    sources: Entry
    follows: Entry
    succession: Entry
    targets: list[TargetDraft]
    targets_at: Place
    steps: list[Entry]
    measures: list[ProjectDraft] = dataclasses.field(default_factory=list)
    steps_text: str = ""
    """The steps as they stand in the file, before they were cut apart."""


@dataclass(slots=True)
class PostDraft:
    """One row of the contact sheet."""

    unit: Entry
    kind: Entry
    post: Entry
    holder: Entry
    title: Entry
    email: Entry
    may_sign: Entry
    deputy: Entry


@dataclass(slots=True)
class UnitDraft:
    """Where one unit stands in the tree of units."""

    name: Entry
    level: Entry
    parent: Entry


@dataclass(slots=True)
class LedgerDraft:
    """The whole file; `posts` is None where it has no contact sheet, `layout` where the file has
    none to go out in again, `notes` what its author should know though nothing is wrong."""

    title: Entry
    year: Entry
    issuer: Entry
    basis: Entry
    document: Entry
    approver: Entry
    approved_on: Entry
    batch: Entry
    projects: list[ProjectDraft] = field(default_factory=list)
    posts: list[PostDraft] | None = None
    units: list[UnitDraft] = field(default_factory=list)
    layout: dict[str, Any] | None = None
    notes: list[str] = field(default_factory=list)
