"""Names that are typed in one field, and what there is to choose from in a form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.tasks.handing_over import load_places
from web.console.given import Choice
from web.console.visit import Visit

_BETWEEN = re.compile(r"[\s、，,；;]+")


def names_in(text: str) -> tuple[str, ...]:
    """The names in a text, however they are separated, each once."""
    return tuple(dict.fromkeys(filter(None, _BETWEEN.split(text))))


def choices_of(names: Iterable[str]) -> list[Choice]:
    """Names to choose from."""
    return [Choice(name, name) for name in names]


def unit_choices(visit: Visit) -> list[Choice]:
    """All units."""
    return choices_of(load_places(visit.session).units)


def leader_choices(visit: Visit) -> list[Choice]:
    """The posts of leaders, by what they are called."""
    return choices_of(load_places(visit.session).leaders)


def item_choices(items: Sequence[tuple[str, str]]) -> list[Choice]:
    """Items by code and title."""
    return [Choice(code, f"{code} {title}") for code, title in items]
