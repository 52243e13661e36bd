"""Inspections that were recorded before they were planned, opened and concluded one by one."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, text

from engine.rules.inspections import InspectionState
from engine.store.schema import upgrade
from engine.store.tables import Finding, InspectedProject, Inspection, InspectionMember
from tests.store.test_carrying_over import older
from tests.stores import Store

ROWS = (
    "INSERT INTO deadlines (project_id, kind, slot, name, original_due, provisional, version,"
    " due, state) VALUES (2, 'rectification', '', '完成整改', '2023-04-28', :no, 1, '2023-04-28',"
    " 'replaced'), (2, 'rectification', '', '完成整改', '2023-04-28', :no, 2, '2023-05-31',"
    " 'pending')",
    "INSERT INTO inspections (id, program_id, kind, on_day, title, leader, conclusion)"
    " VALUES (1, 1, 'on_site', '2023-04-03', '春季督查', '示例组长', '总体较好')",
    "INSERT INTO inspected_projects (inspection_id, project_id, finding, rectification_id)"
    " VALUES (1, 1, '围挡缺失', 2), (1, 2, '', NULL)",
)


def test_findings_become_rows_of_their_own_and_the_leader_a_member(store: Store) -> None:
    with store.empty() as url:
        database = older(url)
        with database.engine.begin() as connection:
            for row in ROWS:
                connection.execute(text(row), {"no": False} if ":no" in row else {})
        upgrade(database)
        with database.read() as session:
            inspection = session.scalars(select(Inspection)).one()
            finding = session.scalars(select(Finding)).one()
            member = session.scalars(select(InspectionMember)).one()
            scope = session.scalars(select(InspectedProject.project_id)).all()
        assert inspection.state is InspectionState.CONCLUDED
        assert inspection.starts_on == inspection.concluded_on == date(2023, 4, 3)
        assert (finding.project_id, finding.rectification_id) == (1, 2)
        assert (finding.text, finding.due) == ("围挡缺失", date(2023, 4, 28))
        assert (member.name, member.leads, member.person_id) == ("示例组长", True, None)
        assert sorted(scope) == [1, 2]
        database.close()
