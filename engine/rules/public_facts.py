"""公示内容: the closed lists of what is public about an item, a list, a signed notice.

Nothing else of the store reaches the public: no person, post or address, no remark, no instruction.
(陕西 2025 第十七条: 责任部门、目标任务、完成时限、资金安排、保障措施须公布；政府信息公开条例
arts. 14, 15: no secrets, nothing private.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from engine.rules.lifecycle import ProjectState
from engine.rules.public_classes import PublicClass
from engine.rules.totals import FieldCount, check, count, faults_of
from engine.rules.words import Light, NoticeKind

STATES = {
    PublicClass.PAUSED: ProjectState.SUSPENDED,
    PublicClass.ENDED: ProjectState.TERMINATED,
}


@dataclass(frozen=True, slots=True)
class PublicTarget:
    """量化指标 in ``unit``, as promised (``text``) and as last reported; ``result`` in words."""

    metric: str
    unit: str
    text: str
    planned: Decimal
    actual: Decimal | None
    result: str


@dataclass(frozen=True, slots=True)
class PublicChange:
    """A promise altered by the body that adopted it, which is announced (陕西 2025 第十八条)."""

    what: str
    subject: str
    before: str
    after: str
    decision: str


@dataclass(frozen=True, slots=True)
class PublicProject:
    """One item as the public sees it; shares in percent.

    Attributes:
        first_due: the date first promised, where ``due`` is another; ``moved`` says by what.
        planned: what 序时进度 asks for on the day of the publication.
        result: how it ended, in words; empty while it is open.
        plan: the five parts of the implementation plan by name; empty until it is reported.
    """

    code: str
    field: str
    title: str
    promise: str
    lead: tuple[str, ...]
    support: tuple[str, ...]
    targets: tuple[PublicTarget, ...]
    due: date | None
    first_due: date | None
    moved: str
    changes: tuple[PublicChange, ...]
    light: Light
    planned: Decimal
    actual: Decimal
    standing: PublicClass
    result: str
    done_on: date | None
    plan: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Statistics:
    """A list counted by field and light, and by class. Figures that do not add up cannot be made:
    PaperUnsound."""

    total: FieldCount
    by_field: tuple[FieldCount, ...]
    classes: Mapping[PublicClass, int]

    def __post_init__(self) -> None:
        faults = list(faults_of(self.total, self.by_field))
        counted = sum(self.classes.values())
        if counted != self.total.total:
            faults.append(f"共{self.total.total}件，各类别之和为{counted}件")
        check(faults)


@dataclass(frozen=True, slots=True)
class Changed:
    """What is different about one item since the publication before."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Correction:
    """更正: what an objection of the public was found to be right in."""

    objection: int
    code: str
    finding: str


@dataclass(frozen=True, slots=True)
class PublicState:
    """A whole list as it is published on a day.

    Attributes:
        changed: what is different from the publication before.
        corrections: the objections that this publication puts right.
    """

    program: str
    year: int
    issuer: str
    basis: str
    day: date
    statistics: Statistics
    projects: tuple[PublicProject, ...]
    changed: tuple[Changed, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def project(self, code: str) -> PublicProject | None:
        """The item of this code, if the list has one."""
        return next((item for item in self.projects if item.code == code), None)


@dataclass(frozen=True, slots=True)
class NamedItem:
    """An item that a signed notice names, with the figures it is named for."""

    code: str
    title: str
    unit: str
    light: Light
    planned: Decimal
    actual: Decimal
    due: date | None
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """A signed notice as the public sees it; ``number`` is its 发文字号."""

    kind: NoticeKind
    title: str
    number: str
    issuer: str
    issued_on: date
    cutoff: date
    total: FieldCount | None
    named: tuple[NamedItem, ...]
    remark: str
    ask: str


def statistics_of(projects: Sequence[PublicProject]) -> Statistics:
    """The counts of a list; every item is in one field, one light and one class."""
    by_field = tuple(
        count(name, [_lit(item) for item in projects if item.field == name])
        for name in dict.fromkeys(item.field for item in projects)
    )
    classes = Counter(item.standing for item in projects)
    return Statistics(
        count("合计", map(_lit, projects)),
        by_field,
        {kind: classes[kind] for kind in PublicClass},
    )


def _lit(item: PublicProject) -> tuple[Light, ProjectState]:
    return item.light, STATES.get(item.standing, ProjectState.UNDERWAY)


_STATE = TypeAdapter(PublicState)
_PROJECT = TypeAdapter(PublicProject)
_NOTICE = TypeAdapter(PublicNotice)


def state_to_data(state: PublicState) -> dict[str, Any]:
    """A publication as JSON values."""
    data: dict[str, Any] = _STATE.dump_python(state, mode="json")
    return data


def state_from_data(data: dict[str, Any]) -> PublicState:
    """The publication that ``state_to_data`` wrote."""
    return _STATE.validate_python(data)


def notice_to_data(notice: PublicNotice) -> dict[str, Any]:
    """A public notice as JSON values."""
    data: dict[str, Any] = _NOTICE.dump_python(notice, mode="json")
    return data


def notice_from_data(data: dict[str, Any]) -> PublicNotice:
    """The public notice that ``notice_to_data`` wrote."""
    return _NOTICE.validate_python(data)


def project_to_data(project: PublicProject) -> dict[str, Any]:
    """An item as JSON values."""
    data: dict[str, Any] = _PROJECT.dump_python(project, mode="json")
    return data
