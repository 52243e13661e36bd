"""Addresses with names in them: ``/projects/{code}``."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, get_type_hints

from fastapi import Path

from web.console.given import LARGEST_NUMBER

NAME = re.compile(r"{(\w+)}")


def names_in(path: str) -> list[str]:
    """The names in an address, in their order."""
    return NAME.findall(path)


def literal_first(path: str) -> tuple[bool, ...]:
    """What addresses are ordered by, so that ``/projects/new`` is not read as the code of one."""
    return tuple(bool(NAME.search(part)) for part in path.split("/"))


def filled(path: str, values: dict[str, Any]) -> str:
    """The address with its names filled in."""
    return NAME.sub(lambda found: str(values[found[1]]), path)


def path_parameters(function: Callable[..., Any], path: str) -> list[Parameter]:
    """The names of an address as parameters, typed as the function that is given them has them."""
    hints = get_type_hints(function)
    return [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=_annotated(hints.get(name, str)))
        for name in names_in(path)
    ]


def _annotated(hint: Any) -> Any:
    if hint is int:
        return Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]
    return Annotated[str, Path(max_length=100, pattern="^[^\x00-\x1f\x7f]+$")]


def with_parameters(
    endpoint: Callable[..., Any], parameters: list[Parameter]
) -> Callable[..., Any]:
    """The endpoint as the router is to see it: its own parameters, with these in place of
    ``**path`` and of those of the same name."""
    given = signature(endpoint, eval_str=True).parameters.values()
    names = {parameter.name for parameter in parameters}
    own = [p for p in given if p.kind is not Parameter.VAR_KEYWORD and p.name not in names]
    endpoint.__signature__ = Signature([*own, *parameters])  # type: ignore[attr-defined]
    return endpoint
