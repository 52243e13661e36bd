"""督办规则: ``duban policy check``, ``diff``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import answering
from cli.installation import installation
from cli.options import AsJson
from engine.rules.zone import local_day

if TYPE_CHECKING:
    from engine.rules.policy import Policy

PolicyName = Annotated[
    str, typer.Argument(metavar="规则", help="自带规则的名称，或 .yaml 文件", show_default=False)
]


def check(
    name: Annotated[
        str,
        typer.Argument(
            metavar="规则", help="名称或 .yaml 文件；默认为正在使用的", show_default=False
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """检查一份规则：写法是否正确，有没有永远轮不到的规则。"""
    with answering(as_json) as answer:
        from config.policy_lint import lint_dates, lint_policy
        from config.policy_loader import load_policy
        from config.settings import load_settings
        from flows.clock import system_clock

        settings = load_settings()
        policy = load_policy(name) if name else _in_force()
        today = local_day(settings.clock or system_clock())
        warnings = [*lint_policy(policy), *lint_dates(policy, today)]
        answer.say(f"{policy.title}：{len(policy.rules)}条规则，版本 {policy.version}")
        for warning in warnings:
            answer.warn(f"  {warning}")
        if warnings:
            answer.fall_short()
        else:
            answer.say("没有发现问题")
        answer.put(
            policy=policy.id,
            title=policy.title,
            version=policy.version,
            rules=len(policy.rules),
            warnings=warnings,
        )


def _in_force() -> Policy:
    """The policy that this installation goes by, whoever chose it."""
    with installation() as service:
        return service.rulebook.policy


def diff(old: PolicyName, new: PolicyName, as_json: AsJson = False) -> None:
    """比较两份规则。"""
    with answering(as_json) as answer:
        from config.policy_diff import diff_policies
        from config.policy_loader import load_policy

        differences = diff_policies(load_policy(old), load_policy(new))
        for difference in differences:
            answer.say(difference)
        if not differences:
            answer.say("两份规则没有差别")
        answer.put(differences=differences)


COMMANDS: dict[str, Callable[..., None]] = {"check": check, "diff": diff}
