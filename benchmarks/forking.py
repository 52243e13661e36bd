"""Processes forked from one that has imported everything once, and so begin in no time."""

from __future__ import annotations

from multiprocessing import get_context
from multiprocessing.context import ForkServerContext

_context = get_context("forkserver")
_modules: list[str] = []


def forking(module: str) -> ForkServerContext:
    """The context for the processes of a module. One server forks those of all modules, and
    imports what it was told of before it began."""
    _modules.append(module)
    _context.set_forkserver_preload(_modules)
    return _context
