"""The fields of a form, made from what an act takes; and what was typed into them, made plain."""

from __future__ import annotations

import types
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from engine.rules.honesty import plain
from engine.rules.words import Word
from web.console.given import Choice, Given, Upload
from web.forms import Form

ROWS = 30
"""The most rows that a table in a form takes; more are refused."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field as the template shows it.

    Attributes:
        kind: line, text, date, number, tick, choice, choices, file, rows, hidden.
        value: what stands in it: text; of ``choices`` and ``rows``, lists.
        columns: of ``rows``, the fields of one row.
        many: of ``file``, whether several may be given.
    """

    name: str
    title: str
    kind: str
    required: bool
    hint: str = ""
    value: Any = ""
    lines: int = 4
    choices: Sequence[Choice] = ()
    columns: Sequence[Field] = ()
    error: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    many: bool = False

    @property
    def has_file(self) -> bool:
        """Whether a file may come with it."""
        return self.kind == "file" or any(column.has_file for column in self.columns)

    def filled(self, value: Any) -> Field:
        """The same field with something else in it."""
        return replace(self, value=value)


def fields_of(
    model: type[Given],
    values: Mapping[str, Any],
    choices: Mapping[str, Sequence[Choice]],
    hints: Mapping[str, str],
    errors: Mapping[str, str],
) -> list[Field]:
    """The fields of a form in their order."""
    return [
        replace(
            shown,
            value=_shown(values[shown.name]) if shown.name in values else shown.value,
            choices=choices.get(shown.name, shown.choices),
            kind=_chosen(shown.kind) if shown.name in choices else shown.kind,
            columns=[_column(column, shown.name, choices) for column in shown.columns],
            hint=hints.get(shown.name, shown.hint),
            error=errors.get(shown.name, ""),
            errors=_beginning(errors, shown.name),
        )
        for shown in (_field(name, info) for name, info in model.model_fields.items())
    ]


def _column(column: Field, name: str, choices: Mapping[str, Sequence[Choice]]) -> Field:
    of = f"{name}.{column.name}"
    return replace(column, choices=choices[of], kind="choice") if of in choices else column


def _chosen(kind: str) -> str:
    return "choices" if kind in ("choices", "list") else "choice"


def _beginning(errors: Mapping[str, str], name: str) -> dict[str, str]:
    prefix = f"{name}."
    return {at.removeprefix(prefix): said for at, said in errors.items() if at.startswith(prefix)}


def _field(name: str, info: FieldInfo) -> Field:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    kind, choices, columns = _kind(info.annotation, extra)
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    return Field(
        name=name,
        title=info.title or name,
        kind=kind,
        required=info.is_required() and kind != "tick",
        hint=info.description or "",
        value=_shown(default),
        lines=int(str(extra.get("lines", 4))),
        choices=choices,
        columns=columns,
        unit=str(extra.get("unit", "")),
        many=get_origin(_without_none(info.annotation)) in (list, tuple),
    )


def _kind(annotation: Any, extra: Mapping[str, Any]) -> tuple[str, list[Choice], list[Field]]:
    annotation = _without_none(annotation)
    if "kind" in extra:
        return str(extra["kind"]), [], []
    if get_origin(annotation) in (list, tuple):
        inner = get_args(annotation)[0]
        if isinstance(inner, type) and issubclass(inner, Upload):
            return "file", [], []
        if isinstance(inner, type) and issubclass(inner, Given):
            return "rows", [], [_field(n, i) for n, i in inner.model_fields.items()]
        return "choices", _kind(inner, {})[1], []
    if isinstance(annotation, type):
        if issubclass(annotation, Word):
            return "choice", [Choice(word.value, word.label) for word in annotation], []
        for type_, kind in _KINDS.items():
            if issubclass(annotation, type_):
                return kind, [], []
    return ("text" if "lines" in extra else "line"), [], []


_KINDS: dict[type, str] = {
    bool: "tick",
    datetime: "moment",
    date: "date",
    int: "number",
    Decimal: "number",
    Upload: "file",
}


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        (annotation,) = (a for a in get_args(annotation) if a is not type(None))
    return getattr(annotation, "__value__", annotation)


def _shown(value: Any) -> Any:
    """A value as it stands in a field."""
    match value:
        case None:
            return ""
        case bool() | str():
            return value
        case Decimal():
            return plain(value)
        case Given():
            return {name: _shown(getattr(value, name)) for name in type(value).model_fields}
        case Mapping():
            return {name: _shown(one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_shown(one) for one in value]
        case datetime():
            return value.isoformat(timespec="minutes")
        case _:
            return str(value)


def typed(model: type[Given], form: Form, files: Mapping[str, list[tuple[str, bytes]]]) -> Any:
    """What was typed, as the model reads it; what was left empty is left out."""
    return dict(_typed(model, form, files, ""))


def _typed(
    model: type[Given],
    form: Form,
    files: Mapping[str, list[tuple[str, bytes]]],
    prefix: str,
) -> Iterator[tuple[str, Any]]:
    for name, info in model.model_fields.items():
        at, field_ = f"{prefix}{name}", _field(name, info)
        if field_.kind == "file":
            given = [_upload(*file) for file in files.get(at, [])]
            many = get_origin(_without_none(info.annotation)) in (list, tuple)
            if given:
                yield name, given if many else given[0]
        elif field_.kind == "choices":
            yield name, [text for text in form.texts(at) if text]
        elif field_.kind == "rows":
            row = get_args(_without_none(info.annotation))[0]
            rows = (dict(_typed(row, form, files, f"{at}.{n}.")) for n in form.rows(f"{at}."))
            yield name, [row for row in rows if any(row.values())]
        elif field_.kind == "tick":
            yield name, bool(form.text(at))
        elif text := form.text(at):
            yield name, text


def _upload(name: str, content: bytes) -> dict[str, str]:
    return {"name": name, "content": b64encode(content).decode()}
