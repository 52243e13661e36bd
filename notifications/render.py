"""Printing a letter: Chinese templates, nothing undefined, HTML escaped.

The templates are compiled once for each set of the office's own wording (``Edits``), and twice:
for plain text, and for HTML, in which every value is escaped.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from inspect import getmembers_static
from traceback import walk_tb
from types import CodeType
from typing import Any, NamedTuple

from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    FunctionLoader,
    PackageLoader,
    StrictUndefined,
    Template,
    UndefinedError,
)
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from jinja2.runtime import Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.wording import Edit, Spoilt
from notifications.filters import FILTERS
from notifications.letter import Letter, Section
from notifications.words import Office, Words, WordsError

Edits = frozenset[Edit]
AS_SHIPPED: Edits = frozenset()

LONGEST = 2_000_000
"""Characters of a letter as HTML, beyond which the office's own wording has gone astray."""


class Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, which lets through at once what it would let through after a long look."""

    def getattr(self, obj: object, attribute: str) -> Any:
        """An attribute's value, or an undefined one that tells what is wrong."""
        # The checker mistakes the hash of instances for that of their class.
        if attribute in _data_of(type(obj)) or _is_macro(obj, attribute):  # type: ignore[arg-type]
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


class Compiled(BytecodeCache):
    """What was compiled before, kept in memory: a change of one wording compiles that one alone."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = {html: Compiled() for html in (False, True)}


@cache
def _data_of(kind: type) -> frozenset[str]:
    """The public fields and properties of a class: data, which leads to nothing inside."""
    fields = getattr(kind, "__dataclass_fields__", ())
    members = getmembers_static(kind, lambda member: isinstance(member, property))
    names = {*fields, *(name for name, _ in members)}
    return frozenset(name for name in names if not name.startswith("_"))


def _is_macro(obj: object, attribute: str) -> bool:
    """Whether it is what a template lends to those that import it."""
    return type(obj) is TemplateModule and isinstance(vars(obj).get(attribute), Macro)


def environment(edits: Edits = AS_SHIPPED, *, html: bool = False) -> Sandbox:
    """An environment of all templates, those of the office before those that were shipped.

    Sandboxed, because an office edits them. Values are escaped in all of them or in none: the
    wording is imported into letters of both forms.
    """
    own = {path_of(edit.name): edit for edit in edits}

    def of_the_office(path: str) -> tuple[str, str, None] | None:
        return (own[path].source, path, None) if path in own else None

    made = Sandbox(
        loader=ChoiceLoader([FunctionLoader(of_the_office), PackageLoader("notifications")]),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=_COMPILED[html],
    )
    made.globals.clear()
    made.filters.update(FILTERS)
    return made


def path_of(name: str) -> str:
    """Where the wording of this name lies among the templates."""
    return f"kinds/{name}.j2"


class Press(NamedTuple):
    """The templates of letters, compiled."""

    text: Template
    html: Template
    section: Template

    def print(self, letter: Letter, office: Office) -> Words:
        """A letter, whatever becomes of it."""
        values = {"letter": letter, "office": office}
        return Words(letter.subject, _tidy(self.text.render(values)), self.html.render(values))


def press(edits: Edits) -> Press:
    """Compile the templates."""
    plain, marked = environment(edits), environment(edits, html=True)
    return Press(
        plain.get_template("letter.txt"),
        marked.get_template("letter.html"),
        marked.get_template("section.html"),
    )


_press = lru_cache(maxsize=8)(press)


def render(letter: Letter, office: Office, edits: Edits = AS_SHIPPED) -> Words:
    """Print a letter twice, as plain text and as HTML.

    Where the office's own wording fails, the shipped one is printed, and the words tell of it.
    """
    if not edits:
        return _press(edits).print(letter, office)
    try:
        return _bounded(_press(edits).print(letter, office))
    except Exception as error:
        spoilt = _spoilt(letter, error, edits)
    return replace(_press(AS_SHIPPED).print(letter, office), spoilt=spoilt)


def _bounded(words: Words) -> Words:
    if len(words.html) > LONGEST:
        raise WordsError(f"套印出来有{len(words.html)}字，太长")
    return words


def why_of(error: Exception) -> str:
    """Why a wording could not be printed, as the office reads it."""
    if isinstance(error, UndefinedError) or "NoneType" in str(error):
        return f"字段没有值，请先用 {{% if %}} 判断（{error}）"
    return f"{type(error).__name__}：{error}"[:500]


def _spoilt(letter: Letter, error: Exception, edits: Edits) -> tuple[Spoilt, ...]:
    """Which of the office's templates an error comes from; all of them when it does not show."""
    files = {frame.f_code.co_filename for frame, _ in walk_tb(error.__traceback__)}
    guilty = [edit for edit in sorted(edits) if path_of(edit.name) in files]
    numbers = "、".join(str(section.view.number) for section in letter.sections)
    why = f"通知{numbers}套印出错：{why_of(error)}"
    return tuple(Spoilt(edit.name, edit.number, why) for edit in guilty or sorted(edits))


def render_section(section: Section, office: Office, edits: Edits = AS_SHIPPED) -> str:
    """One notice of a letter as HTML, to be put into a page."""
    try:
        return _press(edits).section.render(section=section, office=office)
    except Exception:
        if not edits:
            raise
    return _press(AS_SHIPPED).section.render(section=section, office=office)


def _tidy(text: str) -> str:
    """Plain text without blanks at line ends and without runs of empty lines."""
    lines: list[str] = []
    for line in text.splitlines():
        line = line.rstrip(" ")
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n") + "\n"
