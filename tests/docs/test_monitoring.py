"""The dashboards and alert rules ask for figures that there are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from engine.rules.auditing import FindingKind
from engine.rules.words import Cadence, ChannelKind, Light, NoticeKind, Stage
from flows.catalogue import catalogue
from flows.runner import Runner
from tests.engine.sweeping import GIVEN, at
from tests.flows.services import open_at
from web.health import faults
from web.metrics import Metrics

FOLDER = Path(__file__).parents[2] / "docs" / "monitoring"
DASHBOARDS = sorted(FOLDER.glob("grafana-*.json"))
NAME = re.compile(r"\b(?:duban|process)_\w+")
CHOICE = re.compile(r"eq \$labels\.(\w+) `(\w+)` }}(.+?){{")
OPERATIONS = (FOLDER.parent / "operations.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def exported(sqlite_store, tmp_path_factory) -> set[str]:
    """The names of all figures, those without a value yet included."""
    with sqlite_store.new() as url:
        service = open_at(tmp_path_factory.mktemp("home"), url, at(GIVEN, 8))
        runner = Runner(service)
        told = Metrics(service, lambda: faults(service, runner)).text().decode()
        service.database.close()
    families = list(text_string_to_metric_families(told))
    return {f"{f.name}_total" if f.type == "counter" else f.name for f in families}


def expressions(path: Path) -> list[str]:
    """What a dashboard asks for."""
    board = json.loads(path.read_text(encoding="utf-8"))
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_asks_only_for_figures_that_are_exported(path, exported):
    asked = [set(NAME.findall(expression)) for expression in expressions(path)]
    assert all(asked)
    assert set().union(*asked) - exported == set()


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_panel_has_a_place_and_a_number_of_its_own(path):
    panels = json.loads(path.read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken)) and max(x for x, _ in taken) < 24


def test_the_alert_rules_ask_only_for_figures_that_are_exported(exported):
    rules = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))
    asked = {
        name
        for group in rules["groups"]
        for rule in group["rules"]
        for name in NAME.findall(rule["expr"])
    }
    assert asked and asked - exported == set()


def test_every_figure_is_on_a_dashboard_or_in_an_alert_rule(exported):
    texts = "".join(path.read_text(encoding="utf-8") for path in FOLDER.iterdir())
    ours = {name for name in exported if name.startswith("duban_")}
    assert ours - set(NAME.findall(texts)) == set()


def test_the_words_of_the_city_s_dashboard_are_those_of_the_engine():
    text = (FOLDER / "grafana-list.json").read_text(encoding="utf-8")
    named = dict(re.findall(r'"options": "(\w+)"[\s\S]{0,200}?"value": "(.+?)"', text))
    words = {w.value: w.label for kind in (NoticeKind, Stage, Light, Cadence) for w in kind}
    assert {k: v for k, v in named.items() if k in words} == words


def test_alerts_and_dashboards_say_the_words_of_the_engine_and_the_jobs(sqlite_store, tmp_path):
    rules = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"][0][
        "rules"
    ]
    said: dict[str, dict[str, str]] = {}
    for rule in rules:
        for label, name, word in CHOICE.findall(rule["annotations"]["summary"]):
            said.setdefault(label, {})[name] = word
    with sqlite_store.new() as url:
        service = open_at(tmp_path, url, at(GIVEN, 8))
        tasks = {job.name: job.title for job in catalogue(service)}
        service.database.close()
    assert said["cadence"] == {cadence.value: cadence.label for cadence in Cadence}
    assert said["kind"] == {kind.value: kind.label for kind in FindingKind}
    assert said["task"] == tasks | {"sweeps": "检查"}
    assert said["channel"] == {"email": ChannelKind.EMAIL.label}
    board = (FOLDER / "grafana-operations.json").read_text(encoding="utf-8")
    shown = dict(re.findall(r'"options": "(\w+) 看过"[\s\S]{0,200}?"value": "(.+?) 看过"', board))
    assert shown == said["task"]


def test_every_finding_of_the_audit_is_explained():
    assert [kind.label for kind in FindingKind if kind.label not in OPERATIONS] == []
