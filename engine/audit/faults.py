"""What is wrong with the journal, in words. A chain goes by a number of the store, which tells a
reader nothing; what it is the history of is named before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from engine.store.chain import Fault
from engine.store.journal import ENGINE_CHAIN, PEOPLE_CHAIN
from engine.store.statements import batches, rows, table_of
from engine.store.tables import Program, Project


def in_words(session: Session, faults: Sequence[Fault]) -> list[str]:
    """Each fault in one line, with the code and title of its item, or the title of its list, where
    there is one."""
    lines = [str(fault) for fault in faults]
    names = dict(_names(session, {chain[1] for line in lines for chain in _CHAIN.finditer(line)}))

    def named(chain: re.Match[str]) -> str:
        name = names.get(chain[1], "")
        return f"{name}（{chain[1]}）" if name else chain[0]

    return [_CHAIN.sub(named, line) for line in lines]


def _names(session: Session, chains: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield from ((ENGINE_CHAIN, "系统"), (PEOPLE_CHAIN, "人员"))
    for batch in batches(sorted(chains)):
        for kind, (query, form) in _NAMED.items():
            ids = [int(chain.removeprefix(kind)) for chain in batch if chain.startswith(kind)]
            for number, *texts in rows(session, query, ids=ids) if ids else ():
                yield f"{kind}{number}", form.format(*texts)


_PROJECT, _PROGRAM = table_of(Project).c, table_of(Program).c
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_NAMED = {
    "project:": (
        select(_PROJECT.id, _PROJECT.code, _PROJECT.title).where(_PROJECT.id.in_(_IDS)),
        "{} {}",
    ),
    "program:": (select(_PROGRAM.id, _PROGRAM.title).where(_PROGRAM.id.in_(_IDS)), "清单“{}”"),
}

# No store has a number of more digits; one that was forged may.
_CHAIN = re.compile(
    rf"(?<!\S)((?:project|program):\d{{1,18}}|{ENGINE_CHAIN}|{PEOPLE_CHAIN})(?!\S) ?"
)
