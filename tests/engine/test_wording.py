"""The office's own wording: set, overtaken, taken back, and what the journal tells of it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.dates.recalculating import adopt
from engine.desk.people import NotAllowed
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, history
from engine.wording import SHIPPED, Edit, Spoilt, TemplateRefused, in_force, put, report_spoilt
from engine.wording import NewVersion as New
from notifications.wording import (
    TemplateFaulty,
    TemplateUnknown,
    faults_now,
    revert,
    set_template,
    source_of,
    try_on,
)
from notifications.wording_lint import shipped_source
from tests.engine.builders import (
    CONTACT,
    OFFICE,
    SECOND_OFFICER,
    SIGNER,
    TODAY,
    Verb,
    World,
    at,
    race,
)

ONE = shipped_source("reminder").replace("现予提示", "请予关注")
TWO = shipped_source("reminder").replace("现予提示", "特此提示")


def set_one(world: World, source: str = ONE, seen: int = SHIPPED, day: date = TODAY) -> None:
    with world.desk(day) as desk:
        set_template(desk, "reminder", source, "  改得\n平和些 ", OFFICE, seen)


def told(world: World, kind: EventKind) -> list[Event]:
    with world.database.read() as session:
        return [event for event in history(session, ENGINE_CHAIN) if event.kind is kind]


def now(world: World) -> set[Edit]:
    with world.database.read() as session:
        return set(in_force(session))


def test_a_wording_is_a_version_and_the_journal_tells_of_it(registered: World) -> None:
    set_one(registered)
    assert now(registered) == {Edit("reminder", 1, ONE)}
    [event] = told(registered, EventKind.TEMPLATE_SET)
    assert (event.actor, event.data["template"], event.data["version"]) == (OFFICE, "reminder", 1)
    assert event.data["note"] == "改得 平和些" and len(event.data["sha256"]) == 64


def test_nothing_is_overwritten_and_the_way_back_is_a_version_too(registered: World) -> None:
    set_one(registered)
    set_one(registered, TWO, seen=1)
    with registered.desk() as desk:
        assert revert(desk, "提示", 1, SECOND_OFFICER) == 3
    assert now(registered) == {Edit("reminder", 3, ONE)}
    with registered.desk() as desk:
        assert revert(desk, "reminder", SHIPPED, OFFICE) == 4
    assert now(registered) == set()
    with registered.database.read() as session:
        sources = [source_of(session, "reminder", number) for number in (1, 2, 3, None)]
    assert sources == [ONE, TWO, ONE, shipped_source("reminder")]


def test_the_shipped_words_are_no_version_of_the_offices_own(registered: World) -> None:
    with pytest.raises(TemplateRefused, match="没有可改的"):
        set_one(registered, shipped_source("reminder") + "\n")
    set_one(registered)
    set_one(registered, shipped_source("reminder"), seen=1)
    assert now(registered) == set()
    set_one(registered, TWO, seen=2)
    with registered.desk() as desk:
        assert revert(desk, "reminder", 2, OFFICE) == 4
    assert now(registered) == set()


def test_what_was_in_force_at_a_moment_can_be_asked(registered: World) -> None:
    set_one(registered, day=date(2023, 4, 3))
    set_one(registered, TWO, seen=1, day=date(2023, 4, 10))
    with registered.database.read() as session:
        then = [in_force(session, at(date(2023, 4, day))) for day in (2, 4, 11)]
    assert [{edit.number for edit in edits} for edits in then] == [set(), {1}, {2}]


@pytest.mark.parametrize("by", [CONTACT, SIGNER])
def test_only_the_office_changes_its_words(registered: World, by: str) -> None:
    with pytest.raises(NotAllowed, match="不在督查室岗位"), registered.desk() as desk:
        set_template(desk, "reminder", ONE, "改", by, SHIPPED)
    assert now(registered) == set()


def test_who_has_not_seen_the_last_version_is_told_whose_it_is(registered: World) -> None:
    set_one(registered)
    with pytest.raises(
        TemplateRefused, match=f"已由{OFFICE}于2023年4月3日改为第1版（改得 平和些）.*--from 1"
    ):
        set_one(registered, TWO)
    with pytest.raises(TemplateRefused, match="没有第7版"), registered.desk() as desk:
        revert(desk, "reminder", 7, OFFICE)


def test_of_two_who_change_at_once_one_wins_and_the_other_is_told_who(registered: World) -> None:
    def by(who: str, source: str) -> Verb:
        return lambda desk: set_template(desk, "reminder", source, f"{who}改", who, SHIPPED)

    results = race(registered, by(OFFICE, ONE), by(SECOND_OFFICER, TWO))
    [refused] = [result for result in results if result is not None]
    winner = OFFICE if results[0] is None else SECOND_OFFICER
    assert f"已由{winner}于" in str(refused)
    assert {edit.number for edit in now(registered)} == {1}
    assert len(told(registered, EventKind.TEMPLATE_SET)) == 1


@pytest.mark.parametrize(
    ("source", "note", "why"),
    [
        (shipped_source("reminder"), "", "--note"),
        (ONE, "长" * 501, "最多500字"),
        (None, "改", "相同"),
    ],
)
def test_a_change_needs_a_reason_and_must_change_something(
    registered: World, source: str | None, note: str, why: str
) -> None:
    with pytest.raises(TemplateRefused, match=why), registered.desk() as desk:
        put(desk, New("reminder", source, note, SHIPPED), OFFICE)


def test_a_faulty_wording_and_an_unknown_one_are_not_saved(registered: World) -> None:
    with pytest.raises(TemplateFaulty), registered.desk() as desk:
        set_template(desk, "reminder", ONE + "{{ 7 }}", "改", OFFICE, SHIPPED)
    with pytest.raises(TemplateUnknown, match="parts"), registered.desk() as desk:
        set_template(desk, "parts", ONE, "改", OFFICE, SHIPPED)
    assert now(registered) == set()


def test_a_version_that_failed_is_told_once(registered: World) -> None:
    set_one(registered)
    for number in (105, 106):
        with registered.desk() as desk:
            report_spoilt(desk, [Spoilt("reminder", 1, f"通知{number}套印出错")])
    [event] = told(registered, EventKind.TEMPLATE_FAILED)
    assert event.data == {"template": "reminder", "version": 1, "why": "通知105套印出错"}
    with registered.database.read() as session:
        assert faults_now(session) == {"reminder": "通知105套印出错"}


def test_a_wording_is_tried_on_a_notice_of_the_store_or_an_invented_one(assigned: World) -> None:
    with assigned.desk() as desk:
        adopt(desk)
    with assigned.database.read() as session:
        words, number = try_on(session, "assignment")
        assert number is not None and "校医全覆盖" in words.text
        told, invented = try_on(session, "提示", ONE)
        assert invented is None and "请予关注" in told.text and "请予关注" in told.html
        with pytest.raises(TemplateRefused, match=f"通知{number}不存在，或者不用模板“提示”"):
            try_on(session, "reminder", ONE, number)
        with pytest.raises(TemplateFaulty):
            try_on(session, "reminder", "{{ x }}")
