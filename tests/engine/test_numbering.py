"""文号: given by the signature, in turn and without gaps; a void one stays used."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from engine.desk.people import NotAllowed
from engine.notices.numbering import NumberRefused, number_lines, series_lines, void
from engine.notices.signing import sign
from engine.rules.words import NoticeKind, NoticeState, PostKind
from engine.store.event_kinds import EventKind
from engine.store.tables import Delivery, DeliveryState, DocumentNumber, NumberSeries
from tests.engine.builders import (
    LEADER,
    OFFICE,
    SIGNER,
    TODAY,
    World,
    at,
    check_draft,
    draft_notice,
    race,
)

BASIS = "市政府第12次常务会议纪要"
SUMMONS = NoticeKind.SUMMONS_PROPOSAL
FIRST = "政督〔2023〕1号"


def signed(world: World, code: str = "2023-01", day: date = TODAY, rule: str = "a") -> int:
    """A proposal to summon that has been signed on a day."""
    number = draft_notice(world, code, SUMMONS, (PostKind.LEADER,), rule=rule)
    check_draft(world, number, day=day)
    with world.desk(day) as desk:
        sign(desk, number, SIGNER, BASIS)
    return number


def documents(world: World) -> list[str]:
    with world.database.read() as session:
        rows = session.scalars(select(DocumentNumber).order_by(DocumentNumber.id))
        return [row.text for row in rows]


def verdicts(world: World) -> list[str]:
    with world.database.read() as session:
        return [series.verdict for series in series_lines(session)]


def test_each_year_has_its_own_series_by_the_local_day_of_the_signature(underway: World) -> None:
    signed(underway, "2023-01")
    signed(underway, "2023-02", date(2023, 12, 31))
    signed(underway, "2023-01", date(2024, 1, 1), rule="b")
    assert documents(underway) == [FIRST, "政督〔2023〕2号", "政督〔2024〕1号"]
    assert verdicts(underway) == ["政督〔2024〕1至1号：连续无缺", "政督〔2023〕1至2号：连续无缺"]


def test_a_signature_that_fails_gives_its_number_back(underway: World) -> None:
    number = draft_notice(underway, "2023-01", SUMMONS, (PostKind.LEADER,))
    check_draft(underway, number)
    with pytest.raises(RuntimeError, match="power"), underway.desk() as desk:
        sign(desk, number, SIGNER, BASIS)
        raise RuntimeError("power")
    signed(underway, "2023-02")
    assert documents(underway) == [FIRST]


def test_the_audit_of_a_series_names_what_is_missing(underway: World) -> None:
    for code in ("2023-01", "2023-02", "2023-03"):
        signed(underway, code)
    with underway.database.begin() as session:
        session.execute(delete(DocumentNumber).where(DocumentNumber.number == 2))
    assert verdicts(underway) == ["政督〔2023〕1至3号：缺2号，登记被改动，请核对日志"]
    with underway.database.begin() as session:
        session.execute(delete(DocumentNumber).where(DocumentNumber.number == 3))
        session.scalars(select(NumberSeries)).one().last = 1
    assert verdicts(underway) == ["政督〔2023〕1至1号：连续无缺"]


def test_a_void_number_stays_used_and_its_notice_is_withdrawn(underway: World) -> None:
    number = signed(underway)
    with underway.desk() as desk:
        void(desk, FIRST, SIGNER, " 附件有误，另行制发 ")
    notice = underway.notice(number)
    assert (notice.state, notice.issued_at) == (NoticeState.CANCELLED, None)
    assert (LEADER, DeliveryState.CANCELLED, 1) in underway.mails()
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.actor) == (EventKind.NUMBER_VOIDED, SIGNER)
    assert last.data == {
        "notice": number,
        "document": FIRST,
        "reason": "附件有误，另行制发",
        "unsent_to": [LEADER],
        "reached": [],
    }
    signed(underway, "2023-02")
    assert documents(underway) == [FIRST, "政督〔2023〕2号"]
    assert verdicts(underway) == ["政督〔2023〕1至2号：连续无缺"]
    with underway.database.read() as session:
        (_, line) = number_lines(session, 2023)
        assert number_lines(session, 2022) == []
    assert (line.voided_at, line.voided_by) == (at(TODAY), SIGNER)
    assert line.void_reason == "附件有误，另行制发"


@pytest.mark.parametrize(
    ("values", "reached"),
    [
        ({"state": DeliveryState.SENT, "sent_at": at(TODAY)}, (LEADER,)),
        ({"attempts": 1}, (LEADER,)),
        ({"state": DeliveryState.FAILED, "error": "550"}, ()),
    ],
)
def test_who_has_a_void_paper_is_named_so_that_it_can_be_called_back(
    underway: World, values: dict[str, Any], reached: tuple[str, ...]
) -> None:
    signed(underway)
    with underway.desk() as desk:
        desk.session.execute(update(Delivery).values(**values))
        assert void(desk, FIRST, SIGNER, "有误").reached == reached


def test_a_number_may_be_named_by_its_figure_alone(underway: World) -> None:
    signed(underway)
    with underway.desk() as desk:
        assert void(desk, "1", SIGNER, "有误").document.text == FIRST


@pytest.mark.parametrize(
    ("text", "reason", "says"),
    [
        ("第一号", "有误", "“第一号”不是文号，请写成 政督〔2023〕3号 或只写号数"),
        ("9", "有误", "没有编发过政督〔2023〕9号，请用 duban number list 查看"),
        ("别督〔2023〕1号", "有误", "没有编发过别督〔2023〕1号"),
        (FIRST, " ", f"{FIRST}未作废：作废须写明理由"),
        (FIRST, "字" * 501, "作废理由有501个字，最多500个字"),
    ],
)
def test_what_is_wrong_is_refused(underway: World, text: str, reason: str, says: str) -> None:
    signed(underway)
    with underway.refuses(NumberRefused, says) as desk:
        void(desk, text, SIGNER, reason)


@pytest.mark.parametrize("name", [OFFICE, LEADER])
def test_only_who_may_sign_declares_a_number_void(underway: World, name: str) -> None:
    signed(underway)
    with underway.refuses(NotAllowed, f"{name}没有签发权限") as desk:
        void(desk, FIRST, name, "有误")


def test_of_two_who_declare_a_number_void_one_is_told_who_was_first(underway: World) -> None:
    signed(underway)
    told = race(
        underway,
        lambda desk: void(desk, FIRST, SIGNER, "有误"),
        lambda desk: void(desk, FIRST, SIGNER, "有误"),
    )
    (error,) = [error for error in told if error]
    assert f"{FIRST}已由{SIGNER}于2023年4月3日作废：有误" in str(error)


def test_two_signatures_at_the_same_moment_get_two_numbers_in_turn(underway: World) -> None:
    drafts = [
        draft_notice(underway, code, SUMMONS, (PostKind.LEADER,)) for code in ("2023-01", "2023-02")
    ]
    for number in drafts:
        check_draft(underway, number)
    told = race(
        underway,
        *(lambda desk, number=number: sign(desk, number, SIGNER, BASIS) for number in drafts),
    )
    assert told == [None, None]
    assert documents(underway) == [FIRST, "政督〔2023〕2号"]
