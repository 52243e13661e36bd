"""Renew the pages that are made from the code: ``python -m docs.renew``. Tests hold them equal.

``docs/policy.md`` is made whole from the shipped policies. ``docs/lifecycle.md``,
``docs/glossary.md`` and ``docs/access.md`` are written by hand down to a marker, and made from the
tables below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

from config.policy_loader import load_policy
from config.policy_page import policy_page
from engine import rules
from engine.rules.steps import LifeCycle, Step, always
from engine.rules.words import Word
from engine.store import journal, tables
from web.access import Role
from web.console.catalogue import ENTRIES
from web.console.declared import Page

HERE = Path(__file__).parent
VARIANTS = ("yinchuan", "wuhan")
MARKER = "<!-- 以下由 docs/renew.py 生成，请勿手改 -->\n"


def cycles() -> list[tuple[ModuleType, LifeCycle[Any, Any]]]:
    """Every life cycle of the rules, each with the module that holds it; the item's comes first."""
    found = [
        (module, value)
        for module in _modules()
        for value in vars(module).values()
        if isinstance(value, LifeCycle)
    ]
    first = {cycle: module for module, cycle in reversed(found)}
    return sorted(
        ((module, cycle) for cycle, module in first.items()),
        key=lambda pair: (pair[1].subject != "事项", pair[0].__name__),
    )


def vocabularies() -> list[type[Word]]:
    """Every closed vocabulary of the rules, the store's tables and the journal, each once."""
    found = (v for m in (*_modules(), tables, journal) for v in vars(m).values())
    classes = [v for v in found if isinstance(v, type) and issubclass(v, Word) and v is not Word]
    return sorted(dict.fromkeys(classes), key=lambda v: v.__name__)


def _modules() -> list[ModuleType]:
    names = sorted(m.name for m in walk_packages(rules.__path__, f"{rules.__name__}."))
    return [import_module(name) for name in names]


def policy() -> str:
    """The page of the shipped policies."""
    return policy_page(load_policy("default"), [load_policy(name) for name in VARIANTS])


def lifecycle(page: str) -> str:
    """The page of life cycles: its introduction, then each table as a drawing and in rows."""
    return _introduction(page) + "".join(_drawn(*pair) for pair in cycles())


def glossary(page: str) -> str:
    """The glossary: its introduction, then every closed vocabulary."""
    words = ((v.__name__, "；".join(f"{w.value} {w.label}" for w in v)) for v in vocabularies())
    rows = (f"| {name} | {members} |" for name, members in words)
    return _introduction(page) + "\n".join(("\n| 词表 | 英文与中文 |", "|---|---|", *rows)) + "\n"


def access(page: str) -> str:
    """Who may what in the console: its introduction, then every page and every act."""
    head = ("", "| 地址 | 名称 | " + " | ".join(role.label for role in Role) + " |")
    rule = "|---|---|" + ":-:|" * len(Role)
    rows = (
        f"| {'看' if isinstance(entry, Page) else '办'} `{entry.path}` | {entry.title} | "
        + " | ".join("●" if role in entry.may else "" for role in Role)
        + " |"
        for entry in sorted(ENTRIES, key=lambda entry: entry.path)
    )
    return _introduction(page) + "\n".join((*head, rule, *rows)) + "\n"


def _introduction(page: str) -> str:
    return page.partition(MARKER)[0] + MARKER


def _drawn(module: ModuleType, cycle: LifeCycle[Any, Any]) -> str:
    path = module.__name__.replace(".", "/") + ".py"
    return "\n".join(
        (
            f"\n## {cycle.subject}\n",
            f"`{path}`: {_first_line(module.__doc__)}\n",
            f"```mermaid\n{cycle.diagram()}```\n",
            "| 从 | 办理 | 到 | 谁办 | 条件 |",
            "|---|---|---|---|---|",
            *(_row(step) for step in cycle.steps),
            "",
        )
    )


def _row(step: Step[Any, Any]) -> str:
    roles = "、".join(role.label for role in step.roles)
    wanted = "—" if step.guard is always else _first_line(step.guard.__doc__)
    return (
        f"| {step.source.label} | {step.event.label} | {step.target.label} | {roles} | {wanted} |"
    )


def _first_line(doc: str | None) -> str:
    return (doc or "").strip().partition("\n")[0]


MADE: dict[str, Callable[[str], str]] = {
    "policy.md": lambda _: policy(),
    "lifecycle.md": lifecycle,
    "glossary.md": glossary,
    "access.md": access,
}


def renewed() -> Iterator[tuple[Path, str]]:
    """Each page with what it should say."""
    for name, make in MADE.items():
        page = HERE / name
        yield page, make(page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for page, text in renewed():
        page.write_text(text, encoding="utf-8")
