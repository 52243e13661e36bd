"""Whether a wording of the office is fit for use: read first, then tried on samples of every
notice that prints it, in both forms."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from traceback import walk_tb

from jinja2 import TemplateSyntaxError

from engine.rules.facts import DeadlineFacts
from engine.rules.words import NoticeKind
from engine.wording import Edit
from notifications.alarms import AlarmLine
from notifications.letter import Letter
from notifications.render import AS_SHIPPED, Press, environment, path_of, press, why_of
from notifications.sample_views import OFFICE, sample_letters, sample_views
from notifications.wording_expressions import Fault
from notifications.wording_fields import Types, types_of
from notifications.wording_reading import SHARED, Exports, Reader, exports_of
from notifications.wording_syntax import misspelt
from notifications.words import Office

MAX_BYTES = 20_000
"""The size of a wording's source."""
MAX_LONGER = 3_000
"""By how many characters a letter may be longer than in the shipped words."""

_TRIAL = 0  # the number of what is not a version yet


def faults_of(name: str, source: str, kinds: tuple[NoticeKind, ...]) -> list[str]:
    """All that is wrong with a wording, in Chinese and in the order of its lines.

    Args:
        kinds: the notices that print it.
    """
    size = len(source.encode())
    if size > MAX_BYTES:
        return [f"模板有{size}字节，最多{MAX_BYTES}字节"]
    found = _read(name, source, kinds) or list(dict.fromkeys(_try(name, source, kinds)))
    return [f"第{line}行：{text}" if line else text for line, text in sorted(found)]


def _read(name: str, source: str, kinds: tuple[NoticeKind, ...]) -> list[Fault]:
    reader = Reader(_given(kinds), () if name == SHARED else _exports(SHARED).macros)
    try:
        reader.template(environment().parse(source), _exports(name))
    except TemplateSyntaxError as error:
        return [Fault(error.lineno, misspelt(error))]
    except (RecursionError, ValueError):
        return [Fault(0, "写得太复杂，读不了")]
    return reader.faults


@cache
def _exports(name: str) -> Exports:
    return exports_of(environment().parse(shipped_source(name)))


@cache
def shipped_source(name: str) -> str:
    """A wording as it was shipped."""
    made = environment()
    assert made.loader is not None
    return made.loader.get_source(made, path_of(name))[0]


def _given(kinds: tuple[NoticeKind, ...]) -> dict[str, Types]:
    """The types of what macros are given."""
    return {
        "view": frozenset(type(view) for kind in kinds for view in sample_views(kind)),
        "deadline": types_of(DeadlineFacts),
        "letter": types_of(Letter),
        "line": types_of(AlarmLine),
        "office": types_of(Office),
    }


def _try(name: str, source: str, kinds: tuple[NoticeKind, ...]) -> Iterator[Fault]:
    """Print a letter of every sample."""
    try:
        ours, shipped = press(frozenset({Edit(name, _TRIAL, source)})), _shipped()
    except TemplateSyntaxError as error:
        yield Fault(error.lineno, misspelt(error))
        return
    except (SyntaxError, RecursionError, MemoryError):
        yield Fault(0, "写得太复杂，读不了")
        return
    for kind in kinds:
        for sample in sample_letters(kind):
            yield from _print(ours, shipped, name, kind, sample)


@cache
def _shipped() -> Press:
    return press(AS_SHIPPED)


def _print(
    ours: Press, shipped: Press, name: str, kind: NoticeKind, sample: Letter
) -> Iterator[Fault]:
    try:
        made = ours.print(sample, OFFICE)
    except Exception as error:
        yield Fault(_line(error, name), f"套印“{kind.label}”的示例出错：{why_of(error)}")
        return
    longer = len(made.text) - len(shipped.print(sample, OFFICE).text)
    if longer > MAX_LONGER:
        yield Fault(0, f"“{kind.label}”比自带的长{longer}字，最多长{MAX_LONGER}字")


def _line(error: Exception, name: str) -> int:
    frames = list(walk_tb(error.__traceback__))
    return next(
        (line for frame, line in reversed(frames) if frame.f_code.co_filename == path_of(name)), 0
    )
