"""The blows: what is killed in turn, each while parts of a sweep are being done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from benchmarks.soak.cluster import Cluster
from benchmarks.soak.kept import Kept
from benchmarks.soak.watch import Sight, Watch

GAP = 2
"""How many parts are done in peace before the next blow."""

PATIENCE = 1200
"""Seconds within which the work must go on: twice the time after which a cluster looks by itself
whether anything was left undone."""


@dataclass(frozen=True, slots=True)
class Blow:
    """What was struck.

    Attributes:
        second: when, since the sweep was called.
        before: how far it had come.
        lost: how many parts were thrown back by it.
        idle: seconds until the next part was done.
        after: how far it had come then.
    """

    what: str
    second: float
    before: Sight
    lost: int
    idle: float
    after: Sight


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a blow is for; ``victims`` answers nobody when there is nothing to strike just now."""

    what: str
    victims: Callable[[Cluster, Sight], list[Kept]]
    for_good: bool = False


def _a_worker(cluster: Cluster, seen: Sight) -> list[Kept]:
    """One that is at a part."""
    return next(([worker] for name, worker in cluster.workers.items() if name in seen.at_work), [])


def _while_at_work(seen: Sight, *victims: Kept) -> list[Kept]:
    return list(victims) if seen.at_work else []


CHOICES = (
    Choice("一个工作进程", _a_worker),
    Choice("Prefect 服务", lambda c, seen: _while_at_work(seen, c.server)),
    Choice("PostgreSQL", lambda c, seen: _while_at_work(seen, c.postgres)),
    Choice("一个工作进程，不再启动", _a_worker, for_good=True),
    Choice("全部同时", lambda c, seen: _while_at_work(seen, *c.kept)),
)


def strike_all(cluster: Cluster, watch: Watch, begun: float) -> Iterator[Blow]:
    """Strike all in turn. What is left when the sweep is over before is not struck.

    Raises:
        NotInTime: the work did not go on.
    """
    done = 0
    for choice in CHOICES:
        victims, seen = cluster.wait(partial(_ready, cluster, watch, choice, done + GAP), PATIENCE)
        if not victims:
            return
        at = time.monotonic()
        for victim in victims:
            victim.kill()
            if choice.for_good:
                victim.give_up()
        back = cluster.wait(watch.look, PATIENCE)
        after = cluster.wait(partial(_further, watch, back.done), PATIENCE)
        done = after.done
        yield Blow(
            _told(cluster, choice, victims),
            at - begun,
            seen,
            _lost(cluster, seen, victims),
            time.monotonic() - at,
            after,
        )


def _ready(
    cluster: Cluster, watch: Watch, choice: Choice, done: int
) -> tuple[list[Kept], Sight] | None:
    """Whom to strike and what there is to see, once it is time; nobody when all is over."""
    seen = watch.look()
    if seen is None:
        return None
    if watch.is_over():
        return [], seen
    victims = choice.victims(cluster, seen) if seen.done >= done else []
    return (victims, seen) if victims else None


def _further(watch: Watch, done: int) -> Sight | None:
    seen = watch.look()
    return seen if seen and seen.done > done else None


def _lost(cluster: Cluster, seen: Sight, victims: list[Kept]) -> int:
    """How many parts the victims were at; without PostgreSQL nobody is at any."""
    if cluster.postgres in victims:
        return seen.at_work.total()
    return sum(seen.at_work[victim.name] for victim in victims)


def _told(cluster: Cluster, choice: Choice, victims: list[Kept]) -> str:
    is_one = len(victims) == 1 and victims[0].name in cluster.workers
    return f"{choice.what}（{victims[0].name}）" if is_one else choice.what
