"""督办规则: the policy in tables with the source of each figure, and its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field
from sqlalchemy import select

from config.policy_diff import diff_policies
from config.policy_page import RULE_COLUMNS
from config.policy_words import light_words, rule_words, setting_words
from engine.rule_drafts import (
    Drafted,
    draft_of,
)
from engine.rules.policy import Policy
from engine.rules.words import Stage
from engine.store import rulebooks
from engine.store.tables import PolicyVersion
from web.access import SUPERVISION, Role
from web.console.declared import Menu, Page
from web.console.given import Given
from web.console.visit import Visit

HERE = "/policy"


class Asked(Given):
    """Which version."""

    version: str = Field("", max_length=16, title="版本")


@dataclass(frozen=True, slots=True)
class Table:
    """A part of the policy, its last column the source."""

    title: str
    note: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Version:
    """A policy that was in force once."""

    version: str
    title: str
    first_used_at: datetime
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """A policy.

    Attributes:
        differences: from the one in force, where another is shown.
        can_change: whether the office may write a draft here.
    """

    title: str
    version: str
    is_in_force: bool
    tables: list[Table]
    differences: list[str]
    versions: list[Version]
    can_change: bool
    has_draft: bool


def show(visit: Visit, asked: Asked) -> PolicyPage:
    """The policy in force, or an earlier one."""
    now = visit.desk.rulebook.policy
    shown = now
    if asked.version and asked.version != now.version:
        shown = rulebooks.policy_of(visit.session, asked.version)
    rows = visit.session.scalars(select(PolicyVersion).order_by(PolicyVersion.first_used_at.desc()))
    return PolicyPage(
        shown.title,
        shown.version,
        shown is now,
        _tables(shown),
        diff_policies(now, shown) if shown is not now else [],
        [
            Version(row.version, row.title, row.first_used_at, row.version == now.version)
            for row in rows
        ],
        not visit.service.rules.has_own_policy,
        draft_of(visit.session, Drafted.POLICY) is not None,
    )


def _tables(policy: Policy) -> list[Table]:
    settings = [[name, *words] for name, words in setting_words(policy).items()]
    lights = [list(light_words(light).values()) for light in policy.lights]
    order = "从上往下，第一条成立的为准；都不成立为绿灯。红灯整改后转黄灯，不再转绿。"
    tables = [
        Table("时限与时段", "", ["项目", "规定", "出处"], settings),
        Table("灯色", order, ["名称", "灯色", "何时", "出处"], lights),
    ]
    for stage in Stage:
        words = [rule_words(rule) for rule in policy.rules if rule.stage is stage]
        rows = [[told[column] for column in RULE_COLUMNS] for told in words]
        tables.append(Table(stage.label, "", list(RULE_COLUMNS), rows))
    return tables


PAGES = (
    Page(
        "policy",
        HERE,
        "督办规则",
        SUPERVISION | {Role.ADMINISTRATOR, Role.AUDITOR},
        show,
        "policy.html",
        Asked,
        Menu.RULES,
    ),
)
ACTS = ()
