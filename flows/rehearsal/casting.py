"""Whether a scenario fits its list: told before the first day, not on the day that it matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from config.acts import TakePost
from config.scenario import Result, Scenario
from config.yaml_file import Place, read_yaml
from engine.ledger.values import Ledger

Misfit = tuple[Place, str]


def refuse_misfits(
    path: Path, scenario: Scenario, ledger: Ledger, results: Mapping[int, Sequence[Result]]
) -> None:
    """Hold a scenario against its list and its year-end figures.

    Raises:
        ConfigError: in Chinese, with the line, the place, the fault and the cure of every fault.
    """
    found = [*_items(scenario, ledger), *_people(scenario, ledger), *_dates(scenario)]
    found += _results(results, {project.number for project in ledger.projects})
    if found:
        file = read_yaml(path, "预演方案")
        raise file.refusal([file.fault(place, text) for place, text in found])


def _items(scenario: Scenario, ledger: Ledger) -> Iterator[Misfit]:
    """Items that the list does not have."""
    known = {project.number: project for project in ledger.projects}
    for place, number in _named_items(scenario):
        if number not in known:
            yield place, f"清单中没有第{number}项，请按清单的序号填写"
    for index, work in enumerate(scenario.work):
        item = known.get(work.number)
        if item is None or work.part:
            continue
        for step in work.steps:
            if not 1 <= step <= len(item.milestones):
                has = f"第{work.number}项有{len(item.milestones)}个节点"
                yield ("work", index, "steps", str(step)), f"{has}，没有第{step}个，请核对"


def _named_items(scenario: Scenario) -> Iterator[tuple[Place, int]]:
    for index, work in enumerate(scenario.work):
        yield ("work", index, "number"), work.number
    for index, extension in enumerate(scenario.extensions):
        yield ("extensions", index, "project"), extension.project
    for number in scenario.sources:
        yield ("sources", str(number)), number
    for index, visit in enumerate(scenario.inspections):
        place: Place = ("inspections", index)
        for n, number in enumerate(visit.visited):
            yield (*place, "visited", n), number
        for n, finding in enumerate(visit.findings):
            yield (*place, "findings", n, "project"), finding.project
        for n, file in enumerate(visit.evidence):
            yield (*place, "evidence", n, "project"), file.project


def _people(scenario: Scenario, ledger: Ledger) -> Iterator[Misfit]:
    """People whom no contact sheet names, and none takes a post on the way."""
    known = {post.holder for post in ledger.posts}
    known |= {act.holder for act in scenario.acts if isinstance(act, TakePost)}
    named: list[tuple[Place, str]] = [
        (("office",), scenario.office),
        (("desk", "signer"), scenario.desk.signer),
    ]
    named += [(("absences", n, "person"), a.person) for n, a in enumerate(scenario.absences)]
    for place, name in named:
        if name.partition("@")[0] not in known:
            yield place, f"联系表中没有“{name}”，请改成联系表中的姓名"


def _dates(scenario: Scenario) -> Iterator[Misfit]:
    """Days that never come, since they lie before the first; those after the last may, when a
    scenario is cut short."""
    days: list[tuple[Place, date]] = []
    for name in ("extensions", "inspections"):
        days += [((name, n, "on"), said.on) for n, said in enumerate(getattr(scenario, name))]
    days += [(("absences", n, "first"), said.first) for n, said in enumerate(scenario.absences)]
    for place, day in days:
        if day < scenario.first:
            yield place, f"{day}在预演开始的{scenario.first}之前，请改正"
    for n, absence in enumerate(scenario.absences):
        if absence.last < absence.first:
            yield ("absences", n, "last"), f"{absence.last}早于离岗开始的{absence.first}，请改正"
    for n, work in enumerate(scenario.work):
        for month in (*work.behind, *work.silent):
            if month < f"{scenario.first:%Y-%m}":
                key = "behind" if month in work.behind else "silent"
                yield ("work", n, key), f"{month}在预演开始的{scenario.first}之前，请改正"


def _results(results: Mapping[int, Sequence[Result]], known: set[int]) -> Iterator[Misfit]:
    for number in sorted(results.keys() - known):
        yield ("results",), f"年末结果中的第{number}项不在清单中，请按清单的序号填写"
