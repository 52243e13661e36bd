"""How far the sweeps of a store have come, seen from outside, also while it is away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

Period = tuple[str, str]
"""A cadence and its period."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen at one moment.

    Attributes:
        done: how many parts have been done so far, of all runs.
        parts: how many have been laid out so far.
        at_work: how many parts each worker holds, by the name of its connection.
    """

    done: int
    parts: int
    at_work: Counter[str]

    def __str__(self) -> str:
        return f"{self.done}/{self.parts}"


@dataclass(slots=True)
class Watch:
    """Looks at a store again and again.

    Args:
        wanted: the periods that must be over.
    """

    url: str
    wanted: Set[Period]
    _connection: psycopg.Connection | None = None
    _seen: dict[int, tuple[int, int]] = field(default_factory=dict)

    def look(self) -> Sight | None:
        """How far it has come; None while the store does not answer."""
        with suppress(psycopg.OperationalError):
            at_work: Counter[str] = Counter()
            done: Counter[int] = Counter()
            laid_out: Counter[int] = Counter()
            for run, is_done, worker in self._connected().execute(_PARTS):
                laid_out[run] += 1
                done[run] += is_done
                at_work.update([worker] if worker else [])
            for run, (_, before) in self._seen.items():  # those of a run that is over are dropped
                self._seen[run] = (before, before)
            for run in laid_out:
                self._seen[run] = (done[run], laid_out[run])
            parts = self._seen.values()
            return Sight(sum(d for d, _ in parts), sum(p for _, p in parts), at_work)
        self.close()
        return None

    def is_over(self) -> bool:
        """Whether every period that is wanted is over."""
        with suppress(psycopg.OperationalError):
            return self.wanted <= set(self._connected().execute(_OVER))
        self.close()
        return False

    def close(self) -> None:
        """Leave the store alone."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _connected(self) -> psycopg.Connection:
        if self._connection is None:
            self._connection = psycopg.connect(self.url, autocommit=True, connect_timeout=5)
        return self._connection


_PARTS = """
    SELECT part.run_id, part.done_at IS NOT NULL, worker.application_name
    FROM sweep_parts part
    LEFT JOIN pg_stat_activity worker
        ON part.done_at IS NULL AND worker.backend_xid = part.xmax
"""
"""Whoever locks a row leaves the number of its transaction there."""

_OVER = "SELECT cadence, period FROM sweep_runs WHERE state <> 'running'"
