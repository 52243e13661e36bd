"""证据: the files that prove something about an item."""

from __future__ import annotations

from dataclasses import dataclass

from engine.evidence import EvidenceLine, evidence_lines, take_out
from web.access import SEE_ALL, UNITS
from web.console.declared import Download, Page
from web.console.given import Nothing
from web.console.item_facts import ITEM
from web.console.visit import Visit
from web.refusals import NotFound


@dataclass(frozen=True, slots=True)
class EvidenceOfItem:
    """The evidence about an item, the oldest first."""

    code: str
    title: str
    files: list[EvidenceLine]


def show(visit: Visit, _: Nothing, code: str) -> EvidenceOfItem:
    """The evidence about an item."""
    project = visit.project(code)
    return EvidenceOfItem(
        project.code, project.title, evidence_lines(visit.session, project=project.id)
    )


def get(visit: Visit, _: Nothing, code: str, number: int) -> Download:
    """One piece, its bytes held against their hash."""
    project = visit.project(code)
    numbers = {line.number for line in evidence_lines(visit.session, project=project.id)}
    if number not in numbers:
        raise NotFound(f"{code} 没有编号为 {number} 的证据")
    evidence, content = take_out(visit.session, number)
    return Download(evidence.name, content, evidence.media_type)


PAGES = (
    Page("evidence", f"{ITEM}/evidence", "证据", SEE_ALL | UNITS, show, "evidence.html"),
    Page("evidence-file", f"{ITEM}/evidence/{{number}}", "证据文件", SEE_ALL | UNITS, get),
)
ACTS = ()
