"""A ledger in YAML: the same texts as in the workbook, under English keys.

Scalars are taken as they are written, so that 2023-06-30, 947 and 是 need no quotes and read as
they would in a cell.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml

from engine.ledger.draft import (
    Entry,
    LedgerDraft,
    PostDraft,
    ProjectDraft,
    TargetDraft,
    UnitDraft,
)
from engine.ledger.errors import Faults, Place, file_error

Draft = TypeVar("Draft")
Fields = dict[str, yaml.Node]

_HEAD_KEYS = (
    "title", "year", "issuer", "basis", "document", "approver", "approved_on", "batch",
)  # fmt: skip
_LEDGER_KEYS = (*_HEAD_KEYS, "projects", "posts", "units")
_PROJECT_KEYS = (
    "number", "field", "title", "content", "targets", "lead_units", "support_units", "sponsor",
    "due", "steps", "urgency", "remark", "sources", "follows", "succession", "measures",
)  # fmt: skip
_ONLY_OF_ITEMS = ("number", "field", "sources", "follows", "succession")
_MEASURE_KEYS = tuple(key for key in _PROJECT_KEYS if key not in _ONLY_OF_ITEMS)
_UNIT_KEYS = ("name", "level", "parent")
_TARGET_KEYS = ("metric", "value", "unit", "note")
_POST_KEYS = ("unit", "kind", "post", "holder", "title", "email", "may_sign", "deputy")
_MAX_BYTES = 2 * 1024 * 1024
_MAX_DEPTH = 20
_NULL = "tag:yaml.org,2002:null"


def read_yaml(path: Path, faults: Faults) -> LedgerDraft:
    """The texts of a YAML ledger. Raises LedgerErrors where the file is no readable YAML."""
    return _Reader(faults).ledger(_compose(path))


def read_yaml_measures(path: Path, faults: Faults) -> list[ProjectDraft]:
    """The texts of a YAML file of measures. Raises LedgerErrors where it is no readable YAML."""
    return _Reader(faults).measures(_compose(path))


def _compose(path: Path) -> yaml.Node:
    if path.stat().st_size > _MAX_BYTES:
        raise file_error("文件超过 2 MB", "请只保留台账内容后再导入")
    try:
        text = path.read_text(encoding="utf-8-sig")
        _check_structure(text)
        node = yaml.compose(text, yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise file_error("文件不是 UTF-8 编码", "请另存为 UTF-8 编码后再导入") from error
    except yaml.YAMLError as error:
        raise file_error(
            f"文件不是有效的 YAML{_line_of(error)}", "请核对缩进、冒号和引号"
        ) from error
    if node is None:
        raise file_error("文件是空的", "请填写台账内容后再导入")
    return node


def _check_structure(text: str) -> None:
    """Refuse what a list has no use for and what could stand for endless work."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise file_error("文件的层次过深", "请核对方括号和缩进")
        if isinstance(event, yaml.AliasEvent):
            raise file_error("文件中用了 YAML 别名（*）", "请把内容直接写出")


def _line_of(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"（第{mark.line + 1}行附近）" if mark is not None else ""


class _Reader:
    """Walks the nodes of a file; a node of the wrong shape becomes a fault at its path."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def ledger(self, node: yaml.Node) -> LedgerDraft:
        fields = self._fields(node, "", _LEDGER_KEYS)
        head: dict[str, Any] = {key: self._entry(fields, key, node, "") for key in _HEAD_KEYS}
        return LedgerDraft(
            **head,
            projects=self._each(fields, "projects", "", self._project),
            posts=self._each(fields, "posts", "", self._post) if "posts" in fields else None,
            units=self._each(fields, "units", "", self._unit),
        )

    def measures(self, node: yaml.Node) -> list[ProjectDraft]:
        """The measures of a file that holds nothing else."""
        fields = self._fields(node, "", ("measures",))
        return self._each(fields, "measures", "", self._measure)

    def _measure(self, node: yaml.Node, path: str) -> ProjectDraft:
        return self._project(node, path, _MEASURE_KEYS)

    def _project(
        self, node: yaml.Node, path: str, known: tuple[str, ...] = _PROJECT_KEYS
    ) -> ProjectDraft:
        fields = self._fields(node, path, known)
        lists = ("lead_units", "support_units", "sources")
        nested = ("targets", "steps", "measures", *lists)
        texts = [key for key in _PROJECT_KEYS if key not in nested]
        entries = {key: self._entry(fields, key, node, path) for key in texts}
        entries |= {key: self._names(fields, key, node, path) for key in lists}
        given: dict[str, Any] = entries
        return ProjectDraft(
            **given,
            targets=self._each(fields, "targets", path, self._target),
            targets_at=_place(fields.get("targets", node), _join(path, "targets")),
            steps=self._each(fields, "steps", path, self._scalar),
            measures=self._each(fields, "measures", path, self._measure),
        )

    def _target(self, node: yaml.Node, path: str) -> TargetDraft:
        if isinstance(node, yaml.ScalarNode):
            return TargetDraft(self._scalar(node, path), is_prose=True)
        fields = self._fields(node, path, _TARGET_KEYS)
        return TargetDraft(
            text=self._entry(fields, "value", node, path),
            metric=self._entry(fields, "metric", node, path),
            unit=self._entry(fields, "unit", node, path),
            note=self._entry(fields, "note", node, path),
        )

    def _post(self, node: yaml.Node, path: str) -> PostDraft:
        fields = self._fields(node, path, _POST_KEYS)
        return PostDraft(**{key: self._entry(fields, key, node, path) for key in _POST_KEYS})

    def _unit(self, node: yaml.Node, path: str) -> UnitDraft:
        fields = self._fields(node, path, _UNIT_KEYS)
        return UnitDraft(**{key: self._entry(fields, key, node, path) for key in _UNIT_KEYS})

    def _fields(self, node: yaml.Node, path: str, known: tuple[str, ...]) -> Fields:
        if not isinstance(node, yaml.MappingNode):
            self._faults.spoil(
                _place(node, path),
                "应为“键: 值”的形式",
                f"冒号用半角，后面空一格；可用的键有{'、'.join(known)}",
            )
            for key in known:  # what is missing in it is no fault of its own
                self._faults.ignore(_place(node, _join(path, key)))
            return {}
        fields: Fields = {}
        for key_node, value in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key not in known:
                place = _place(key_node, _join(path, key))
                self._faults.add(place, f"不认识的键“{key}”", f"可用的键有{'、'.join(known)}")
            elif key in fields:
                self._faults.add(
                    _place(key_node, _join(path, key)), f"键“{key}”重复", "请只保留一个"
                )
            elif value.tag != _NULL:
                fields[key] = value
        return fields

    def _each(
        self, fields: Fields, key: str, path: str, read: Callable[[yaml.Node, str], Draft]
    ) -> list[Draft]:
        node, path = fields.get(key), _join(path, key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self._faults.spoil(_place(node, path), "应为列表", "每一项另起一行，以“- ”开头")
            return []
        return [read(item, f"{path}[{index}]") for index, item in enumerate(node.value)]

    def _names(self, fields: Fields, key: str, parent: yaml.Node, path: str) -> Entry:
        """A list of names, or one text with names in it."""
        if not isinstance(fields.get(key), yaml.SequenceNode):
            return self._entry(fields, key, parent, path)
        names = self._each(fields, key, path, self._scalar)
        return Entry("、".join(name.text for name in names), _place(fields[key], _join(path, key)))

    def _entry(self, fields: Fields, key: str, parent: yaml.Node, path: str) -> Entry:
        if key not in fields:
            return Entry("", _place(parent, _join(path, key)))
        return self._scalar(fields[key], _join(path, key))

    def _scalar(self, node: yaml.Node, path: str) -> Entry:
        place = _place(node, path)
        if isinstance(node, yaml.ScalarNode):
            return Entry(str(node.value).strip(), place)
        self._faults.spoil(place, "应为一段文字", "请直接写文字，不要写成列表或“键: 值”")
        return Entry("", place)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _place(node: yaml.Node, path: str) -> Place:
    mark = node.start_mark
    return Place(
        row=mark.line + 1, column=f"（{path}）" if path else "", order=(0, mark.line, mark.column)
    )
