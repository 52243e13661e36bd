"""A rehearsal of three levels: items report through their measures, and all is counted once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.rules.words import DeadlineKind, ProjectKind
from engine.store.database import Database
from engine.store.tables import Deadline, ProgressReport, Project
from flows.simulate import simulate

XINJIANG = Path(__file__).parents[2] / "config/examples/xinjiang-2024"


@dataclass(frozen=True)
class Months:
    """The first months of the rehearsal, and the store they left."""

    summary: dict[str, Any]
    database: Database


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Months]:
    folder = tmp_path_factory.mktemp("xinjiang")
    shutil.copytree(XINJIANG, folder / "list")
    scenario = folder / "list" / "scenario.yaml"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace("last: 2024-12-31", "last: 2024-07-05"), encoding="utf-8")
    summary = simulate(scenario, folder / "out", lambda *_: None)
    database = Database(f"sqlite:///{folder / 'out' / 'duban.db'}")
    yield Months(summary, database)
    database.close()


def test_items_measures_and_departments_are_counted_where_they_belong(months: Months) -> None:
    assert months.summary["items"] == {
        "project": 10,
        "measure": 38,
        "task": 15,
        "problem": 0,
        "rectification": 0,
        "opinion": 0,
        "instruction": 0,
    }
    assert months.summary["departments"] == 16


def test_the_journal_holds_and_every_notice_explains_itself(months: Months) -> None:
    assert months.summary["journal_verified"]
    assert months.summary["explained"] == sum(months.summary["by_kind"].values())
    assert months.summary["unexplained"] == []


def test_only_what_has_no_measures_is_asked_for_reports(months: Months) -> None:
    with months.database.read() as session:
        parents = set(session.scalars(select(Project.parent_id).where(Project.parent_id > 0)))
        asked = set(
            session.scalars(select(Deadline.project_id).where(Deadline.kind == DeadlineKind.REPORT))
        )
        reporting = (ProjectKind.PROJECT, ProjectKind.MEASURE)
        everything = set(session.scalars(select(Project.id).where(Project.kind.in_(reporting))))
        percents = session.execute(
            select(ProgressReport.project_id, func.count(ProgressReport.percent))
            .where(ProgressReport.project_id.in_(parents))
            .group_by(ProgressReport.project_id)
        ).all()
    assert not asked & parents
    assert asked <= everything - parents
    assert len(asked) > 40
    assert all(count == 0 for _, count in percents)


def test_a_county_behind_shows_in_its_prefecture_and_not_in_others(months: Months) -> None:
    with months.database.read() as session:
        rows = session.execute(select(Project.code, Project.light)).all()
    lights = {code: light.value for code, light in rows}
    assert lights["2024-01-2-4-1"] == lights["2024-01-2-4"] == "yellow"
    assert lights["2024-01-2-1"] == lights["2024-01"] == "green"
