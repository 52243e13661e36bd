"""The policy of an office from YAML: validated whole, with every fault told at once.

A file is either complete, or stands on a shipped one with ``extends`` and names only what differs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config.shipped import locate, shipped_names
from config.yaml_file import Model, Place, YamlFile, read_yaml, yaml_of
from engine.rules.policy import LightRule, Limits, Policy, Rule
from engine.rules.policy_parts import Budget, Digest, Hours, Papers, Part, Silencing

SHIPPED = Path(__file__).parent / "policies"
WHAT = "督办规则"


class Variant(Part):
    """A policy told by its differences from a shipped one.

    The sections ``limits``, ``hours``, ``weekly``, ``budget``, ``silences``, ``papers`` and
    ``lights`` are replaced whole, since lights are read in order; ``rules`` replace the rules of
    the same id; ``without`` leaves rules out.
    """

    extends: str
    id: str
    title: str
    limits: Limits | None = None
    hours: Hours | None = None
    weekly: Digest | None = None
    budget: Budget | None = None
    silences: Silencing | None = None
    papers: Papers | None = None
    lights: tuple[LightRule, ...] | None = None
    rules: tuple[Rule, ...] = ()
    without: tuple[str, ...] = ()


def load_policy(name_or_path: str | Path) -> Policy:
    """The policy of a shipped name such as ``default``, or of a .yaml file.

    Raises:
        ConfigError: in Chinese, with the line, the place, the fault and the cure of every fault.
    """
    return _policy_in(read_yaml(locate(SHIPPED, WHAT, name_or_path), WHAT))


def policy_of(text: str) -> Policy:
    """The policy that somebody has typed; raises as ``load_policy`` does."""
    return _policy_in(yaml_of(text, Path("草稿"), WHAT))


def policy_text(name_or_path: str | Path) -> str:
    """The text of a policy's file."""
    return locate(SHIPPED, WHAT, name_or_path).read_text(encoding="utf-8")


def _policy_in(file: YamlFile) -> Policy:
    if "extends" not in file.data:
        return _validated(file, Policy, file.data)
    variant = _validated(file, Variant, file.data)
    base = _base(file, variant)
    _refuse_unknown_ids(file, variant, base)
    return _validated(file, Policy, _merged(variant, base))


def shipped_policies() -> list[str]:
    """The names of the policies that come with the program."""
    return shipped_names(SHIPPED)


def _validated(file: YamlFile, model: type[Model], data: dict[str, Any]) -> Model:
    known = {name for part in Part.__subclasses__() for name in part.model_fields}
    return file.parse(model, data, known)


def _base(file: YamlFile, variant: Variant) -> Policy:
    if variant.extends not in shipped_policies():
        shipped = "、".join(shipped_policies())
        fault = f"没有自带的规则“{variant.extends}”，可写：{shipped}"
        raise file.refusal([file.fault(("extends",), fault)])
    return load_policy(variant.extends)


def _refuse_unknown_ids(file: YamlFile, variant: Variant, base: Policy) -> None:
    """A replaced or left-out rule must exist, or a misspelt id would quietly do nothing."""
    named: list[tuple[Place, str]] = [(("rules", i), r.id) for i, r in enumerate(variant.rules)]
    named += [(("without", i), rule_id) for i, rule_id in enumerate(variant.without)]
    faults = []
    seen: set[str] = set()
    for place, rule_id in named:
        if base.rule(rule_id) is None:
            faults.append(file.fault(place, f"{base.id} 中没有编号为“{rule_id}”的规则"))
        if rule_id in seen:
            faults.append(file.fault(place, f"“{rule_id}”写了不止一次，请只留一处"))
        seen.add(rule_id)
    if faults:
        raise file.refusal(faults)


def _merged(variant: Variant, base: Policy) -> dict[str, Any]:
    own = variant.model_dump(mode="json", exclude={"extends", "rules", "without"})
    replaced = {rule.id: rule.model_dump(mode="json") for rule in variant.rules}
    data = base.to_data()
    data["rules"] = [
        replaced.get(rule["id"], rule)
        for rule in data["rules"]
        if rule["id"] not in variant.without
    ]
    return data | {name: value for name, value in own.items() if value is not None}
