"""考核 in the console: made, told to each unit alone, objected to, settled by somebody else."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.engine.builders import (
    CONTACT,
    LEADER,
    OFFICE,
    OTHER_CONTACT,
    SECOND_OFFICER,
)
from tests.stores import SqliteStore
from tests.web.console.conftest import ConsoleOffice

SCHOOLS, HEALTH = "/assessments/1/units/市教育局", "/assessments/1/units/市卫健局"


@pytest.fixture
def store(sqlite_store: SqliteStore) -> SqliteStore:
    """The screens need one database; what they ask of it is tested on both with the engine."""
    return sqlite_store


def test_a_score_is_made_told_contested_and_corrected(underway: ConsoleOffice) -> None:
    office, second = underway.browser(OFFICE), underway.browser(SECOND_OFFICER)
    unit = underway.browser(CONTACT)
    assert "还没有评分" in office.page("/assessments")
    assert "拟定" in office.do("/assessments/1/make")
    assert unit.look(SCHOOLS).status_code >= 400
    assert "还没有送达本单位" in unit.page("/assessments")
    assert "前可以提出异议" in office.do("/assessments/1/publish")
    page = unit.page(SCHOOLS)
    assert "基础分" in page and "提出异议" in page
    assert "请填写" in unit.refused(f"{SCHOOLS}/object", line="1")
    page = unit.do(f"{SCHOOLS}/object", reason="漏计提前办结")
    assert "待处理" in page
    settle = f"{SCHOOLS}/objections/1/settle"
    verdict = {"accept": "1", "reason": "属实"}
    assert office.send(settle, **verdict, points="2").status_code == 403
    said = second.refused(settle, **verdict)
    assert "更正几分" in said and "--" not in said
    assert "异议成立" in second.do(settle, **verdict, points="2")
    assert "异议更正" in unit.page(SCHOOLS)
    again = office.refused("/assessments/1/make")
    assert again and "--" not in again


def test_a_unit_sees_its_own_score_and_nobody_elses(underway: ConsoleOffice) -> None:
    office = underway.browser(OFFICE)
    office.do("/assessments/1/make")
    office.do("/assessments/1/publish", units=["市教育局"])
    unit, other = underway.browser(CONTACT), underway.browser(OTHER_CONTACT)
    assert "市卫健局" not in unit.page("/assessments")
    assert unit.look(HEALTH).status_code == 404
    assert other.look(HEALTH).status_code >= 400
    assert other.send(f"{SCHOOLS}/object", reason="不服").status_code >= 400
    for address in ("/assessments/1/make", "/assessments/1/publish"):
        assert unit.look(address).status_code == 403
        assert underway.browser(LEADER).look(address).status_code == 403
    assert "市卫健局" in underway.browser(LEADER).page("/assessments")
    told = underway.program(CONTACT).get("/assessments").json()["scores"]
    assert [score["unit"] for score in told] == ["市教育局"]
    own = load_workbook(BytesIO(unit.look("/assessments/1/export").content))
    whole = load_workbook(BytesIO(office.look("/assessments/1/export").content))
    assert "市卫健局" not in str([list(s.values) for s in own.worksheets])
    assert "市卫健局" in str([list(s.values) for s in whole.worksheets])
