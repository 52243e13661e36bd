"""A list published in several batches, each with a decision of its own (as 无锡 did)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.ledger import Ledger
from engine.lists.references import find_program
from engine.lists.registering import RegistrationRefused, add_batch, compare, register
from engine.lists.revising import RevisionRefused, revise
from engine.rules.steps import StepRefused
from engine.rules.words import DeadlineKind
from engine.store.event_kinds import EventKind
from engine.store.journal import history, program_chain
from engine.store.loading import load_projects
from engine.store.tables import Batch
from tests.engine.builders import (
    LIST,
    OFFICE,
    SCREENING,
    SECOND_OFFICER,
    TODAY,
    World,
    program_of,
    race,
)

ADDED = replace(SCREENING, number=4, title="加装电梯")
SECOND = replace(
    LIST,
    projects=(ADDED,),
    basis="市政府第20次常务会议决定",
    document="市政发〔2023〕20号",
    approver="市政府第20次常务会议",
    approved_on=date(2023, 4, 1),
    batch=2,
)


def differences(world: World, ledger: Ledger) -> list[str] | None:
    with world.database.read() as session:
        return compare(session, ledger)


def add(world: World, ledger: Ledger = SECOND) -> None:
    with world.desk() as desk:
        add_batch(desk, program_of(desk), ledger, OFFICE)


def test_a_second_batch_joins_the_list_with_its_own_decision(registered: World) -> None:
    assert differences(registered, SECOND) is None
    add(registered)
    program, item = registered.program(), registered.row("2023-04")
    assert (item.program_id, item.batch) == (program.id, 2)
    assert registered.pending("2023-04")[DeadlineKind.COMPLETION, ""] == ADDED.due
    with registered.database.read() as session:
        batch = session.get_one(Batch, (program.id, 2))
        last = history(session, program_chain(program.id))[-1]
    assert (batch.document, batch.approver, batch.approved_on) == (
        "市政发〔2023〕20号",
        "市政府第20次常务会议",
        date(2023, 4, 1),
    )
    assert (last.kind, last.data["batch"], last.data["document"]) == (
        EventKind.BATCH_ADDED,
        2,
        "市政发〔2023〕20号",
    )
    assert "市政府第20次常务会议" in registered.journal("2023-04")[0].data["basis"]


def test_each_batch_is_compared_and_revised_by_itself(registered: World) -> None:
    add(registered)
    assert differences(registered, LIST) == []
    assert differences(registered, SECOND) == []
    changed = replace(SECOND, document="市政发〔2023〕21号")
    assert differences(registered, changed) == ["文号：市政发〔2023〕20号 → 市政发〔2023〕21号"]
    with registered.desk() as desk:
        revise(desk, program_of(desk), changed, OFFICE)
    assert differences(registered, changed) == []
    assert differences(registered, LIST) == []
    assert registered.program().basis == LIST.basis


def test_numbers_go_on_and_are_not_given_twice(registered: World) -> None:
    again = replace(SECOND, projects=(replace(ADDED, number=3),))
    with registered.refuses(RegistrationRefused, "序号3已用于第1批") as desk:
        add_batch(desk, program_of(desk), again, OFFICE)
    add(registered)
    larger = replace(LIST, projects=(*LIST.projects, replace(SCREENING, number=4, title="养老")))
    with registered.refuses(RevisionRefused, "序号4已用于第2批") as desk:
        revise(desk, program_of(desk), larger, OFFICE)


def test_batches_come_in_their_order(registered: World) -> None:
    with registered.refuses(RegistrationRefused, "库中到第1批为止，请改为第2批") as desk:
        add_batch(desk, program_of(desk), replace(SECOND, batch=3), OFFICE)


def test_a_batch_needs_its_own_decision(registered: World) -> None:
    with registered.refuses(StepRefused, "缺少立项依据") as desk:
        add_batch(desk, program_of(desk), replace(SECOND, document=""), OFFICE)


def test_of_two_who_add_one_batch_at_once_one_is_told_by_whom(registered: World) -> None:
    results = race(
        registered,
        lambda desk: add_batch(desk, program_of(desk), SECOND, OFFICE),
        lambda desk: add_batch(desk, program_of(desk), SECOND, SECOND_OFFICER),
    )
    assert results.count(None) == 1
    winner = OFFICE if results[0] is None else SECOND_OFFICER
    [refused] = [result for result in results if result]
    assert f"第2批刚刚由{winner}导入" in str(refused)


def test_a_second_list_of_the_year_may_not_use_codes_of_the_first(registered: World) -> None:
    other = replace(LIST, title="2023年为民办实事")
    said = "序号1已用于同年清单《吴忠市2023年民生实事》（编号2023-01）.*请沿用原清单的标题.*第二批"
    with registered.refuses(RegistrationRefused, said) as desk:
        register(desk, other, OFFICE)


@pytest.mark.parametrize("year", [2023, 2024])
def test_a_list_with_codes_of_its_own_is_another_program(registered: World, year: int) -> None:
    number = 7 if year == 2023 else 1
    item = replace(ADDED, number=number, due=date(year, 11, 30))
    other = replace(LIST, title="为民办实事", year=year, projects=(item,))
    with registered.desk() as desk:
        register(desk, other, OFFICE)
        assert find_program(desk.session, other) is not None


def test_a_notice_of_a_later_batch_cites_the_decision_of_that_batch(registered: World) -> None:
    add(registered)
    with registered.database.read() as session:
        of_first, of_second = (
            load_projects(session, [registered.row(code).id], TODAY).projects[0]
            for code in ("2023-02", "2023-04")
        )
    assert (of_first.basis, of_second.basis) == ("", SECOND.basis)
    assert of_second.content == ""
