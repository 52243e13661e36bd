"""Deeds of supervision: inspections, re-checks, reviews, circulars, assessments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from config.acts.parts import Deed, OfItem
from engine.rules.assessments import ScoreItem
from engine.rules.reviews import ReviewState
from engine.rules.words import InspectionKind


class PlanInspection(Deed):
    """列入督查计划, beside the inspections of the scenario."""

    do: Literal["plan_inspection"]
    kind: InspectionKind
    title: str
    visited: tuple[int, ...] = Field(min_length=1)


class Recheck(OfItem):
    """复查 of a rectification; one that fails is done again on ``done_on``."""

    do: Literal["recheck"]
    passed: bool
    text: str
    due: date | None = None
    done_on: date | None = None


class AskReview(OfItem):
    """申请复核 of a rectification."""

    do: Literal["ask_review"]
    reason: str


class DecideReview(OfItem):
    """复核决定 on a rectification."""

    do: Literal["decide_review"]
    outcome: ReviewState
    decision: str
    due: date | None = None


class Score(Deed):
    """考核评分."""

    do: Literal["score"]
    year: int
    table: str = "default"


class PublishScores(Deed):
    """送达得分."""

    do: Literal["publish_scores"]
    year: int


class ObjectToScore(Deed):
    """提出考核异议, against the first line of a kind."""

    do: Literal["object"]
    year: int
    unit: str
    line: ScoreItem
    reason: str


class SettleObjection(Deed):
    """处理考核异议."""

    do: Literal["settle"]
    year: int
    unit: str
    accept: bool
    reason: str
    points: Decimal | None = None


class AmendCircular(Deed):
    """修改通报稿: a remark in the first circular that waits for its signature."""

    do: Literal["amend_circular"]
    text: str
