"""What of an inspection the inspected learn: its conclusion, and what was found at their items."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.orm import Session

from engine.inspections.frequency import scope_of
from engine.inspections.inspected import InspectionCard, inspection_card
from engine.inspections.inspecting import InspectionUnknown, find_inspection
from engine.rules.inspections import InspectionState


def own_part(
    session: Session, number: int, seen: Collection[int], units: Collection[str]
) -> InspectionCard:
    """An inspection as those know it who see these items and are of these units.

    Raises:
        InspectionUnknown: there is none of this number that is theirs to see.
    """
    row = find_inspection(session, number)
    own = [project.code for project in scope_of(session, row) if project.id in seen]
    if row.state is not InspectionState.CONCLUDED or not own:
        raise InspectionUnknown(f"没有编号为 {number} 的督查")
    card = inspection_card(session, number)
    findings = tuple(finding for finding in card.findings if finding.item in own)
    told = {*own, *(finding.code for finding in findings)}
    return replace(
        card,
        line=replace(
            card.line,
            items=tuple(own),
            findings=len(findings),
            closed=sum(finding.state.is_closed for finding in findings),
        ),
        basis="",
        members=(),
        findings=findings,
        receipts=tuple(receipt for receipt in card.receipts if receipt.unit in units),
        evidence=tuple(piece for piece in card.evidence if piece.code in told),
    )
