"""Life cycles as tables: which step leads where, who may take it, and what must be given for it.

A step that is not in the table does not exist; a role that is not named may not take it. The
drawings in ``docs/lifecycle.md`` are made from the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from engine.errors import DubanError
from engine.rules.words import Word

S = TypeVar("S", bound=Word)
E = TypeVar("E", bound=Word)


class Role(Word):
    """Who acts."""

    OFFICE = "office", "督查室"
    UNIT = "unit", "责任单位"
    LEADER = "leader", "领导"


class StepRefused(DubanError):
    """A step that does not exist here, is not the actor's to take, or is refused by its guard."""


class NoSuchStep(StepRefused):
    """A step that does not exist in the present state."""


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What the guards look at; texts are empty when not given.

    Attributes:
        basis: the decision, document or instruction the step rests on.
        unmet_targets: names of targets whose final figure has not been reported.
        open_parts: codes of parts (measures, problems) that have not ended.
        too_late: when a limit for the step has passed, which.
        verified_by: the person of the office who checked the result.
        reason: why, in the actor's words.
        missing: what else the actor left out, a clause each.
        record: what else the journal is to say of the step.
    """

    basis: str = ""
    unmet_targets: tuple[str, ...] = ()
    open_parts: tuple[str, ...] = ()
    too_late: str = ""
    verified_by: str = ""
    reason: str = ""
    missing: tuple[str, ...] = ()
    record: Mapping[str, str] = field(default_factory=dict)


Guard = Callable[[StepFacts], str]
"""Returns why the step is refused, or an empty text."""


def always(_: StepFacts) -> str:
    """No condition."""
    return ""


def reason_given(facts: StepFacts) -> str:
    """The actor says why."""
    return "" if facts.reason.strip() else "请写明理由"


@dataclass(frozen=True, slots=True)
class Step(Generic[S, E]):
    """One row of a table."""

    source: S
    event: E
    target: S
    guard: Guard
    roles: tuple[Role, ...]


class LifeCycle(Generic[S, E]):
    """The table of one kind of thing.

    Args:
        subject: what it is, as users call it.
        start: the state in which it begins.
        steps: the rows; at most one for each state and event.
    """

    def __init__(self, subject: str, start: S, steps: tuple[Step[S, E], ...]) -> None:
        self.subject = subject
        self.start = start
        self.steps = steps
        self._table = {(step.source, step.event): step for step in steps}

    def take(self, state: S, event: E, role: Role, facts: StepFacts) -> S:
        """The state that follows.

        Raises:
            NoSuchStep: there is none from this state.
            StepRefused: the role may not take it, or its guard refuses.
        """
        step = self._table.get((state, event))
        if step is None:
            raise NoSuchStep(f"{self.subject}处于“{state.label}”，不能{event.label}")
        if role not in step.roles:
            allowed = "、".join(r.label for r in step.roles)
            raise StepRefused(f"{event.label}须由{allowed}办理，{role.label}无权办理")
        refusal = step.guard(facts)
        if refusal:
            raise StepRefused(f"不能{event.label}：{refusal}")
        return step.target

    def diagram(self) -> str:
        """The table as a Mermaid state diagram."""
        states = type(self.start)
        sources = {step.source for step in self.steps}
        lines = ["stateDiagram-v2", f"    [*] --> {self.start.value}"]
        lines += [f"    {state.value} : {state.label}" for state in states]
        lines += [
            f"    {s.source.value} --> {s.target.value} : {s.event.label}" for s in self.steps
        ]
        lines += [f"    {state.value} --> [*]" for state in states if state not in sources]
        return "\n".join(lines) + "\n"
