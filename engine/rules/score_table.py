"""评分表: a published table of points, each figure with its source, known by its hash."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from functools import cached_property
from typing import Any

from pydantic import Field

from engine.rules.policy_parts import Part


class Base(Part):
    """What every unit begins with."""

    points: Decimal = Field(gt=0, le=1000)
    source: str = Field(min_length=1)


class Deduction(Part):
    """Points taken.

    Attributes:
        points: how many, each time; written without a sign.
        every: taken only for each so-manieth time, as two yellow cards cost one point (广元 2018).
        at_most: no more than this in all; None for no bound.
    """

    points: Decimal = Field(gt=0, le=1000)
    every: int = Field(default=1, ge=1)
    at_most: Decimal | None = Field(default=None, gt=0)
    source: str = Field(min_length=1)


class Bonus(Part):
    """Points given for each item; ``at_most`` bounds their sum."""

    points: Decimal = Field(gt=0, le=1000)
    at_most: Decimal | None = Field(default=None, gt=0)
    source: str = Field(min_length=1)


class OverBonus(Bonus):
    """``by_percent``: how far over its promise a target must be for the item to count."""

    by_percent: Decimal = Field(gt=0)


class Deductions(Part):
    """What costs points; what is left out costs none."""

    plan_missed: Deduction | None = None
    plan_late: Deduction | None = None
    report_missed: Deduction | None = None
    report_late: Deduction | None = None
    chase: Deduction | None = None
    yellow: Deduction | None = None
    red: Deduction | None = None
    circular: Deduction | None = None
    recheck_failed: Deduction | None = None
    finished_late: Deduction | None = None


class Bonuses(Part):
    """What earns points; what is left out earns none. ``at_most`` bounds all of it together."""

    early: Bonus | None = None
    over_target: OverBonus | None = None
    at_most: Decimal | None = Field(default=None, gt=0)


class ScoreTable(Part):
    """评分表. ``version`` is the hash of the content; two equal contents are one version."""

    id: str
    title: str = Field(max_length=200)
    base: Base
    deductions: Deductions
    bonuses: Bonuses = Bonuses()
    floor: Decimal = Field(default=Decimal(0), ge=0)

    @cached_property
    def version(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the content."""
        content = json.dumps(self.to_data(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def to_data(self) -> dict[str, Any]:
        """The table as JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> ScoreTable:
        """The exact table that ``to_data`` wrote."""
        return cls.model_validate(data)
