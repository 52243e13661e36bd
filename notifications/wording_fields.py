"""What a wording may name: the fields of the values that it is given, as their types tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Types = frozenset[Any]
"""The types that a value may have; empty where it is not known."""

UNKNOWN: Types = frozenset()


class Loop:
    """What a wording may ask of a loop."""

    index: int
    first: bool
    last: bool
    length: int


def types_of(hint: Any) -> Types:
    """The types of a hint, one by one; what may be missing counts as if it were there."""
    if get_origin(hint) in (Union, UnionType):
        return frozenset().union(*(types_of(part) for part in get_args(hint)))
    return frozenset() if hint in (None, type(None)) else frozenset({hint})


def elements_of(types: Types) -> Types:
    """What a loop over the value goes through; empty for what cannot be gone through."""
    found = [types_of(get_args(kind)[0]) for kind in types if _origin(kind) is tuple]
    return frozenset().union(*found)


def _origin(kind: Any) -> Any:
    """What a hint is of; typed so that it may be compared."""
    return get_origin(kind)


def fields_of(types: Types) -> dict[str, Types]:
    """The fields that the value has whichever type it is of."""
    kinds = [_fields(kind) for kind in types]
    shared = set.intersection(*(set(fields) for fields in kinds)) if kinds else set()
    return {name: frozenset().union(*(fields[name] for fields in kinds)) for name in sorted(shared)}


@cache
def _fields(kind: Any) -> Mapping[str, Types]:
    if not isinstance(kind, type):
        return {}
    if issubclass(kind, Enum):
        return {name: frozenset({str}) for name in ("value", "label")}
    if issubclass(kind, date):
        return {name: frozenset({int}) for name in ("year", "month", "day")}
    if not kind.__module__.startswith(("engine.", "notifications.")):
        return {}
    getters = {
        name: member.fget
        for base in kind.__mro__
        for name, member in vars(base).items()
        if isinstance(member, property) and member.fget
    }
    hints = get_type_hints(kind) | {
        name: get_type_hints(getter).get("return", Any) for name, getter in getters.items()
    }
    return {name: types_of(hint) for name, hint in hints.items() if not name.startswith("_")}
