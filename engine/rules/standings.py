"""Where a project stands on a day, promise by promise, as papers print it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from engine.rules.facts import ProjectFacts, TargetFacts
from engine.rules.lifecycle import ProjectState
from engine.rules.progress import WHOLE, progress_on
from engine.rules.targets import TargetForm
from engine.rules.totals import class_of
from engine.rules.words import DeadlineKind, Light, ProjectKind


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """Where one promise stands, in its unit; ``planned`` is what 序时进度 asks for by now, and
    ``actual`` None when nothing was reported."""

    metric: str
    unit: str
    form: TargetForm
    promised: Decimal
    planned: Decimal
    actual: Decimal | None

    @property
    def behind(self) -> Decimal:
        """By how much it is short of what the plan asks for by now."""
        return max(self.planned - (self.actual or Decimal(0)), Decimal(0))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one project stands; shares in percent.

    Attributes:
        original_due: the date first promised.
        targets: of what is behind or named, where each promise stands.
        disputed: 异议中, the unit has asked for a review that is not decided.
        silenced_until: 暂缓提醒, the last day on which it is left alone.
    """

    code: str
    kind: ProjectKind
    title: str
    field: str
    unit: str
    leader: str
    state: ProjectState
    light: Light
    planned: Decimal
    actual: Decimal
    due: date | None
    remark: str = ""
    original_due: date | None = None
    targets: tuple[TargetStanding, ...] = ()
    disputed: bool = False
    silenced_until: date | None = None


def standing_of(facts: ProjectFacts, day: date) -> Standing:
    """Where a project stands on a day; what is behind with each of its promises."""
    progress = progress_on(facts, day)
    standing = Standing(
        code=facts.code,
        kind=facts.kind,
        title=facts.title,
        field=facts.field,
        unit=facts.unit,
        leader=facts.leader,
        state=facts.state,
        light=facts.light.colour,
        planned=progress.planned,
        actual=progress.actual,
        due=facts.due,
        remark=facts.said,
        original_due=_original_due(facts),
        disputed=facts.disputed,
        silenced_until=facts.silenced_until,
    )
    return with_targets(standing, facts) if is_behind(standing) else standing


def with_targets(standing: Standing, facts: ProjectFacts) -> Standing:
    """The standing with each promise of the project."""
    targets = tuple(_target_standing(target, standing.planned) for target in facts.targets)
    return replace(standing, targets=targets)


def _target_standing(target: TargetFacts, share: Decimal) -> TargetStanding:
    """The promise's part of the plan, as exact as the promise is written."""
    exact = Decimal("0.1") if target.form is TargetForm.ALL else _step_of(target.planned)
    planned = (target.planned * share / WHOLE).quantize(exact, ROUND_HALF_UP)
    return TargetStanding(
        target.metric, target.unit, target.form, target.planned, planned, target.actual
    )


def _step_of(figure: Decimal) -> Decimal:
    exponent = figure.normalize().as_tuple().exponent
    return Decimal(1).scaleb(min(int(exponent), 0))


def _original_due(facts: ProjectFacts) -> date | None:
    """The first promise of the date that ``facts.due`` is the last version of."""
    ends = (DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)
    return next((d.original_due for d in facts.deadlines if d.kind in ends), None)


def is_behind(standing: Standing) -> bool:
    """Whether its light is yellow or red and it has not been suspended or ended."""
    return class_of(standing.light, standing.state) in ("yellow", "red")
