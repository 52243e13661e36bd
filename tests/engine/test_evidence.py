from __future__ import annotations

import hashlib
from datetime import date

import pytest
from sqlalchemy import select, update

from engine.desk.transition import find_project
from engine.evidence import (
    EvidenceAltered,
    EvidenceRefused,
    EvidenceUnknown,
    add_evidence,
    altered,
    evidence_lines,
    take_out,
)
from engine.store.event_kinds import EventKind
from engine.store.tables import Evidence, EvidenceContent
from tests.engine.builders import CONTACT, OFFICE, World, race
from tests.engine.inspections import PDF, PNG


def give(desk, code: str = "2023-01", name: str = "验收单.pdf", content: bytes = PDF) -> int:
    return add_evidence(desk, find_project(desk, code), name, content, actor=CONTACT).id


def given(world: World, *args, **changed) -> int:
    with world.desk() as desk:
        return give(desk, *args, **changed)


def faults(world: World) -> list[str]:
    with world.database.read() as session:
        return list(altered(session))


def test_a_file_comes_out_as_it_went_in_and_the_journal_knows_its_hash(underway: World) -> None:
    number = given(underway)
    with underway.database.read() as session:
        evidence, content = take_out(session, number)
    assert content == PDF
    assert (evidence.name, evidence.media_type) == ("验收单.pdf", "application/pdf")
    event = underway.journal("2023-01")[-1]
    assert (event.kind, event.actor) == (EventKind.EVIDENCE_ADDED, CONTACT)
    assert event.data["sha256"] == hashlib.sha256(PDF).hexdigest() == evidence.sha256


def test_the_bytes_of_one_file_are_kept_once(underway: World) -> None:
    given(underway)
    given(underway, "2023-02", "同一份.pdf")
    with underway.database.read() as session:
        assert len(session.scalars(select(EvidenceContent.sha256)).all()) == 1
        names = [line.name for line in evidence_lines(session)]
        assert [line.code for line in evidence_lines(session, code="2023-02")] == ["2023-02"]
    assert names == ["验收单.pdf", "同一份.pdf"]


def test_two_who_give_the_same_file_at_once_both_succeed(underway: World) -> None:
    assert race(underway, give, lambda desk: give(desk, "2023-02")) == [None, None]
    assert faults(underway) == []


def test_what_cannot_be_taken_is_refused(underway: World) -> None:
    with underway.refuses(EvidenceRefused, "证据未收：“a.exe”的内容不是可接受的文件") as desk:
        give(desk, name="a.exe", content=b"MZ\x90")


def test_there_must_be_evidence_of_that_number(underway: World) -> None:
    with pytest.raises(EvidenceUnknown, match="没有编号为 5"), underway.desk() as desk:
        take_out(desk.session, 5)


def test_altered_bytes_are_found_and_not_given_out(underway: World) -> None:
    number = given(underway)
    assert faults(underway) == []
    with underway.database.begin() as session:
        session.execute(update(EvidenceContent).values(content=PNG))
    assert faults(underway) == [f"证据 {number} 的文件内容已被改动"]
    with pytest.raises(EvidenceAltered, match="校验值不一致"), underway.desk() as desk:
        take_out(desk.session, number)


def test_a_file_put_in_the_place_of_another_is_found_by_the_journal(underway: World) -> None:
    first = given(underway)
    given(underway, content=PNG, name="照片.png")
    with underway.database.begin() as session:
        rows = session.scalars(select(Evidence).order_by(Evidence.id)).all()
        rows[0].sha256 = rows[1].sha256
    assert faults(underway) == [f"证据 {first} 的文件已被换成另一个"]


def test_a_file_that_was_taken_away_or_slipped_in_is_found(underway: World) -> None:
    number = given(underway)
    with underway.database.begin() as session:
        row = session.get_one(Evidence, number)
        slipped = Evidence(
            project_id=row.project_id,
            sha256=row.sha256,
            name="补.pdf",
            media_type="application/pdf",
            added_at=row.added_at,
            added_by=OFFICE,
        )
        session.add(slipped)
        session.flush()
        session.delete(row)
        later = slipped.id
    assert faults(underway) == [
        f"证据 {number} 在日志中有入库记录，现已不在",
        f"证据 {later} 没有入库记录",
    ]
    assert date(2023, 4, 3) == underway.journal("2023-01")[-1].at.date()
