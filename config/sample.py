"""How a sample list begins: its clock, who acts for the office, its calendar."""

from __future__ import annotations

from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from config.yaml_file import read_yaml


class Sample(BaseModel):
    """A list that lies in the past, and from when on it is supervised again.

    Attributes:
        clock: the moment at which the sample's clock begins to run.
        by: the person of the office who gives the items to their units.
        calendar: calendar layers, the later overriding the earlier.
        note: what a user is told about it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    clock: AwareDatetime
    by: str = Field(min_length=1)
    calendar: tuple[str, ...] = Field(min_length=1)
    note: str


def load_sample(path: Path) -> Sample:
    """The sample that a file describes.

    Raises:
        ConfigError: in Chinese, with the line, the place, the fault and the cure of every fault.
    """
    file = read_yaml(path, "示例说明")
    return file.parse(Sample, file.data, Sample.model_fields)
