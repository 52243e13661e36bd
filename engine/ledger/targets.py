"""The targets of an item, from its texts to its values."""

from __future__ import annotations

from engine.ledger.attempt import attempt
from engine.ledger.draft import Entry, ProjectDraft, TargetDraft
from engine.ledger.errors import Faults
from engine.ledger.measures import Measure, read_measures, read_targets
from engine.ledger.values import LedgerTarget
from engine.ledger.wording import normalise
from engine.rules.targets import TargetForm


def read_item_targets(draft: ProjectDraft, faults: Faults) -> tuple[LedgerTarget, ...]:
    """What an item or a measure promises; what cannot be read, or is said twice, is a fault."""
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
    return tuple(targets)


def _read_target(draft: TargetDraft, title: str, faults: Faults) -> tuple[LedgerTarget, ...]:
    note = draft.note.text if draft.note else ""
    if draft.is_prose:
        named = attempt(draft.text, read_targets, faults) or ()
        return tuple(
            _target(metric or title, measure, draft.text, note) for metric, measure in named
        )
    unit = draft.unit.text if draft.unit else ""
    metric = (draft.metric.text if draft.metric else "") or title
    measures = attempt(draft.text, lambda text: read_measures(text, unit, metric), faults) or ()
    if len(measures) == 1:
        _check_unit(measures[0], normalise(unit), draft.text, faults)
    return tuple(_target(metric, measure, draft.text, note) for measure in measures)


def _check_unit(measure: Measure, column: str, entry: Entry, faults: Faults) -> None:
    """15所 in a row whose unit is 个: one of the two is wrong."""
    agree = measure.unit.endswith(column) or measure.unit.startswith(column)
    if measure.form is not TargetForm.ALL and not agree and not column.startswith(measure.unit):
        faults.add(
            entry.place,
            f"“{entry.text}”与计量单位“{column}”不一致",
            "请改成同一个单位，或只在一处写单位",
        )


def _target(metric: str, measure: Measure, entry: Entry, note: str) -> LedgerTarget:
    return LedgerTarget(metric, measure.unit, measure.form, measure.planned, entry.text, note)
