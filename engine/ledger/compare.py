"""What has changed between two versions of a list, in Chinese, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.ledger.promises import worded
from engine.ledger.values import (
    Ledger,
    LedgerMilestone,
    LedgerPost,
    LedgerProject,
    LedgerTarget,
    UnitKind,
)
from engine.rules.conditions import written
from engine.rules.words import Word

PROJECT_FIELDS = {
    "field": "领域",
    "title": "项目名称",
    "content": "目标任务",
    "lead_units": "牵头单位",
    "support_units": "配合单位",
    "sponsor": "领办领导",
    "due": "完成时限",
    "targets": "量化指标",
    "milestones": "节点",
    "urgency": "紧急程度",
    "remark": "备注",
    "sources": "来源建议",
    "follows": "上年事项",
    "succession": "延续拓展",
}
ONLY_ADDED = ("sources", "follows", "succession")
"""What a list may leave out without taking anything back: adopted proposals stay adopted."""
DECISION_FIELDS = {
    "issuer": "发文机关",
    "basis": "依据",
    "document": "文号",
    "approver": "批准机关",
    "approved_on": "批准日期",
}
UNIT_KINDS = {
    UnitKind.GOVERNMENT: "本级政府",
    UnitKind.SUPERVISION_OFFICE: "督查机构",
    UnitKind.DEPARTMENT: "政府部门",
    UnitKind.LOWER_GOVERNMENT: "下级政府",
    UnitKind.AUTHORISED_BODY: "授权或受托组织",
}
POST_FIELDS = {
    "holder": "姓名",
    "email": "邮箱",
    "may_sign": "签发权",
    "deputy": "AB角",
}


def differences(old: Ledger, new: Ledger) -> list[str]:
    """Every difference, list first, then projects by number, then units, then posts."""
    return [
        *_of_list(old, new),
        *_of_projects(old, new),
        *_of_units(old, new),
        *_of_posts(old, new),
    ]


def roster_changes(old: Ledger, new: Ledger) -> list[str]:
    """What of the units and posts that are there already differs; new ones are no change."""
    known = {(post.unit, post.kind.value, post.title) for post in old.posts}
    there = [p for p in new.posts if (p.unit, p.kind.value, p.title) in known]
    return [*_of_units(old, new), *_of_posts(old, replace(new, posts=tuple(there)))]


def changed_fields(old: LedgerProject, new: LedgerProject) -> list[str]:
    """The names of the fields that differ."""
    return [
        name
        for name in PROJECT_FIELDS
        if _said(old, name) != _said(new, name)
        and not (name in ONLY_ADDED and _adds_nothing(old, new, name))
    ]


def _adds_nothing(old: LedgerProject, new: LedgerProject, name: str) -> bool:
    if name == "sources":
        return set(new.sources) <= set(old.sources)
    return not getattr(new, name)


def _said(project: LedgerProject, name: str) -> object:
    """What a field says. Of several units only the first is set apart; it leads."""
    if name == "lead_units":
        return project.lead_units[0], frozenset(project.lead_units[1:])
    if name == "support_units":
        return frozenset(project.support_units) - frozenset(project.lead_units)
    if name == "milestones":
        return sorted(project.milestones, key=lambda step: (step.due, step.name))
    return getattr(project, name)


def _of_list(old: Ledger, new: Ledger) -> Iterator[str]:
    for name, label in DECISION_FIELDS.items():
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            yield f"{label}：{_text(was)} → {_text(now)}"


def _of_projects(old: Ledger, new: Ledger) -> Iterator[str]:
    before = {project.number: project for project in old.projects}
    after = {project.number: project for project in new.projects}
    for number in sorted(before.keys() | after.keys()):
        if number not in before:
            yield f"第{number}项 新增：{after[number].title}"
        elif number not in after:
            yield f"第{number}项 删除：{before[number].title}"
        else:
            for name in changed_fields(before[number], after[number]):
                was, now = getattr(before[number], name), getattr(after[number], name)
                yield f"第{number}项 {PROJECT_FIELDS[name]}：{_text(was)} → {_text(now)}"
            yield from _of_measures(f"第{number}项", before[number], after[number])


def _of_measures(where: str, old: LedgerProject, new: LedgerProject) -> Iterator[str]:
    """What has changed in the measures; what they only take from the item is told there."""
    matched = match_measures(old, new)
    for was, now in matched.kept:
        place = f"{where}措施{was.number}"
        for name in changed_fields(was, now):
            pair = getattr(was, name), getattr(now, name)
            if pair != (getattr(old, name), getattr(new, name)):
                yield f"{place} {PROJECT_FIELDS[name]}：{_text(pair[0])} → {_text(pair[1])}"
        yield from _of_measures(place, was, now)
    yield from (f"{where}措施{gone.number} 删除：{gone.title}" for gone in matched.gone)
    yield from (f"{where} 新增措施：{fresh.title}" for fresh in matched.fresh)


@dataclass(frozen=True, slots=True)
class MatchedMeasures:
    """Which measure of an item is which: pairs of old and new, those gone, and those added."""

    kept: tuple[tuple[LedgerProject, LedgerProject], ...]
    gone: tuple[LedgerProject, ...]
    fresh: tuple[LedgerProject, ...]


def match_measures(old: LedgerProject, new: LedgerProject) -> MatchedMeasures:
    """A measure is the one of the same words or, reworded, the one in the same place. What was
    broken down in the store is not gone from a file that never named it."""
    titled = {measure.title: measure for measure in old.measures}
    found = {m.number: titled.pop(m.title) for m in new.measures if m.title in titled}
    placed = {m.number: m for m in titled.values() if not m.added_later}
    for measure in new.measures:
        if measure.number not in found and measure.number in placed:
            found[measure.number] = placed.pop(measure.number)
    return MatchedMeasures(
        kept=tuple((found[m.number], m) for m in new.measures if m.number in found),
        gone=tuple(placed.values()),
        fresh=tuple(m for m in new.measures if m.number not in found),
    )


def _of_units(old: Ledger, new: Ledger) -> Iterator[str]:
    kinds = {unit.name: unit.kind for unit in old.units}
    for unit in new.units:
        was = kinds.get(unit.name, unit.kind)
        if was != unit.kind:
            yield f"{unit.name} 单位类别：{UNIT_KINDS[was]} → {UNIT_KINDS[unit.kind]}"
    yield from _of_levels(old, new)


def _of_levels(old: Ledger, new: Ledger) -> Iterator[str]:
    """Where units stand; a file that does not say so takes nothing back."""
    before = {unit.name: unit for unit in old.units}
    for unit in new.units:
        was = before.get(unit.name)
        if unit.level and was and was.level != unit.level:
            yield f"{unit.name} 层级：{_text(was.level)} → {_text(unit.level)}"
        if unit.parent and was and was.parent != unit.parent:
            yield f"{unit.name} 上级单位：{_text(was.parent)} → {_text(unit.parent)}"


def _of_posts(old: Ledger, new: Ledger) -> Iterator[str]:
    before = {(p.unit, p.kind.value, p.title): p for p in old.posts}
    after = {(p.unit, p.kind.value, p.title): p for p in with_addresses(new.posts)}
    for key, post in after.items():
        if key not in before:
            yield f"{post.unit} {post.title} 新增：{post.holder}"
        elif before[key] != post:
            yield f"{post.unit} {post.title} {_post(before[key], post)}"


def with_addresses(posts: Sequence[LedgerPost]) -> list[LedgerPost]:
    """The posts, each with its holder's address, which need be written only once."""
    known = {(post.unit, post.holder): post.email for post in posts if post.email}
    return [replace(p, email=p.email or known.get((p.unit, p.holder), "")) for p in posts]


def _post(old: LedgerPost, new: LedgerPost) -> str:
    return "；".join(
        f"{label}：{_text(getattr(old, name))} → {_text(getattr(new, name))}"
        for name, label in POST_FIELDS.items()
        if getattr(old, name) != getattr(new, name)
    )


def _text(value: object) -> str:
    if isinstance(value, LedgerTarget):
        return f"{value.metric}{worded(value)}" + (f"（{value.note}）" if value.note else "")
    if isinstance(value, LedgerMilestone):
        share = "" if value.planned_percent is None else f"（{value.planned_percent}%）"
        return f"{written(value.due)}{value.name}{share}"
    if isinstance(value, Word):
        return value.label
    if isinstance(value, bool):
        return "有" if value else "无"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(_text(part) for part in value) or "无"
    if isinstance(value, date):
        return written(value)
    return str(value or "无")
