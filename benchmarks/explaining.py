"""How PostgreSQL finds what it is asked for: every statement is explained just before it is run, on
its own connection and with its own values."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from engine.store.database import Database

BIG = 10_000
"""Rows from which on a table counts as big, unless told otherwise."""
SHARE = 0.25
"""Who reads so much of a big table reads all of it, by whatever way."""
TIMES = 3
"""How often the same statement is explained."""
PLANNING = 2.5
"""What the server takes planning to cost, for each table and once more, when it chooses whether to
keep one plan for all values (plancache.c)."""

Node = Mapping[str, Any]

_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Whole:
    """A statement that reads the whole of a big table.

    Attributes:
        statement: as it is written, with one place for any number of values.
        how: the way it reads, such as a sequential scan.
    """

    statement: str
    table: str
    how: str

    def __str__(self) -> str:
        return f"{self.table}, {self.how}: {self.statement}"

    def is_by(self, nature: str) -> bool:
        """Whether it is this one of those that read the whole of a table by their nature."""
        return nature in self.statement


BY_NATURE: Mapping[str, str] = {
    "SELECT projects.id AS id FROM projects WHERE projects.state IN": (
        "the monthly sweep is over every open project; laid out once a month"
    ),
    "SELECT DISTINCT projects.lead_unit_id AS lead_unit_id FROM projects": (
        "the units that are pushed once a month: those with an open item of some kind"
    ),
    "SELECT units.id AS id FROM units": "the weekly digests are for every unit; once a week",
    "SELECT deliveries.id, persons.unit_id AS unit, units.name": (
        "the letters of a run that ends, with their readers; there may be one for every unit"
    ),
    "SELECT projects.light, count(*)": "the totals of the status page, over an index alone",
    "SELECT deliveries.state, count(*)": "the totals of the status page, over an index alone",
    "SELECT projects.state, projects.light, count(*)": "a census: a hundredth of the time at most",
    "SELECT notices.kind, notices.stage, count(*)": "a census",
    "SELECT deliveries.state, deliveries.channel, count(*)": "a census",
    "deadlines.state = 'pending' AND deadlines.next_check_on IS NULL": (
        "the hourly audit; the planner cannot know that an index which holds nothing in good times"
        " will be empty"
    ),
}
"""Statements that read the whole of a big table, by a part of each, with the reason."""


class Plans:
    """Explains all that a database is asked within a ``with``; ``found`` is what reads too much."""

    def __init__(self, database: Database, big: int = BIG) -> None:
        self._database = database
        self._big = big
        self._seen: Counter[str] = Counter()
        self._sizes: dict[str, float] = {}
        self._prices: dict[str, float] = {}  # of a sequential scan, as the server reckons it
        self.found: set[Whole] = set()

    def __enter__(self) -> Plans:
        with self._database.engine.connect() as connection:
            for name, size, price in connection.exec_driver_sql(_SIZES):
                self._sizes[name], self._prices[name] = size, price
        event.listen(self._database.engine, "before_cursor_execute", self._explain)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._database.engine, "before_cursor_execute", self._explain)

    @property
    def statements(self) -> Collection[str]:
        """What was asked, each once."""
        return self._seen.keys()

    @property
    def unexpected(self) -> list[Whole]:
        """What reads the whole of a table and is not meant to."""
        return sorted((w for w in self.found if not any(w.is_by(n) for n in BY_NATURE)), key=str)

    def _explain(
        self, connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
    ) -> None:
        written = _without_values(statement)
        self._seen[written] += 1
        if self._seen[written] > TIMES or not statement.startswith(("SELECT", "UPDATE", "DELETE")):
            return
        with connection.connection.cursor() as driver:
            for table, how in self._ways(driver, statement, values[0] if many else values):
                self.found.add(Whole(written, table, how))

    def _ways(self, driver: Any, statement: str, values: Any) -> Iterator[tuple[str, str]]:
        runs = statement.startswith("SELECT")
        options = "ANALYZE, TIMING OFF, FORMAT JSON" if runs else "FORMAT JSON"
        own = _plan(driver, f"EXPLAIN ({options}) {statement}", values)
        yield from self._read_whole(own)
        if "LIMIT %(" in statement:  # kept, it is reckoned to want a tenth of all: at size, never
            return
        numbers = {name: number for number, name in enumerate(dict.fromkeys(_places(statement)), 1)}
        numbered = _PLACE.sub(lambda place: f"${numbers[place[1]]}", statement).replace("%%", "%")
        kept = _plan(driver, f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {numbered}")
        tables = 1 + sum("Relation Name" in node for node, _ in _nodes(own))
        if kept["Total Cost"] < own["Total Cost"] + PLANNING * tables:
            yield from ((table, f"{how}, kept") for table, how in self._read_whole(kept))

    def _read_whole(self, plan: Node) -> Iterator[tuple[str, str]]:
        for node, most in _nodes(plan):
            kind, table = node["Node Type"], node.get("Relation Name", "")
            size, read = self._sizes.get(table, 0), _rows_read(node)
            if size < self._big or kind == "ModifyTable":
                continue
            stops_early = most < SHARE * self._prices[table]
            if not (stops_early or self._is_bounded(node, size)):
                yield table, kind
            elif read > SHARE * size:
                yield table, f"{kind} of {read:.0f}"

    def _is_bounded(self, node: Node, size: float) -> bool:
        """Whether it reads by a condition, or by an index that holds few of the rows."""
        index = self._sizes.get(node.get("Index Name", ""), size)
        return "Index Cond" in node or "Bitmap" in node["Node Type"] or index < SHARE * size


_SIZES = """
    SELECT relname, reltuples, relpages + 0.01 * reltuples FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
"""


def _without_values(statement: str) -> str:
    """The statement with one place for any number of values."""
    flat = " ".join(_PLACE.sub("?", statement).split())
    return re.sub(r"\(\?(::\w+)?(, \?(::\w+)?)+\)", "(…)", flat)


def _places(statement: str) -> list[str]:
    return _PLACE.findall(statement)


def _plan(driver: Any, statement: str, values: Any = None) -> Node:
    found = driver.execute(statement, values).fetchone()[0]
    plans = json.loads(found) if isinstance(found, str) else found
    plan: Node = plans[0]["Plan"]
    return plan


def _nodes(node: Node, most: float = math.inf) -> Iterator[tuple[Node, float]]:
    """All nodes of a plan; of those whose first rows alone are wanted, what these cost at most by
    the planner's reckoning."""
    yield node, most
    if node["Node Type"] == "Limit":
        most = min(most, node["Total Cost"])
    elif node["Node Type"] in ("Sort", "Aggregate", "Hash", "WindowAgg"):
        most = math.inf
    for part in node.get("Plans", ()):
        yield from _nodes(part, most)


def _rows_read(node: Node) -> float:
    """Rows that it looked at, as far as it was run."""
    loops = node.get("Actual Loops", 0)
    parts = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return float(loops * sum(node.get(part, 0) for part in parts))
