"""How the pages of the public board look, and where each stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.publicity.board import ShownNotice
from engine.rules.conditions import written
from engine.rules.implementation import PARTS
from engine.rules.public_classes import PublicClass
from engine.rules.public_facts import PublicProject, PublicTarget
from engine.rules.totals import CLASSES, FieldCount
from engine.rules.words import Light
from notifications.filters import percent

TEMPLATES = Path(__file__).parents[1] / "templates" / "board"

SHAPES = {Light.GREEN: "●", Light.YELLOW: "▲", Light.RED: "■", Light.BLUE: "✓"}
"""Each light has a shape of its own, for those who see no colours and for grey prints."""
LIGHTS = (Light.GREEN, Light.YELLOW, Light.RED, Light.BLUE)

SHOWN = 200
"""Changes of a list that its first page tells one by one."""


def page(template: str, **values: Any) -> bytes:
    """A page of the board, in its looks."""
    return _environment().get_template(template).render(values).encode()


def named(code: str) -> str:
    """A code as a file's name."""
    return re.sub(r"[^\w.-]", "_", code).lstrip(".")


def page_of(code: str) -> str:
    """Where the page of an item is, as a link from the root."""
    return quote(f"projects/{named(code)}.html")


def objection_page(code: str) -> str:
    """Where somebody objects to what was published of an item, as a link from the root."""
    return quote(f"objections/{code}", safe="/")


def notice_page(shown: ShownNotice) -> str:
    """Where the page of a notice is, as a link from the root."""
    return f"notices/{shown.number}.html"


@cache
def templates_digest() -> str:
    """A short text that is another one as soon as the pages would look different."""
    digest = sha256()
    for path in sorted(TEMPLATES.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _groups(items: Iterable[PublicProject]) -> list[tuple[str, list[PublicProject]]]:
    """Neighbouring items of one field, in the list's order."""
    return [(name, list(group)) for name, group in groupby(items, key=lambda item: item.field)]


def _promises(targets: Sequence[PublicTarget]) -> list[tuple[str, str, list[str]]]:
    """A promise of several figures (29条68公里) once, with the results of each."""
    pairs = groupby(targets, key=lambda target: (target.metric, target.text))
    return [(*promise, [target.result for target in group]) for promise, group in pairs]


def _counts(row: FieldCount) -> str:
    """绿灯19件，黄灯3件: the classes that have any."""
    pairs = zip(CLASSES.values(), row.figures, strict=True)
    return "，".join(f"{name}{number}件" for name, number in pairs if number)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "day": written,
        "share": percent,
        "groups": _groups,
        "promises": _promises,
        "counts": _counts,
        "page": page_of,
        "objection_page": objection_page,
        "notice_page": notice_page,
    }
    made.globals |= {
        "SHAPES": SHAPES,
        "LIGHTS": LIGHTS,
        "SHOWN": SHOWN,
        "CLASSES": CLASSES,
        "PARTS": PARTS,
        "CLASS_LABELS": [kind.label for kind in PublicClass],
    }
    return made
