"""Printing a letter: Chinese templates, one environment, nothing undefined, HTML escaped."""

from __future__ import annotations

from functools import cache
from inspect import getmembers_static
from typing import Any

from jinja2 import PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import SandboxedEnvironment

from notifications.filters import FILTERS
from notifications.letter import Letter
from notifications.words import Office, Words


class Sandbox(SandboxedEnvironment):
    """The sandbox, which lets through at once what it would let through after a long look."""

    def getattr(self, obj: object, attribute: str) -> Any:
        """An attribute's value, or an undefined one that tells what is wrong."""
        # The checker mistakes the hash of instances for that of their class.
        if attribute in _data_of(type(obj)):  # type: ignore[arg-type]
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


@cache
def _data_of(kind: type) -> frozenset[str]:
    """The public fields and properties of a class: data, which leads to nothing inside."""
    fields = getattr(kind, "__dataclass_fields__", ())
    members = getmembers_static(kind, lambda member: isinstance(member, property))
    names = {*fields, *(name for name, _ in members)}
    return frozenset(name for name in names if not name.startswith("_"))


@cache
def environment() -> Sandbox:
    """The environment of all templates; sandboxed, because an office may edit them."""
    made = Sandbox(
        loader=PackageLoader("notifications"),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters.update(FILTERS)
    return made


def render(letter: Letter, office: Office) -> Words:
    """Print a letter twice, as plain text and as HTML."""
    values = {"letter": letter, "office": office}
    text = environment().get_template("letter.txt").render(values)
    html = environment().get_template("letter.html").render(values)
    return Words(letter.subject, _tidy(text), html)


def _tidy(text: str) -> str:
    """Plain text without blanks at line ends and without runs of empty lines."""
    lines: list[str] = []
    for line in text.splitlines():
        line = line.rstrip(" ")
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n") + "\n"
