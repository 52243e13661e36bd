"""One item of the list, from its texts to its values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import pairwise
from typing import TypeVar

from engine.ledger.dates import read_date
from engine.ledger.draft import Entry, ProjectDraft, TargetDraft
from engine.ledger.errors import Faults, Place
from engine.ledger.measures import Measure, read_measures, read_targets
from engine.ledger.steps import read_step
from engine.ledger.values import LedgerMilestone, LedgerProject, LedgerTarget
from engine.ledger.wording import WordingError, compact, read_integer, read_names
from engine.rules.words import Urgency

Value = TypeVar("Value")

_URGENCIES = {
    "": Urgency.NORMAL,
    "一般": Urgency.NORMAL,
    "普通": Urgency.NORMAL,
    "紧急": Urgency.URGENT,
    "加急": Urgency.URGENT,
    "特急": Urgency.CRITICAL,
}


def read_projects(
    drafts: list[ProjectDraft], year: int | None, faults: Faults
) -> tuple[LedgerProject, ...]:
    """The readable items in the order of the list; what is wrong goes to `faults`.

    Without a `year` dates are not looked at: the missing year is a fault of its own.
    """
    projects = [_read_project(draft, year, faults) for draft in drafts]
    _check_numbers(drafts, faults)
    return tuple(project for project in projects if project is not None)


def _read_project(draft: ProjectDraft, year: int | None, faults: Faults) -> LedgerProject | None:
    if not draft.title.text:
        faults.add(draft.title.place, "没有填写实事项目名称", "请填写项目名称")
    lead_units = read_names(draft.lead_units.text)
    if not lead_units:
        faults.add(draft.lead_units.place, "没有填写牵头单位", "每个事项至少填写一个牵头单位")
    number = _attempt(draft.number, read_integer, faults)
    targets = _read_targets(draft, faults)
    urgency = _read_urgency(draft.urgency, faults)
    due = _read_due(draft.due, year, faults) if year is not None else None
    milestones = _read_milestones(draft, year, due, faults) if year is not None else ()
    if number is None or due is None:
        return None
    return LedgerProject(
        number=number,
        field=draft.field.text,
        title=draft.title.text,
        content=draft.content.text,
        lead_units=lead_units,
        support_units=read_names(draft.support_units.text),
        sponsor=draft.sponsor.text,
        due=due,
        targets=targets,
        milestones=milestones,
        urgency=urgency,
        remark=draft.remark.text,
        source_row=draft.number.place.row or 0,
    )


def _attempt(entry: Entry, read: Callable[[str], Value], faults: Faults) -> Value | None:
    try:
        return read(entry.text)
    except WordingError as error:
        faults.add_wording(entry.place, error)
        return None


def _read_urgency(entry: Entry, faults: Faults) -> Urgency:
    urgency = _URGENCIES.get(compact(entry.text))
    if urgency is None:
        faults.add(entry.place, f"紧急程度“{entry.text}”不认识", "请填写一般、紧急或特急")
    return urgency or Urgency.NORMAL


def _read_due(entry: Entry, year: int, faults: Faults) -> date | None:
    if not entry.text:
        faults.add(entry.place, "没有填写完成时限", "请填写日期，如“11月底前”")
        return None
    due = _attempt(entry, lambda text: read_date(text, year), faults)
    if due is not None:
        _check_year(entry, due, year, faults)
    return due


def _check_year(entry: Entry, day: date, year: int, faults: Faults) -> None:
    if day.year != year:
        faults.add(
            entry.place,
            f"日期“{entry.text}”不在清单年度{year}年之内",
            f"请改为{year}年的日期，或核对清单年度",
        )


def _read_targets(draft: ProjectDraft, faults: Faults) -> tuple[LedgerTarget, ...]:
    targets: list[LedgerTarget] = []
    before: set[tuple[str, str]] = set()
    for target_draft in draft.targets:
        for target in _read_target(target_draft, draft.title.text, faults):
            if (target.metric, target.unit) in before:
                faults.add(
                    target_draft.text.place,
                    f"指标“{target.metric}”（{target.unit}）重复",
                    "请合并，或改用能区分的指标名称",
                )
            before.add((target.metric, target.unit))
            targets.append(target)
    if not draft.targets:
        faults.add(draft.targets_at, "没有填写任何目标", "请至少填写一个量化指标，如“2000个以上”")
    return tuple(targets)


def _read_target(draft: TargetDraft, title: str, faults: Faults) -> tuple[LedgerTarget, ...]:
    note = draft.note.text if draft.note else ""
    if draft.is_prose:
        named = _attempt(draft.text, read_targets, faults) or ()
        return tuple(_target(metric, measure, draft.text, note) for metric, measure in named)
    unit = draft.unit.text if draft.unit else ""
    measures = _attempt(draft.text, lambda text: read_measures(text, unit), faults) or ()
    metric = (draft.metric.text if draft.metric else "") or title
    return tuple(_target(metric, measure, draft.text, note) for measure in measures)


def _target(metric: str, measure: Measure, entry: Entry, note: str) -> LedgerTarget:
    return LedgerTarget(metric, measure.unit, measure.form, measure.planned, entry.text, note)


def _read_milestones(
    draft: ProjectDraft, year: int, due: date | None, faults: Faults
) -> tuple[LedgerMilestone, ...]:
    steps: list[tuple[Entry, LedgerMilestone]] = []
    for entry in draft.steps:
        step = _attempt(entry, lambda text: read_step(text, year), faults)
        if step is not None:
            steps.append((entry, step))
            _check_year(entry, step.due, year, faults)
    for entry, step in steps:
        if due is not None and step.due > due:
            faults.add(
                entry.place,
                f"节点“{step.name}”的日期晚于完成时限{due:%Y-%m-%d}",
                "请把节点改到完成时限之前，或改正完成时限",
            )
    _check_order(steps, faults)
    return tuple(step for _, step in steps)


def _check_order(steps: list[tuple[Entry, LedgerMilestone]], faults: Faults) -> None:
    for (_, earlier), (entry, later) in pairwise(steps):
        if later.due < earlier.due:
            faults.add(
                entry.place, f"节点“{later.name}”的日期早于前一个节点", "请按日期先后排列节点"
            )
    rated = [
        (entry, step.planned_percent) for entry, step in steps if step.planned_percent is not None
    ]
    for (_, low), (entry, high) in pairwise(rated):
        if low is not None and high is not None and high <= low:
            faults.add(
                entry.place,
                f"节点进度{high}%没有高于前一个节点的{low}%",
                "请填写逐步上升的累计进度",
            )


def _check_numbers(drafts: Iterable[ProjectDraft], faults: Faults) -> None:
    seen: dict[int, Place] = {}
    for draft in drafts:
        try:
            number = read_integer(draft.number.text)
        except WordingError:
            continue
        if number in seen:
            first = seen[number]
            faults.add(
                draft.number.place,
                f"序号{number}重复，第{first.row}行已经用过",
                "请为每个事项编不同的序号",
            )
        seen.setdefault(number, draft.number.place)
