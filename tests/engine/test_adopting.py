"""From proposals to the items of a list, through the file that the office fills in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from engine.desk.transition import find_project
from engine.ledger import Ledger, LedgerErrors, LedgerProject, read_ledger
from engine.ledger.prefilled import write_prefilled
from engine.lists.preparing import prepare
from engine.lists.references import references_in
from engine.lists.registering import RegistrationRefused, compare, register
from engine.lists.revising import revise
from engine.proposals import proposing
from engine.proposals.adopting import AdoptionRefused
from engine.proposals.carrying_over import carry_over
from engine.proposals.proposal import ProposalRefused
from engine.rules.proposals import ProposalState, Succession
from engine.rules.steps import StepRefused
from engine.store.event_kinds import EventKind
from tests.engine.builders import LIST, OFFICE, SECOND_OFFICER, World, race, target
from tests.engine.wishes import YEAR, assessed, passing, proposal, shortlisted, told

CANTEEN = LedgerProject(
    number=1,
    field="养老",
    title="老年食堂",
    content="建老年食堂20处",
    lead_units=("市卫健局",),
    support_units=(),
    sponsor="",
    due=date(2024, 11, 30),
    targets=(target("老年食堂", "处", "20"),),
)
NEXT = replace(
    LIST,
    title="吴忠市2024年民生实事",
    year=YEAR,
    document="市政发〔2024〕1号",
    approved_on=date(2024, 1, 10),
    projects=(CANTEEN,),
    posts=(),
)


def with_items(*items: LedgerProject) -> Ledger:
    return replace(NEXT, projects=items)


def begin(world: World, ledger: Ledger) -> None:
    with world.desk() as desk:
        register(desk, ledger, OFFICE)


def differences(world: World, ledger: Ledger) -> list[str] | None:
    with world.database.read() as session:
        return compare(session, ledger)


def test_registering_a_list_marks_its_proposals_adopted(registered: World) -> None:
    food, help_points = shortlisted(registered, "老年食堂", "助餐点")
    ledger = with_items(replace(CANTEEN, sources=(food, help_points)))
    begin(registered, ledger)
    item = registered.row("2024-01")
    for number in (food, help_points):
        row = proposal(registered, number)
        assert (row.state, row.project_id) == (ProposalState.ADOPTED, item.id)
    events = [e for e in told(registered) if e.kind is EventKind.PROPOSAL_ADOPTED]
    assert [(e.data["proposal"], e.data["document"]) for e in events] == [
        (food, NEXT.document),
        (help_points, NEXT.document),
    ]
    assert differences(registered, ledger) == []
    assert differences(registered, with_items(CANTEEN)) == []


def test_a_list_may_name_last_years_item_without_a_proposal(registered: World) -> None:
    ledger = with_items(replace(CANTEEN, follows="2023-02", succession=Succession.EXTENDED))
    begin(registered, ledger)
    item = registered.row("2024-01")
    assert (item.origin_id, item.succession) == (
        registered.row("2023-02").id,
        Succession.EXTENDED,
    )
    assert differences(registered, ledger) == []


def carried(world: World, code: str) -> int:
    with world.desk() as desk:
        item = find_project(desk, code)
        [row] = carry_over(desk, [item], YEAR, Succession.CONTINUED, OFFICE)
        proposing.assess(desk, row.id, OFFICE, feasible=True, funds=Decimal(0), opinion="可")
        number = row.id
    passing(world, number)
    return number


def test_a_carried_over_proposal_brings_its_origin(registered: World) -> None:
    number = carried(registered, "2023-02")
    begin(registered, with_items(replace(CANTEEN, sources=(number,))))
    item = registered.row("2024-01")
    assert (item.origin_id, item.succession) == (
        registered.row("2023-02").id,
        Succession.CONTINUED,
    )


def test_all_that_a_list_names_wrongly_is_told_and_nothing_is_registered(
    registered: World,
) -> None:
    [waiting] = assessed(registered, "老年食堂")
    other = replace(CANTEEN, number=2, title="助餐", sources=(99,), follows="2022-01")
    said = (
        f"第1项：建议{waiting}已评估，尚未经会议审议通过.*第2项：没有编号为99的建议"
        ".*第2项：以前的清单中没有编号为“2022-01”的事项"
    )
    with registered.refuses(AdoptionRefused, said) as desk:
        register(desk, with_items(replace(CANTEEN, sources=(waiting,)), other), OFFICE)


def test_a_proposal_becomes_one_item_only(registered: World) -> None:
    [food] = shortlisted(registered, "老年食堂")
    begin(registered, with_items(replace(CANTEEN, sources=(food,))))
    later = with_items(CANTEEN, replace(CANTEEN, number=2, title="助餐", sources=(food,)))
    with registered.refuses(AdoptionRefused, f"建议{food}已列入清单，即2024-01") as desk:
        revise(desk, desk.session.merge(program(registered)), later, OFFICE)


def program(world: World):
    from engine.lists.references import find_program

    with world.database.read() as session:
        return find_program(session, NEXT)


def test_a_revised_list_may_adopt_more(registered: World) -> None:
    [food] = shortlisted(registered, "老年食堂")
    begin(registered, NEXT)
    ledger = with_items(replace(CANTEEN, sources=(food,), follows="2023-01"))
    assert differences(registered, ledger) == [
        f"第1项 来源建议：无 → {food}",
        "第1项 上年事项：无 → 2023-01",
    ]
    with registered.desk() as desk:
        revise(desk, desk.session.merge(program(registered)), ledger, OFFICE)
    assert proposal(registered, food).project_id == registered.row("2024-01").id
    assert registered.row("2024-01").succession is Succession.CONTINUED
    assert differences(registered, ledger) == []


@pytest.mark.parametrize(
    "ledger",
    [replace(NEXT, document=""), replace(NEXT, approver=" "), replace(NEXT, approved_on=None)],
    ids=["document", "approver", "approved_on"],
)
def test_no_list_is_registered_without_number_approver_and_date(
    registered: World, ledger: Ledger
) -> None:
    with registered.refuses(StepRefused, "缺少立项依据") as desk:
        register(desk, ledger, OFFICE)


def test_of_two_lists_that_adopt_one_proposal_at_once_one_is_told(registered: World) -> None:
    [food] = shortlisted(registered, "老年食堂")
    item = replace(CANTEEN, sources=(food,))
    other = replace(with_items(replace(item, number=7)), title="另一份2024年清单")
    results = race(
        registered,
        lambda desk: register(desk, with_items(item), OFFICE),
        lambda desk: register(desk, other, SECOND_OFFICER),
    )
    assert results.count(None) == 1
    [refused] = [result for result in results if result]
    assert f"建议{food}已列入清单" in str(refused)


def test_of_two_who_import_one_list_at_once_one_is_told_by_whom(registered: World) -> None:
    results = race(
        registered,
        lambda desk: register(desk, NEXT, OFFICE),
        lambda desk: register(desk, NEXT, SECOND_OFFICER),
    )
    assert results.count(None) == 1
    winner = OFFICE if results[0] is None else SECOND_OFFICER
    [refused] = [result for result in results if result]
    assert isinstance(refused, RegistrationRefused)
    assert f"刚刚由{winner}导入" in str(refused)


# The file: written with what was passed, filled in, and read back.


def prefilled(world: World, folder: Path) -> Path:
    path = folder / "草案.xlsx"
    with world.database.read() as session:
        write_prefilled(path, prepare(session, YEAR))
    return path


def fill(path: Path, **cells: str) -> None:
    """Fill in a draft as an office does; cells are named as in A1."""
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    sheet["A2"] = "依据：市六届人大四次会议决定\n文号：市政发〔2024〕1号\n批准日期：2024年1月10日"
    for name, text in cells.items():
        sheet[name] = text
    workbook.save(path)


def read(world: World, path: Path) -> Ledger:
    with world.database.read() as session:
        return read_ledger(path, references_in(session))


def test_a_prefilled_list_is_filled_in_and_read_back(registered: World, tmp_path: Path) -> None:
    [food] = shortlisted(registered, "=1+1老年食堂")
    number = carried(registered, "2023-01")
    path = prefilled(registered, tmp_path)
    fill(
        path,
        **{"E5": "食堂", "F5": "20处", "G5": "市卫健局", "J5": "11月底前"},
        **{"F6": "8000个", "F7": "7所", "J6": "12月15日前"},
    )
    ledger = read(registered, path)
    assert (ledger.title, ledger.year, ledger.issuer) == (
        "吴忠市2024年民生实事",
        YEAR,
        LIST.issuer,
    )
    canteen, schools = ledger.projects
    assert (canteen.title, canteen.sources, canteen.follows) == ("=1+1老年食堂", (food,), "")
    assert (schools.sources, schools.follows, schools.succession) == (
        (number,),
        "2023-01",
        Succession.CONTINUED,
    )
    assert (schools.lead_units, schools.support_units) == (("市教育局",), ("市卫健局",))
    assert [(t.metric, t.text) for t in schools.targets] == [("学位", "8000个"), ("幼儿园", "7所")]
    begin(registered, ledger)
    assert registered.row("2024-02").origin_id == registered.row("2023-01").id
    assert differences(registered, read(registered, path)) == []


def test_a_list_as_it_was_prefilled_tells_all_that_is_still_open(
    registered: World, tmp_path: Path
) -> None:
    shortlisted(registered, "老年食堂")
    with pytest.raises(LedgerErrors) as caught:
        read(registered, prefilled(registered, tmp_path))
    told_faults = [fault.message for fault in caught.value.errors]
    assert told_faults == [
        "没有写明依据",
        "缺少文号",
        "缺少批准机关",
        "缺少批准日期",
        "没有填写任何目标",
        "没有填写牵头单位",
        "没有填写完成时限",
    ]


def test_what_a_file_names_is_checked_with_its_other_faults(
    registered: World, tmp_path: Path
) -> None:
    food, _ = shortlisted(registered, "老年食堂", "助餐点")
    path = prefilled(registered, tmp_path)
    fill(
        path,
        **{"E5": "食堂", "F5": "20处", "G5": "市卫建局", "J5": "尽快", "M5": "2022-09"},
        **{"F6": "20处", "G6": "市卫健局", "J6": "11月底前", "L6": f"建议{food}、建议88"},
        **{"N6": "拓展"},
    )
    with pytest.raises(LedgerErrors) as caught:
        read(registered, path)
    assert [f"{f.place.row}{f.place.column}：{f.message}" for f in caught.value.errors] == [
        "5G列（牵头单位）：通讯录中没有“市卫建局”",
        "5J列（完成时限）：日期“尽快”读不懂",
        "5M列（上年事项）：2024年以前的清单中没有编号为“2022-09”的事项",
        f"6L列（来源建议）：建议{food}在第5行已经写过",
        "6L列（来源建议）：没有编号为88的建议",
        "6N列（延续/拓展）：写了“拓展”，没有写明是哪个上年事项的拓展",
    ]


def test_where_the_year_has_a_list_the_rest_is_prefilled_as_its_next_batch(
    registered: World,
) -> None:
    begin(registered, NEXT)
    shortlisted(registered, "助餐点")
    with registered.database.read() as session:
        prepared = prepare(session, YEAR)
    assert (prepared.title, prepared.batch) == (NEXT.title, 2)
    assert [item.number for item in prepared.items] == [2]


def test_there_is_nothing_to_prefill_before_a_meeting_has_passed_anything(
    registered: World,
) -> None:
    assessed(registered, "老年食堂")
    with registered.refuses(ProposalRefused, "没有2024年已审议通过.*还有1条等待评估或审议") as desk:
        prepare(desk.session, YEAR)
