"""What is handed over, from YAML: an opinion of the congress with its problems, problems alone,
or instructions of leaders. Every fault is told with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from config.yaml_file import Model, YamlFile, read_yaml
from engine.rules.congress import Opinion, Problem, Satisfaction
from engine.rules.instructions import Instruction
from engine.rules.words import Urgency, Word

W = TypeVar("W", bound=Word)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Said = Annotated[str, Field(min_length=1)]


def _by_label(vocabulary: type[W]) -> BeforeValidator:
    """Words may be written in Chinese, as users know them, or by their English value."""
    labels = {word.label: word.value for word in vocabulary}
    return BeforeValidator(lambda text: labels.get(text, text))


class _Problem(_Part):
    title: Said
    unit: Said
    due: date
    content: str = ""
    leader: str = ""

    @property
    def value(self) -> Problem:
        return Problem(self.title, self.unit, self.due, self.content, self.leader)


class _Problems(_Part):
    problems: tuple[_Problem, ...] = Field(min_length=1)


class _Opinion(_Part):
    title: Said
    body: Said
    session: Said
    document: Said
    held_on: date
    unit: Said
    report_by: date
    content: str = ""
    leader: str = ""
    satisfaction: Annotated[Satisfaction | None, _by_label(Satisfaction)] = None
    votes: str = ""
    problems: tuple[_Problem, ...] = ()


class _Instruction(_Part):
    title: Said
    unit: Said
    leader: Said
    given_on: date
    document: Said
    due: date | None = None
    urgency: Annotated[Urgency, _by_label(Urgency)] = Urgency.NORMAL
    difficult: bool = False
    content: str = ""


class _Instructions(_Part):
    instructions: tuple[_Instruction, ...] = Field(min_length=1)


_KNOWN = {
    name
    for part in (_Problem, _Problems, _Opinion, _Instruction, _Instructions)
    for name in part.model_fields
}


def load_opinion(path: Path) -> Opinion:
    """An opinion with its problems.

    Raises:
        ConfigError: in Chinese, with the line, the place, the fault and the cure of every fault.
    """
    read = _parse(read_yaml(path, "审议意见"), _Opinion)
    problems = tuple(problem.value for problem in read.problems)
    return Opinion(**(dict(read) | {"problems": problems}))


def load_problems(path: Path) -> tuple[Problem, ...]:
    """Problems alone, under ``problems``.

    Raises:
        ConfigError: as for ``load_opinion``.
    """
    read = _parse(read_yaml(path, "交办问题"), _Problems)
    return tuple(problem.value for problem in read.problems)


def load_instructions(path: Path) -> tuple[Instruction, ...]:
    """Instructions, under ``instructions``.

    Raises:
        ConfigError: as for ``load_opinion``.
    """
    read = _parse(read_yaml(path, "批示交办"), _Instructions)
    return tuple(Instruction(**dict(instruction)) for instruction in read.instructions)


def _parse(file: YamlFile, model: type[Model]) -> Model:
    return file.parse(model, file.data, _KNOWN)
