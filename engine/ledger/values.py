"""A yearly list as it was read from a file: values without any tie to the database."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from engine.rules.basis import Basis
from engine.rules.proposals import Succession
from engine.rules.targets import TargetForm
from engine.rules.words import PostKind, UnitLevel, Urgency


class UnitKind(StrEnum):
    """What a unit is, after the supervised bodies of 政府督查工作条例 (国令第733号) art. 5."""

    GOVERNMENT = "government"
    """本级政府, the government that adopted the list."""
    SUPERVISION_OFFICE = "supervision_office"
    """督查机构."""
    DEPARTMENT = "department"
    """本级政府所属部门."""
    LOWER_GOVERNMENT = "lower_government"
    """下级政府."""
    AUTHORISED_BODY = "authorised_body"
    """法律法规授权或受委托管理公共事务的组织."""


@dataclass(frozen=True, slots=True)
class LedgerTarget:
    """One measure (量化指标). `(metric, unit)` is unique within a project.

    `planned` is in the unit as written: 800万元 is 800 of "万元", 7.3万平方米 is 7.3 of
    "万平方米"; form ALL always has planned 100 and unit "%". A text with two measures
    ("29条68公里") gives two targets with the same `text`.
    """

    metric: str
    unit: str
    form: TargetForm
    planned: Decimal
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class LedgerMilestone:
    """One dated step (节点); `planned_percent` is 0 to 100, None where none was given."""

    name: str
    due: date
    planned_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LedgerProject:
    """One item of the list (实事项目). `number` (序号) is its identity within the list.

    `sources` are the numbers of the proposals it came from; `follows` is the code of last year's
    item that it goes on with, and `succession` how.
    """

    number: int
    field: str
    title: str
    content: str
    lead_units: tuple[str, ...]
    support_units: tuple[str, ...]
    sponsor: str
    due: date
    targets: tuple[LedgerTarget, ...]
    milestones: tuple[LedgerMilestone, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    remark: str = ""
    sources: tuple[int, ...] = ()
    follows: str = ""
    succession: Succession | None = None
    measures: tuple[LedgerProject, ...] = ()
    """What it is broken down into (工作措施); their numbers are their places, from 1."""
    added_later: bool = dataclasses.field(default=False, compare=False)
    """Broken down in the store, not by the list: a file that does not name it takes nothing
    back."""

    def with_parts(self) -> tuple[LedgerProject, ...]:
        """This and, behind it, all it is broken down into."""
        return (self, *(item for part in self.measures for item in part.with_parts()))


@dataclass(frozen=True, slots=True)
class LedgerUnit:
    """A unit (单位) named by the list or by its contact sheet.

    `parent` is the unit above it, which sees what this one has to do (地区抓总、县市落实).
    """

    name: str
    kind: UnitKind = UnitKind.DEPARTMENT
    level: UnitLevel | None = None
    parent: str = ""


@dataclass(frozen=True, slots=True)
class LedgerPost:
    """A post (岗位) and who holds it.

    `email` may be empty except for a contact. `deputy` is the name of the person who stands
    in (AB角); that person holds a post of the same contact sheet.
    """

    unit: str
    kind: PostKind
    holder: str
    title: str
    email: str
    may_sign: bool = False
    deputy: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """One year's list (年度清单), or one batch of it, with the units and posts that answer for it.

    `basis` (依据) is the decision that adopted the list, `document` its number, `approver` who took
    it and `approved_on` when: 政府督查工作条例 art. 11 lets nothing be supervised without one, and
    no file is read that lacks any of them. `sponsor` of a project is the title or the holder of a
    leader's post whenever there are posts at all.
    """

    title: str
    year: int
    issuer: str
    basis: str
    projects: tuple[LedgerProject, ...]
    units: tuple[LedgerUnit, ...]
    posts: tuple[LedgerPost, ...]
    document: str = ""
    approver: str = ""
    approved_on: date | None = None
    batch: int = 1
    layout: Mapping[str, Any] | None = dataclasses.field(default=None, compare=False)
    """How the file was laid out; no part of what it says."""
    notes: tuple[str, ...] = dataclasses.field(default=(), compare=False)
    """What whoever imports it should know of the file, though nothing is wrong (Chinese)."""

    @property
    def decision(self) -> Basis:
        """The decision that adopted this list or batch."""
        return Basis(self.basis, self.document, self.approver, self.approved_on)

    @property
    def items(self) -> tuple[LedgerProject, ...]:
        """The items and all that they are broken down into, each before its parts."""
        return tuple(item for project in self.projects for item in project.with_parts())

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields (领域) in the order of the list, each once."""
        return tuple(dict.fromkeys(project.field for project in self.projects))
