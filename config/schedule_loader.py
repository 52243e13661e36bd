"""The times of day at which the jobs run; on which days is the working calendar's matter."""

from __future__ import annotations

from datetime import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from config.yaml_file import read_yaml
from engine.rules.words import Cadence

SHIPPED = Path(__file__).parent / "schedules.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SweepTimes(_Part):
    """The local time of each sweep."""

    daily: time
    weekly: time
    monthly: time
    quarterly: time


class Schedule(_Part):
    """When the jobs run, in local time. The checkpoint of the journal is made every day."""

    sweeps: SweepTimes
    checkpoint: time

    def at(self, cadence: Cadence) -> time:
        """The local time of the sweep of a cadence."""
        local: time = getattr(self.sweeps, cadence.value)
        return local


def load_schedule(path: Path = SHIPPED) -> Schedule:
    """The schedule of a file.

    Raises:
        ConfigError: in Chinese, with the line, the place, the fault and the cure of every fault.
    """
    file = read_yaml(path, "运行时间表")
    return file.parse(Schedule, file.data, {*Schedule.model_fields, *SweepTimes.model_fields})
