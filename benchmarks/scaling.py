"""One sweep shared by 1, 2 and 4 processes, on PostgreSQL, over a hundredth of a country.

Where workers and server share two processors, wall time says little about a larger machine; the
processor seconds of each side do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from statistics import median

import psycopg

from benchmarks.country import country, postgresql
from benchmarks.crews import Shift, together
from benchmarks.measure import Figure, Plan
from benchmarks.rows_again import Written, mark, write_again, written_since
from benchmarks.seeding import DAY
from benchmarks.shared_sweeps import ready_to_sweep
from engine.rules.words import Cadence
from engine.sweeps.checking import BATCH

FLOOR = "psycopg 一条连接写同样的行"
ALONE = "一个进程"
CREWS = (1, 2, 4)
SWEEPS = (
    (Cadence.DAILY, DAY),
    (Cadence.WEEKLY, date(2023, 6, 19)),
    (Cadence.MONTHLY, date(2023, 7, 4)),
)
TOLD = 4
"""How many of the waits are told."""

Shifts = Mapping[int, Sequence[Shift]]
"""Those of each size of crew."""


def scaling(plan: Plan) -> Iterator[Figure]:
    """Sweeps of three cadences by 1, 2 and 4 workers, and their floor."""
    projects, crews = (1_000, CREWS[:2]) if plan.quick else (10_000, CREWS)
    with postgresql(plan.folder / "scaling") as uri:
        original = country(uri, projects)
        for cadence, day in SWEEPS:
            shifts: dict[int, list[Shift]] = {crew: [] for crew in crews}
            floor = []
            for _ in range(plan.repeats):
                for crew in crews:
                    store, moment = copied(original, "ours"), mark(uri)
                    shifts[crew].append(together(store, crew, ready_to_sweep, cadence, day, crew))
                written = written_since(store, moment)
                transactions = -(-projects // BATCH)
                floor.append(write_again(copied(original, "floor"), written, transactions))
            yield from _figures(cadence, projects, shifts, median(floor), written)


def copied(original: str, name: str) -> str:
    """A fresh copy of a database on the same server; its address."""
    template = psycopg.conninfo.conninfo_to_dict(original)["dbname"]
    maintenance = original.replace(f"/{template}?", "/postgres?")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return original.replace(f"/{template}?", f"/{name}?")


def _figures(
    cadence: Cadence, projects: int, shifts: Shifts, floor: float, written: Sequence[Written]
) -> Iterator[Figure]:
    seconds = {crew: median(shift.seconds for shift in shifts[crew]) for crew in shifts}
    looked_at = shifts[1][0].answers[0].get("projects", projects)
    rows = sum(len(one.rows) for one in written)
    for crew in shifts:
        yield Figure(
            f"{cadence.label}，{crew}个进程",
            f"{cadence.value} sweep, {crew} workers",
            "事项/秒",
            looked_at / seconds[crew],
            looked_at / (seconds[1] if crew > 1 else floor),
            ALONE if crew > 1 else FLOOR,
            f"{looked_at}项写{rows}行；{costs(shifts[crew], looked_at)}",
        )


def costs(shifts: Sequence[Shift], things: int) -> str:
    """What a thousand of these things cost on each side, and what the connections waited for."""
    program = median(shift.workers for shift in shifts) / things * 1000
    server = median(shift.server for shift in shifts) / things * 1000
    waits = sum((shift.waits for shift in shifts), Counter[str]())
    told = "、".join(f"{what} {n / waits.total():.0%}" for what, n in waits.most_common(TOLD))
    return f"每千件处理器：程序{program:.2f}秒，库{server:.2f}秒；连接在：{told}"
