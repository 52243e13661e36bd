"""Scenarios read from YAML: deeds are strict, dated and in order."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from config.acts import Act
from config.errors import ConfigError
from config.scenario import Scenario, load_scenario
from flows.rehearsal.acts import VERBS

EXAMPLES = Path("config/examples")
HEAD = """
title: 试演
ledger: ledger.xlsx
policy: default
calendar: [national]
first: 2023-01-01
last: 2023-12-31
registered_on: 2023-01-16
assigned_on: 2023-01-30
office: 甲
verify_after: 4
desk: {signer: 乙, after: 3, basis: 批示}
acts:
"""


def loaded(tmp_path: Path, acts: str) -> Scenario:
    path = tmp_path / "scenario.yaml"
    path.write_text(HEAD + acts, encoding="utf-8")
    return load_scenario(path)


@pytest.mark.parametrize("name", ["wuzhong-2023", "xinjiang-2024"])
def test_the_shipped_scenarios_can_be_read(name):
    assert load_scenario(EXAMPLES / name / "scenario.yaml").title


def test_a_deed_is_read_as_its_verb(tmp_path):
    acts = "  - {on: 2023-04-10, do: suspend, item: 2023-03, reason: 停工}\n"
    (deed,) = loaded(tmp_path, acts).acts
    assert (deed.do, deed.on, deed.refused) == ("suspend", date(2023, 4, 10), False)


def test_deeds_out_of_order_are_refused(tmp_path):
    acts = (
        "  - {on: 2023-04-24, do: resume, item: 2023-03, reason: 复工}\n"
        "  - {on: 2023-04-10, do: suspend, item: 2023-03, reason: 停工}\n"
    )
    told = "acts 第2条（2023-04-10，suspend）早于它前面的一条：acts 须按日期的先后写"
    with pytest.raises(ConfigError, match=told):
        loaded(tmp_path, acts)


def test_dates_in_the_wrong_order_are_told_with_the_two_that_are_wrong(tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_text(HEAD.replace("2023-01-30", "2023-01-10") + "  []\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="assigned_on 早于 registered_on") as refusal:
        load_scenario(path)
    assert "registered_on（2023-01-16）、assigned_on（2023-01-10）" in str(refusal.value)


def test_a_deed_outside_the_days_of_the_scenario_is_refused(tmp_path):
    told = "acts 第1条（2024-04-10，score）不在预演的日期内：acts 的日期须在 first 和 last 之间"
    with pytest.raises(ConfigError, match=told):
        loaded(tmp_path, "  - {on: 2024-04-10, do: score, year: 2023}\n")


def test_an_unknown_verb_and_a_missing_word_are_told_with_their_lines(tmp_path):
    acts = (
        "  - {on: 2023-04-10, do: suspends, item: 2023-03, reason: 停工}\n"
        "  - {on: 2023-04-24, do: resume, item: 2023-03}\n"
    )
    with pytest.raises(ConfigError) as refusal:
        loaded(tmp_path, acts)
    assert "第14行" in str(refusal.value) and "suspends" in str(refusal.value)
    assert "第15行" in str(refusal.value) and "缺少此项" in str(refusal.value)


def test_every_verb_of_a_scenario_has_somebody_who_carries_it_out():
    deeds = get_args(get_args(Act)[0])
    verbs = {verb for deed in deeds for verb in get_args(deed.model_fields["do"].annotation)}
    assert verbs == VERBS.keys()


def test_a_copy_of_a_scenario_looks_for_its_files_beside_it(tmp_path):
    shutil.copytree(EXAMPLES / "wuzhong-2023", tmp_path / "copy")
    scenario = load_scenario(tmp_path / "copy" / "scenario.yaml")
    assert (scenario.folder / scenario.ledger).is_file()


def test_a_draft_is_not_checked_after_it_is_signed(tmp_path):
    path = tmp_path / "scenario.yaml"
    late = HEAD.replace("after: 3", "after: 3, check_after: 4").replace("acts:", "")
    path.write_text(late, encoding="utf-8")
    with pytest.raises(ConfigError, match="check_after（核稿）不能晚于 after（签发）"):
        load_scenario(path)
