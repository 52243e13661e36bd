"""What is different from one publication to the next, in words for the public."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from engine.rules.public_facts import Changed, PublicProject, PublicState

FIELDS: Mapping[str, str] = {
    "field": "领域",
    "title": "名称",
    "promise": "承诺内容",
    "lead": "牵头单位",
    "support": "配合单位",
    "targets": "指标和数据",
    "due": "完成时限",
    "first_due": "原定时限",
    "moved": "时限调整说明",
    "changes": "承诺调整",
    "light": "灯色",
    "actual": "进度",
    "standing": "办理类别",
    "result": "办理结果",
    "done_on": "完成日期",
    "plan": "实施方案",
}
"""What may differ from one publication to the next. The plan's share moves with the calendar by
itself, and that is no change."""


def differences(before: PublicState, after: PublicState) -> tuple[Changed, ...]:
    """What is different from the publication before, item by item."""
    return tuple(_differences(before, after))


def _differences(before: PublicState, after: PublicState) -> Iterator[Changed]:
    heads = [(state.program, state.issuer, state.basis) for state in (before, after)]
    if heads[0] != heads[1]:
        yield Changed("", "清单名称、发布机关或依据有变化")
    known = {item.code: item for item in before.projects}
    for item in after.projects:
        was = known.get(item.code)
        if was is None:
            yield Changed(item.code, "新列入")
        elif clauses := [text for name in FIELDS if (text := _difference(name, was, item))]:
            yield Changed(item.code, "；".join(clauses))
    kept = {item.code for item in after.projects}
    yield from (Changed(p.code, "不再列入") for p in before.projects if p.code not in kept)


def _difference(name: str, was: PublicProject, item: PublicProject) -> str:
    old, new = getattr(was, name), getattr(item, name)
    if old == new:
        return ""
    if name in ("light", "standing"):
        return f"{FIELDS[name]}由{old.label}变为{new.label}"
    if name == "actual":
        return f"{FIELDS[name]}由{_percent(old)}变为{_percent(new)}"
    return f"{FIELDS[name]}有更新"


def _percent(share: Decimal) -> str:
    return f"{share.normalize():f}%"


def same_item(before: PublicProject, after: PublicProject) -> bool:
    """Whether nothing about an item is different but what moves with the calendar by itself."""
    return replace(before, planned=after.planned) == after
