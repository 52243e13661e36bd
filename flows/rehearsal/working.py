"""Deeds on the items themselves: broken down, planned, given back, paused, changed, reported."""

from __future__ import annotations

from config import acts
from engine.assigning import assignment, reassigning
from engine.dates import changing, suspending
from engine.desk.transition import find_project
from engine.ledger.measure_file import read_measure
from engine.notices import silencing
from engine.plans import breaking_down, planning
from engine.reports import reporting
from engine.reports.stating import Statement
from engine.rules.changes import Decision
from engine.rules.reporting_dates import period_on
from engine.store.tables import Program
from flows.rehearsal.scene import Scene


def break_down(scene: Scene, deed: acts.BreakDown) -> None:
    """Measures are written down and given to their units."""
    desk, by = scene.desk, scene.officer(deed)
    parent = find_project(desk, deed.item)
    year = desk.session.get_one(Program, parent.program_id).year
    due = breaking_down.promised_date(desk, parent)
    measures = [m for texts in deed.measures for m in read_measure(texts, year, due)]
    codes = breaking_down.break_down(desk, parent, measures, by)
    assignment.assign(desk, [find_project(desk, code) for code in codes], by, deed.document)


def plan(scene: Scene, deed: acts.PlanBack) -> None:
    """The unit counts back from its date."""
    project = find_project(scene.desk, deed.item)
    steps = [planning.Step(step.name, step.days, step.percent) for step in deed.steps]
    by = deed.by or scene.contact(project)
    planning.set_plan(scene.desk, project, steps, by, deed.start, deed.accept)


def give_back(scene: Scene, deed: acts.GiveBack) -> None:
    """The unit says that it is not its duty."""
    project = find_project(scene.desk, deed.item)
    assignment.send_back(scene.desk, project, deed.by or scene.contact(project), deed.reason)


def reassign(scene: Scene, deed: acts.Reassign) -> None:
    """The office gives it to another unit."""
    project = find_project(scene.desk, deed.item)
    reassigning.reassign(
        scene.desk, project, deed.unit, scene.officer(deed), deed.reason, document=deed.document
    )


def suspend(scene: Scene, deed: acts.Pause) -> None:
    """Its clocks stop."""
    project = find_project(scene.desk, deed.item)
    suspending.suspend(scene.desk, project, scene.officer(deed), deed.reason)


def resume(scene: Scene, deed: acts.Pause) -> None:
    """Its clocks go on."""
    project = find_project(scene.desk, deed.item)
    suspending.resume(scene.desk, project, scene.officer(deed), deed.reason)


def silence(scene: Scene, deed: acts.Silence) -> None:
    """It is left alone for a while."""
    silencing.silence_item(scene.desk, deed.item, deed.until, deed.reason, scene.officer(deed))


def change(scene: Scene, deed: acts.Alter) -> None:
    """A leader records what the congress has decided today."""
    project = find_project(scene.desk, deed.item)
    alteration = changing.Alteration(deed.what, deed.to, deed.reason, deed.metric)
    decision = Decision(deed.body, deed.document, deed.on)
    changing.change(scene.desk, project, alteration, decision, deed.by or scene.leader(project))


def report(scene: Scene, deed: acts.Report) -> None:
    """The unit reports figures that do not follow from its plan."""
    project = find_project(scene.desk, deed.item)
    period = period_on(scene.desk.rulebook.policy.limits.report_every, scene.today)
    statement = Statement(period, deed.values, deed.percent, deed.text)
    by = deed.by or scene.contact(project)
    reporting.report(scene.desk, project, statement, by, deed.explanation)
