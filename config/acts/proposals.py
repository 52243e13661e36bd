"""点单 and 延续: deeds on proposals, and on items that become proposals again."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from config.acts.parts import Deed
from engine.rules.proposals import ProposalChannel, Succession


class Collect(Deed):
    """收集建议; ``wishes`` by their numbers, which go on from those before."""

    do: Literal["collect"]
    year: int
    channel: ProposalChannel
    wishes: dict[int, str] = Field(min_length=1)


class Merge(Deed):
    """合并建议."""

    do: Literal["merge"]
    numbers: tuple[int, ...] = Field(min_length=1)
    into: int
    reason: str


class Assess(Deed):
    """评估建议; ``funds`` by number, in 万元, none for what is not feasible."""

    do: Literal["assess"]
    funds: dict[int, Decimal | None] = Field(min_length=1)
    feasible: bool = True
    opinion: str


class Decline(Deed):
    """不采纳建议."""

    do: Literal["decline"]
    numbers: tuple[int, ...] = Field(min_length=1)
    reason: str


class Meet(Deed):
    """会议审议建议; ``failed`` with what was said of each."""

    do: Literal["meet"]
    body: str
    title: str
    document: str = ""
    passed: tuple[int, ...]
    failed: dict[int, str] = Field(default_factory=dict)


class CarryOver(Deed):
    """延续与拓展: items by code, proposed for ``year``."""

    do: Literal["carry_over"]
    items: tuple[str, ...] = Field(min_length=1)
    year: int
    succession: Succession
    content: str = ""
