"""列入清单: proposals that a meeting has passed become the items of a list.

A list names its proposals (来源建议) and last year's items (上年事项); registering or revising it
marks the proposals adopted and ties the items to what they go on with (延续与拓展).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.ledger.values import LedgerProject
from engine.rules.basis import Basis
from engine.rules.proposals import (
    PROPOSAL,
    ProposalEvent,
    Succession,
    adoption_fault,
)
from engine.rules.steps import Role, StepFacts
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, proposals_chain
from engine.store.tables import Program, Project, Proposal


class AdoptionRefused(DubanError):
    """清单所写的来源建议或上年事项不能用。"""


class Sources:
    """The proposals that a list of ``year`` names, and the items of earlier lists.

    Args:
        lock: make others wait with these proposals until the transaction ends.
    """

    def __init__(
        self, session: Session, year: int, numbers: Iterable[int], *, lock: bool = False
    ) -> None:
        self._session = session
        self.year = year
        query = select(Proposal).where(Proposal.id.in_(sorted(set(numbers)))).order_by(Proposal.id)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        self.proposals: Mapping[int, Proposal] = {row.id: row for row in session.scalars(query)}

    def origins(self, numbers: Iterable[int]) -> list[int]:
        """The earlier items that some of the proposals go on with, each once."""
        found = (self.proposals[n].origin_id for n in numbers if n in self.proposals)
        return list(dict.fromkeys(origin for origin in found if origin is not None))

    def followed(self, code: str) -> int | None:
        """The item of this code in the newest earlier list that has one."""
        return self._session.scalar(
            select(Project.id)
            .join(Program, Project.program_id == Program.id)
            .where(Project.code == code, Program.year < self.year)
            .order_by(Program.year.desc(), Project.id.desc())
            .limit(1)
        )

    def code_of(self, project_id: int) -> str:
        """The code of the item that a proposal was adopted as."""
        return self._session.get_one(Project, project_id).code


def refusal(sources: Sources, number: int, project_id: int | None) -> tuple[str, str] | None:
    """Why an item may not name a proposal as its source, and the cure; None when it may.

    Args:
        project_id: the item, when it is registered already; what it adopted it may name again.
    """
    proposal = sources.proposals.get(number)
    if proposal is None:
        return f"没有编号为{number}的建议", "请核对编号（duban proposal list）"
    if proposal.project_id is not None and proposal.project_id == project_id:
        return None
    return adoption_fault(
        number,
        proposal.state,
        proposal.year,
        sources.year,
        merged_into=proposal.merged_into_id,
        adopted_as=sources.code_of(proposal.project_id) if proposal.project_id else "",
    )


def adopt(
    desk: Desk,
    program: Program,
    items: Sequence[tuple[int, LedgerProject]],
    decision: Basis,
    actor: str,
) -> None:
    """Mark the proposals that items name as adopted, and tie items to what they go on with.

    Args:
        items: registered items by id, with what the list says of each.
        decision: the decision that adopted the list (条例 733 art. 11).

    Raises:
        AdoptionRefused: with everything that is wrong: a proposal that does not exist, is of
            another year, was not passed by a meeting or has become another item; an unknown code.
    """
    numbers = [number for _, item in items for number in item.sources]
    sources = Sources(desk.session, program.year, numbers, lock=True)
    _check(sources, items)
    for project_id, item in items:
        for number in item.sources:
            proposal = sources.proposals[number]
            if proposal.project_id is None:
                _adopt(desk, proposal, project_id, item, decision, actor)
        _tie(desk.session, sources, project_id, item)


def _check(sources: Sources, items: Sequence[tuple[int, LedgerProject]]) -> None:
    faults = []
    for project_id, item in items:
        refusals = (refusal(sources, number, project_id) for number in item.sources)
        faults += [f"第{item.number}项：{fault[0]}，{fault[1]}" for fault in refusals if fault]
        if item.follows and sources.followed(item.follows) is None:
            faults.append(f"第{item.number}项：以前的清单中没有编号为“{item.follows}”的事项")
    if faults:
        raise AdoptionRefused("没有导入。" + "；".join(faults))


def _adopt(
    desk: Desk,
    proposal: Proposal,
    project_id: int,
    item: LedgerProject,
    decision: Basis,
    actor: str,
) -> None:
    facts = StepFacts(basis=decision.complete)
    proposal.state = PROPOSAL.take(proposal.state, ProposalEvent.ADOPT, Role.OFFICE, facts)
    proposal.project_id = project_id
    proposal.version += 1
    data = {
        "proposal": proposal.id,
        "title": proposal.title,
        "item": item.number,
        "project": project_id,
        "document": decision.document,
    }
    chain = proposals_chain(proposal.year)
    append(desk.session, [Event(chain, EventKind.PROPOSAL_ADOPTED, desk.at, actor, data)])


def _tie(session: Session, sources: Sources, project_id: int, item: LedgerProject) -> None:
    """Last year's item as the list says, or else as the proposals do; 延续 unless said."""
    proposals = [sources.proposals[number] for number in item.sources]
    carried = next((proposal for proposal in proposals if proposal.origin_id), None)
    followed = sources.followed(item.follows) if item.follows else None
    if followed or carried:
        said = carried.succession if carried else None
        values = {
            "origin_id": followed or (carried and carried.origin_id),
            "succession": item.succession or said or Succession.CONTINUED,
        }
        session.execute(update(Project).where(Project.id == project_id).values(**values))
    elif item.succession:
        session.execute(
            update(Project)
            .where(Project.id == project_id, Project.origin_id.is_not(None))
            .values(succession=item.succession)
        )


def lineage(session: Session, project_id: int | None) -> list[str]:
    """The codes of an item and of the items it goes on with, back to the first of them.

    A chain is short, one item a year; each item keeps the one before it for ever.
    """
    codes: list[str] = []
    while project_id is not None:
        project = session.get_one(Project, project_id)
        codes.append(project.code)
        project_id = project.origin_id
    return codes
