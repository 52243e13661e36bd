"""The ways in which a year is lived through: by one process, by four some of which are killed, and
by Prefect with four workers some of which are killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic

import psycopg

from benchmarks.sameness.cluster import PrefectCrowd
from benchmarks.sameness.crowd import Crowd
from benchmarks.sameness.stories import Story
from engine.store.journal import verify
from flows.rehearsal.living import Sweep, live_through, open_rehearsal, settings_of
from flows.rehearsal.picture import Picture, picture
from flows.service import Service
from flows.tick import run_due_sweeps
from tests.flows.prefect_cluster import Cluster

Progress = Callable[[date], None]
"""Told each day as it begins."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What a year came to. ``killed`` is how many workers were killed over a sweep."""

    picture: Picture
    seconds: float
    killed: int = 0


def alone(story: Story, home: Path, uri: str, progress: Progress) -> Lived:
    """Embedded, on SQLite."""
    begun = monotonic()
    return Lived(live(story, home, "", run_due_sweeps, progress), monotonic() - begun)


def shared(story: Story, home: Path, uri: str, progress: Progress) -> Lived:
    """By four processes on PostgreSQL."""
    url, begun = _found(story, home, uri), monotonic()
    with Crowd(story.scenario, home, url) as crowd:
        left = live(story, home, url, crowd, progress)
        return Lived(left, monotonic() - begun, crowd.killed)


def prefect(story: Story, home: Path, uri: str, progress: Progress) -> Lived:
    """By Prefect with four workers, on PostgreSQL."""
    url, begun = _found(story, home, uri), monotonic()
    folder = home / "cluster"
    folder.mkdir()
    cluster = Cluster(folder, url)
    with cluster.serving():
        cluster.json("cluster", "deploy")
        cluster.pause()
        with PrefectCrowd(cluster, settings_of(story.scenario, home, url)) as crowd:
            left = live(story, home, url, crowd, progress)
            return Lived(left, monotonic() - begun, crowd.killed)


WAYS = {"sqlite": alone, "postgresql": shared, "prefect": prefect}


def _found(story: Story, home: Path, uri: str) -> str:
    """The address of a new store on the server, which stands at the beginning of a story."""
    name = home.name.replace("-", "_")
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = uri.replace("/postgres?", f"/{name}?")
    open_rehearsal(story.scenario, home, url).database.close()
    return url


def live(
    story: Story, home: Path, url: str, sweep: Sweep, progress: Progress = lambda day: None
) -> Picture:
    """Live through the days of a story.

    Args:
        url: the address of the store, which is new; empty for a file in ``home``.
        sweep: runs what is due.

    Raises:
        RuntimeError: the journal that it leaves does not hold.
    """
    service = open_rehearsal(story.scenario, home, url)
    try:
        cast = story.cast(story.scenario, service)
        for day in story.days:
            progress(day)
            live_through(service, cast, day, sweep)
        return _picture(service)
    finally:
        service.database.close()


def _picture(service: Service) -> Picture:
    with service.database.read() as session:
        faults = verify(session)
        if faults:
            raise RuntimeError(f"the journal does not hold: {faults[:3]}")
        return picture(session)
