"""Texts that no column holds, told where they stand; an import must not fail half-way over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.ledger.breakdown import everywhere
from engine.ledger.draft import Entry, LedgerDraft, ProjectDraft
from engine.ledger.errors import Faults
from engine.ledger.wording import read_names
from engine.rules.texts import EMAIL_LENGTH, NAME_LENGTH, POST_TITLE_LENGTH

TITLE_LENGTH = 300
UNIT_LENGTH = 100

Checked = tuple[str, Entry | None, int]
"""What a text is, the text, and how many characters it may have."""


def check_lengths(draft: LedgerDraft, faults: Faults) -> None:
    """Every text of the file that goes into a column of a fixed width."""
    for what, entry, limit in (*_of_list(draft), *_of_items(draft), *_of_posts(draft)):
        if entry is not None and len(entry.text) > limit:
            length = len(entry.text)
            faults.add(entry.place, f"{what}有{length}个字，最多{limit}个字", "请缩短")
    for item in everywhere(draft.projects):
        _check_names((item.lead_units, item.support_units), faults)


def _of_list(draft: LedgerDraft) -> Iterator[Checked]:
    yield "台账标题", draft.title, 200
    yield "发文机关", draft.issuer, 200
    yield "文号", draft.document, 100
    yield "批准机关", draft.approver, 200


def _of_items(draft: LedgerDraft) -> Iterator[Checked]:
    for item in everywhere(draft.projects):
        yield "事项名称", item.title, TITLE_LENGTH
        yield "领域", item.field, 200
        yield "领办领导", item.sponsor, 100
        yield from _of_targets(item)
        for step in item.steps:
            yield "节点", step, 200


def _of_targets(item: ProjectDraft) -> Iterator[Checked]:
    for target in item.targets:
        yield "指标名称", target.metric, 200
        yield "计量单位", target.unit, 50
        if not target.is_prose:
            yield "目标值", target.text, TITLE_LENGTH


def _of_posts(draft: LedgerDraft) -> Iterator[Checked]:
    for post in draft.posts or ():
        yield "单位名称", post.unit, UNIT_LENGTH
        yield "姓名", post.holder, NAME_LENGTH
        yield "职务", post.title, POST_TITLE_LENGTH
        yield "邮箱", post.email, EMAIL_LENGTH
    for unit in draft.units:
        yield "单位名称", unit.name, UNIT_LENGTH


def _check_names(entries: Iterable[Entry], faults: Faults) -> None:
    for entry in entries:
        for name in read_names(entry.text):
            if len(name) > UNIT_LENGTH:
                fault = f"单位名称“{name[:10]}……”有{len(name)}个字，最多{UNIT_LENGTH}个字"
                faults.add(entry.place, fault, "请缩短，多个单位用顿号分开")
