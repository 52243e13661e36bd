"""Clocks: the only place that asks what time it is. Everything below takes time as a parameter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def system_clock() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


class ShiftedClock:
    """A clock that runs at the usual pace from another moment, for rehearsals on old lists."""

    def __init__(self, start: datetime) -> None:
        self.offset = start - system_clock()

    def __call__(self) -> datetime:
        return system_clock() + self.offset


class VirtualClock:
    """A clock that stands until it is set, for simulations."""

    def __init__(self, start: datetime) -> None:
        self.at = start

    def __call__(self) -> datetime:
        return self.at

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)
