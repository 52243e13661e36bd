"""Printing a letter: Chinese templates, one environment, nothing undefined, HTML escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import SandboxedEnvironment

from notifications.filters import FILTERS
from notifications.letter import Letter
from notifications.words import Office, Words


@cache
def environment() -> SandboxedEnvironment:
    """The environment of all templates; sandboxed, because an office may edit them."""
    made = SandboxedEnvironment(
        loader=PackageLoader("notifications"),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
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
