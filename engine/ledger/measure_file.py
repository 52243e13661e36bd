"""Measures read apart from a list: a YAML file of them, or one given text by text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from engine.ledger.breakdown import inherit
from engine.ledger.draft import Entry, ProjectDraft, TargetDraft
from engine.ledger.errors import Faults, Place, file_error
from engine.ledger.projects import read_measures_of
from engine.ledger.steps import split_steps
from engine.ledger.values import LedgerProject
from engine.ledger.yaml_file import read_yaml_measures


def read_measure_file(path: Path, year: int, due: date) -> tuple[LedgerProject, ...]:
    """The measures under ``measures:`` in a YAML file, written as in a ledger.

    Args:
        year: the list's, for dates that name none.
        due: the promised date of what is broken down; none may be later.

    Raises:
        LedgerErrors: with every fault of the file, in Chinese, by place and cure.
    """
    if not path.is_file():
        raise file_error(f"找不到文件“{path}”", "请核对文件名和所在目录")
    faults = Faults()
    return _read(read_yaml_measures(path, faults), year, due, faults)


def read_measure(
    texts: Mapping[str, str], year: int, due: date, places: Mapping[str, str] | None = None
) -> tuple[LedgerProject, ...]:
    """One measure from its texts: title, lead_units, support_units, due, target, steps.

    Args:
        places: what each text is called where it was given, to be named with its faults.

    Raises:
        LedgerErrors: with every fault, in Chinese.
    """

    def entry(role: str) -> Entry:
        return Entry(texts.get(role, "").strip(), Place(column=(places or {}).get(role, role)))

    target, steps = entry("target"), entry("steps")
    said: dict[str, Any] = {role: entry(role) for role in _ROLES}
    draft = ProjectDraft(
        **said,
        targets=[TargetDraft(target, is_prose=True)] if target.text else [],
        targets_at=target.place,
        steps=[Entry(step, steps.place) for step in split_steps(steps.text)],
    )
    return _read([draft], year, due, Faults())


_ROLES = (
    "number", "field", "title", "content", "lead_units", "support_units", "sponsor", "due",
    "urgency", "remark", "sources", "follows", "succession",
)  # fmt: skip


def _read(
    drafts: list[ProjectDraft], year: int, due: date, faults: Faults
) -> tuple[LedgerProject, ...]:
    for draft in drafts:
        inherit(draft)
    measures = read_measures_of(drafts, year, due, faults)
    faults.raise_if_any()
    return measures
