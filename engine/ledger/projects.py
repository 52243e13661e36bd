"""One item of the list, from its texts to its values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from engine.ledger.attempt import attempt
from engine.ledger.breakdown import check_titles, has_targets
from engine.ledger.dates import read_date
from engine.ledger.draft import Entry, ProjectDraft
from engine.ledger.errors import Faults, Place
from engine.ledger.origins import check_repeats, read_follows, read_sources, read_succession
from engine.ledger.steps import read_step
from engine.ledger.targets import read_item_targets
from engine.ledger.values import LedgerMilestone, LedgerProject
from engine.ledger.wording import WordingError, compact, read_integer, read_names
from engine.rules.words import Urgency

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
    stray = [draft for draft in drafts if _is_stray(draft)]
    for draft in stray:
        faults.add(
            draft.number.place,
            f"“{draft.number.text}”不是序号，这一行也没有项目、牵头单位和时限",
            "是事项的请补全；是说明、签名、页码的请删去，或以“注：”开头",
        )
    projects = [_read_project(draft, year, faults) for draft in drafts if draft not in stray]
    _check_numbers(drafts, faults)
    check_repeats(drafts, faults)
    return tuple(project for project in projects if project is not None)


def read_measures_of(
    drafts: list[ProjectDraft], year: int, due: date, faults: Faults
) -> tuple[LedgerProject, ...]:
    """What an item with this promised date is to be broken down into; faults go to `faults`."""
    found = [_read_item(draft, place, year, faults) for place, draft in enumerate(drafts, 1)]
    _check_within(drafts, found, due, faults)
    check_titles(drafts, faults)
    return tuple(measure for measure in found if measure is not None)


def _is_stray(draft: ProjectDraft) -> bool:
    """Whether a row is no item at all: one fault says so, where each empty cell would be one."""
    if draft.title.text or draft.lead_units.text or draft.due.text or draft.measures:
        return False
    try:
        read_integer(draft.number.text)
    except WordingError:
        return bool(draft.number.text)
    return False


def _read_project(draft: ProjectDraft, year: int | None, faults: Faults) -> LedgerProject | None:
    number = attempt(draft.number, read_integer, faults)
    item = _read_item(draft, number or 0, year, faults)
    if not has_targets(draft):
        faults.add(draft.targets_at, "没有填写任何目标", "请至少填写一个量化指标，如“2000个以上”")
    sources = attempt(draft.sources, read_sources, faults) or ()
    succession = attempt(draft.succession, read_succession, faults)
    if number is None or item is None:
        return None
    return replace(
        item,
        sources=sources,
        follows=read_follows(draft.follows.text),
        succession=succession,
    )


def _read_item(
    draft: ProjectDraft, number: int, year: int | None, faults: Faults
) -> LedgerProject | None:
    """An item or a measure: all but what the list alone gives its items."""
    _check_texts(draft, faults)
    measures = [_read_item(part, n, year, faults) for n, part in enumerate(draft.measures, 1)]
    targets = read_item_targets(draft, faults)
    urgency = _read_urgency(draft.urgency, faults)
    due = _due_of(draft, measures, year, faults) if year is not None else None
    milestones = _read_milestones(draft, year, due, faults) if year is not None else ()
    if due is None:
        return None
    _check_within(draft.measures, measures, due, faults)
    return LedgerProject(
        number=number,
        field=draft.field.text,
        title=draft.title.text,
        content=draft.content.text,
        lead_units=read_names(draft.lead_units.text),
        support_units=read_names(draft.support_units.text),
        sponsor=draft.sponsor.text,
        due=due,
        targets=targets,
        milestones=milestones,
        urgency=urgency,
        remark=draft.remark.text,
        measures=tuple(measure for measure in measures if measure is not None),
    )


def _check_texts(draft: ProjectDraft, faults: Faults) -> None:
    if not draft.title.text:
        faults.add(draft.title.place, "没有填写事项名称", "请填写这一项的名称")
    if not any(read_names(item.lead_units.text) for item in (draft, *draft.measures)):
        faults.add(
            draft.lead_units.place,
            "没有填写牵头单位",
            "每个事项至少填写一个牵头单位；有措施的，也可以为每条措施填写责任单位",
        )
    check_titles(draft.measures, faults)


def _due_of(
    draft: ProjectDraft, measures: Sequence[LedgerProject | None], year: int, faults: Faults
) -> date | None:
    """The promised date; an item that gives none is done when the last of its measures is."""
    if draft.due.text or not measures:
        return _read_due(draft.due, year, faults)
    return max((measure.due for measure in measures if measure is not None), default=None)


def _check_within(
    drafts: Sequence[ProjectDraft],
    measures: Sequence[LedgerProject | None],
    due: date,
    faults: Faults,
) -> None:
    for draft, measure in zip(drafts, measures, strict=True):
        if measure is not None and measure.due > due:
            faults.add(
                draft.due.place,
                f"措施“{measure.title}”的完成时限{measure.due:%Y-%m-%d}"
                f"晚于所属事项的{due:%Y-%m-%d}",
                "请把措施改到事项的完成时限之前，或改正事项的完成时限",
            )


def _read_urgency(entry: Entry, faults: Faults) -> Urgency:
    urgency = _URGENCIES.get(compact(entry.text))
    if urgency is None:
        faults.add(entry.place, f"紧急程度“{entry.text}”不认识", "请填写一般、紧急或特急")
    return urgency or Urgency.NORMAL


def _read_due(entry: Entry, year: int, faults: Faults) -> date | None:
    if not entry.text:
        faults.add(entry.place, "没有填写完成时限", "请填写日期，如“11月底前”")
        return None
    due = attempt(entry, lambda text: read_date(text, year), faults)
    if due is not None:
        _check_year(entry, due, year, faults)
    return due


def _check_year(entry: Entry, day: date, year: int, faults: Faults) -> None:
    if day.year != year:
        meant = "" if str(day.year) in entry.text else f"（{day:%Y-%m-%d}）"
        faults.add(
            entry.place,
            f"日期“{entry.text}”{meant}不在清单年度{year}年之内",
            f"请改为{year}年的日期，或核对清单年度",
        )


def _read_milestones(
    draft: ProjectDraft, year: int, due: date | None, faults: Faults
) -> tuple[LedgerMilestone, ...]:
    steps: list[tuple[Entry, LedgerMilestone]] = []
    for entry in draft.steps:
        step = attempt(entry, lambda text: read_step(text, year), faults)
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
