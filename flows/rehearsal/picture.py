"""The picture of a store: all that it says, free of row numbers and of who wrote first.

Two stores are the same when their pictures are: a list supervised on one machine or on many, on
SQLite or on PostgreSQL, with workers killed on the way or not.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Select, Table, UniqueConstraint, select
from sqlalchemy.orm import Session

from engine.store.statements import rows, table_of
from engine.store.tables import (
    AuditFinding,
    Base,
    Checkpoint,
    JobLook,
    JobRun,
    JournalHead,
    Notice,
    Setting,
    SweepPart,
)

Lines = Counter[tuple[str, str]]
"""The rows of one table, each by its name and what it says."""

Picture = Mapping[str, Lines]
"""All tables by their names."""

ITS_OWN = {
    table_of(table).name
    for table in (AuditFinding, Checkpoint, JobLook, JobRun, JournalHead, Setting, SweepPart)
}
"""Tables that tell of the installation and its processes, or hash what others hold."""

UNTOLD = {
    "journal": {"seq", "hash", "previous"},
    "deliveries": {"message", "message_id"},
    "documents": {"code", "digest"},
}
"""Columns that follow from the order of writing: places in a chain; hashes over row numbers and
papers that cite one; the words of a mail, which has its notices in the order of their numbers."""

ONE_AT_A_TIME = ("project:", "proposals:", "people")
"""Chains on which two never write at once, so that even the order of their events is the same."""

CITED = re.compile(r"(通知(?:编号)?|notice:)(\d+)")
"""How papers cite a notice that has no 发文字号, and keys of messages what they carry first."""

Names = dict[str, dict[int, str]]
"""By table the names of rows by their numbers."""


def picture(session: Session, among: Callable[[Table], Select[Any]] = select) -> Picture:
    """All that a store says. The session must be one consistent look.

    Args:
        among: what of a table is to be seen, where not all is.
    """
    found = {
        table: [dict(row) for row in rows(session, among(table)).mappings()]
        for table in Base.metadata.sorted_tables
    }
    names: Names = {"notices": {row["id"]: row["key"] for row in found[table_of(Notice)]}}
    for table in found:
        names[table.name] = _names(table, found[table], names)
    return {
        table.name: Counter(_lines(table, found[table], names))
        for table in found
        if table.name not in ITS_OWN
    }


def differences(one: Picture, other: Picture) -> Iterator[str]:
    """What two pictures do not have in common: table, row, and what only the one or the other
    says of it; empty when they are the same."""
    for table in sorted({*one, *other}):
        mine, theirs = one.get(table, Counter()), other.get(table, Counter())
        both: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for place, lines in enumerate((mine - theirs, theirs - mine)):
            for name, said in lines.elements():
                both[name][place].append(said)
        for name, (only_mine, only_theirs) in sorted(both.items()):
            yield f"{table} {name}: {_apart(only_mine, only_theirs)}"


def _apart(mine: list[str], theirs: list[str]) -> str:
    """What two rows of one name say differently; or the rows that only one has."""
    if len(mine) != 1 or len(theirs) != 1:
        return " ≠ ".join("；".join(said) or "—" for said in (mine, theirs))
    return "；".join(_between(json.loads(mine[0]), json.loads(theirs[0])))


def _between(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """Where two values differ, down to the innermost."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for name in one:
            yield from _between(one[name], other[name], f"{place}.{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from _between(*pair, f"{place}[{number}]")
    elif one != other:
        yield f"{place} {one} ≠ {other}"


def _names(table: Table, found: list[dict[str, Any]], names: Names) -> dict[int, str]:
    """What rows are called by others that refer to them: by their unique key where they have one,
    by their number where only people write them, one after the other."""
    key = _key(table)
    return {row["id"]: _name(key, row, names) for row in found if "id" in row}


def _key(table: Table) -> list[Column[Any]]:
    unique = [list(c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)]
    told = [key for key in unique if not UNTOLD.get(table.name, set()) & {c.name for c in key}]
    return min(told or unique or [list(table.primary_key.columns)], key=str)


def _name(key: list[Column[Any]], row: dict[str, Any], names: Names) -> str:
    values = (_value(column, row[column.name], names) for column in key)
    return "/".join(str(_plain(value, names)) for value in values)


def _lines(table: Table, found: list[dict[str, Any]], names: Names) -> Iterator[tuple[str, str]]:
    key, untold = _key(table), {"id", *UNTOLD.get(table.name, ())}
    for row in found:
        told = {
            name: _plain(_value(table.columns[name], value, names), names)
            for name, value in row.items()
            if name not in untold
        }
        name = _name(key, row, names)
        if table.name == "journal" and not row["chain"].startswith(ONE_AT_A_TIME):
            name = row["chain"]
        yield name, json.dumps(told, default=str, ensure_ascii=False, sort_keys=True)


def _value(column: Column[Any], value: Any, names: Names) -> Any:
    """A value as it is; the number of another row by its name."""
    for key in column.foreign_keys:
        if key.column.foreign_keys:
            return _value(key.column, value, names)
        return names[key.column.table.name].get(value, value)
    return value


def _plain(value: Any, names: Names) -> Any:
    """JSON with notices named by their keys, also where a text cites the number of one."""
    notices = names["notices"]
    if isinstance(value, str):
        return CITED.sub(lambda cited: cited[1] + notices.get(int(cited[2]), cited[2]), value)
    if isinstance(value, list):
        return [_plain(part, names) for part in value]
    if not isinstance(value, dict):
        return value
    told = {what: _plain(part, names) for what, part in value.items()}
    if "notice" in told:
        told["notice"] = notices.get(told["notice"], told["notice"])
    if "issued_on" in told and "number" in told:
        told["number"] = notices.get(told["number"], told["number"])
    if "digests" in told:
        told["digests"] = [notices[number] for number in told["digests"]]
    if isinstance(told.get("corrects"), int):  # an event that a score rested on
        told["corrects"] = names["journal"][told["corrects"]]
    if {"code", "digest", "form"} <= told.keys():  # of a paper that was made
        del told["code"], told["digest"]
    return told
