"""拟制清单: the proposals that were passed, laid out as a list for the office to fill in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.ledger.prefilled import PrefilledItem, PrefilledList
from engine.lists.references import last_batch
from engine.proposals.proposal import ProposalRefused
from engine.rules.proposals import ProposalState
from engine.rules.words import ProjectKind
from engine.store.tables import Program, Project, ProjectUnit, Proposal, Target, Unit

NOT_YET = (ProposalState.COLLECTED, ProposalState.ASSESSED)


def prepare(session: Session, year: int) -> PrefilledList:
    """The passed proposals of a year as a list; where the year has a list, as its next batch.

    Raises:
        ProposalRefused: no proposal has been passed that is not on a list yet.
    """
    proposals = session.scalars(
        select(Proposal)
        .where(Proposal.year == year, Proposal.state == ProposalState.SHORTLISTED)
        .order_by(Proposal.id)
    ).all()
    if not proposals:
        raise ProposalRefused(_nothing(session, year))
    program = _newest(session, Program.year == year)
    before = _newest(session, Program.year < year)
    first = _last_number(session, year) + 1
    fields = list(dict.fromkeys(proposal.field for proposal in proposals))
    ordered = sorted(proposals, key=lambda proposal: fields.index(proposal.field))
    known = program or before
    return PrefilledList(
        title=program.title if program else _title(before, year),
        year=year,
        batch=last_batch(session, program) + 1 if program else 1,
        issuer=known.issuer if known else "",
        items=tuple(_item(session, n, row) for n, row in enumerate(ordered, first)),
    )


def _nothing(session: Session, year: int) -> str:
    query = select(func.count()).where(Proposal.year == year, Proposal.state.in_(NOT_YET))
    waiting = session.scalar(query) or 0
    said = f"，还有{waiting}条等待评估或审议" if waiting else ""
    return f"没有{year}年已审议通过、尚未列入清单的建议{said}"


def _newest(session: Session, wanted: ColumnElement[bool]) -> Program | None:
    query = select(Program).where(wanted)
    return session.scalars(query.order_by(Program.year.desc(), Program.id.desc()).limit(1)).first()


def _last_number(session: Session, year: int) -> int:
    query = (
        select(func.max(Project.number))
        .join(Program, Project.program_id == Program.id)
        .where(Program.year == year, Project.kind == ProjectKind.PROJECT)
    )
    return session.scalar(query) or 0


def _title(before: Program | None, year: int) -> str:
    """As last year's list was called."""
    if before is None:
        return f"{year}年民生实事项目清单"
    renamed, found = re.subn(rf"(?<!\d){before.year}(?!\d)", str(year), before.title)
    return renamed if found else f"{year}年{before.title}"


def _item(session: Session, number: int, proposal: Proposal) -> PrefilledItem:
    origin = session.get(Project, proposal.origin_id) if proposal.origin_id else None
    leads, supports = _units(session, origin)
    targets: Sequence[Target] = ()
    if origin is not None:
        query = select(Target).where(Target.project_id == origin.id).order_by(Target.position)
        targets = session.scalars(query).all()
    return PrefilledItem(
        number=number,
        field=proposal.field,
        title=proposal.title,
        content=proposal.content,
        metrics=tuple(dict.fromkeys(target.metric for target in targets)),
        lead_units=leads,
        support_units=supports,
        sponsor=origin.sponsor if origin else "",
        sources=(proposal.id,),
        follows=origin.code if origin else "",
        succession=proposal.succession.label if proposal.succession else "",
        remark=_remark(origin, targets) if origin else "",
    )


def _units(session: Session, origin: Project | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lead and the support units of last year's item."""
    if origin is None:
        return (), ()
    first = session.get_one(Unit, origin.lead_unit_id).name
    rows = session.execute(
        select(Unit.name, ProjectUnit.leads)
        .join(ProjectUnit, ProjectUnit.unit_id == Unit.id)
        .where(ProjectUnit.project_id == origin.id)
        .order_by(ProjectUnit.position, Unit.id)
    ).all()
    leads = (first, *(name for name, does_lead in rows if does_lead))
    return leads, tuple(name for name, does_lead in rows if not does_lead)


def _remark(origin: Project, targets: Sequence[Target]) -> str:
    """What was promised last year, and what became of it."""
    promised = "、".join(dict.fromkeys(f"{target.metric}{target.text}" for target in targets))
    came_to = origin.timeliness.label if origin.timeliness else origin.state.label
    return f"上年{origin.code}：目标{promised}；{came_to}"
