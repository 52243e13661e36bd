"""延续与拓展: an item of an earlier list becomes a proposal for the next.

It is assessed and put before a meeting like any other; being on last year's list binds nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from engine.desk.issuing import Desk
from engine.desk.transition import hold
from engine.proposals.proposal import office, refuse
from engine.proposals.proposing import add
from engine.rules.lifecycle import ProjectState
from engine.rules.proposals import ProposalChannel, ProposalState, Succession, Wish, wish_faults
from engine.rules.words import ProjectKind
from engine.store.tables import Program, Project, Proposal, Unit


def carry_over(
    desk: Desk,
    projects: Sequence[Project],
    year: int,
    succession: Succession,
    by: str,
    *,
    content: str = "",
) -> list[Proposal]:
    """Propose items of earlier lists, closed or not, for the list of ``year``.

    Each proposal keeps the item it goes on with, and that item keeps the one before it.

    Args:
        content: what is to be done now; as on the earlier list when not given, and needed for 拓展.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        ProjectChanged: somebody has just taken a step on one of the items.
        ProposalRefused: with everything that is wrong: an item of the same year or later, one
            that was terminated, is not an item of a list or waits as a proposal already.
    """
    actor = office(desk, by)
    for project in projects:
        hold(desk, project)
    wishes = [_wish(desk, project, content) for project in projects]
    refuse(_faults(desk, projects, wishes, year, succession, content))
    rows = []
    for project, wish in zip(projects, wishes, strict=True):
        rows += add(desk, year, [wish], actor, origin_id=project.id, succession=succession)
    return rows


def _wish(desk: Desk, project: Project, content: str) -> Wish:
    return Wish(
        title=project.title,
        channel=ProposalChannel.CARRIED_OVER,
        received_on=desk.day,
        content=content.strip() or project.content,
        field=project.field,
        proposer=desk.session.get_one(Unit, project.lead_unit_id).name,
    )


def _faults(
    desk: Desk,
    projects: Sequence[Project],
    wishes: Sequence[Wish],
    year: int,
    succession: Succession,
    content: str,
) -> Iterator[str]:
    if succession is Succession.EXTENDED and not content.strip():
        yield "拓展的，请写明今年拓展什么"
    if len({project.id for project in projects}) < len(projects):
        yield "同一事项写了两次"
    for project, wish in zip(projects, wishes, strict=True):
        of_year = desk.session.get_one(Program, project.program_id).year
        if of_year >= year:
            yield f"{project.code}是{of_year}年的事项，只能延续到以后年度的清单"
        if project.kind is not ProjectKind.PROJECT:
            yield f"{project.code}是{project.kind.label}，延续的须是清单中的实事项目"
        if project.state is ProjectState.TERMINATED:
            yield f"{project.code}已终止，不能延续；需要重新办理的，请作为新建议登记"
        yield from _waiting(desk, project, year)
        for name, message, cure in wish_faults(wish, desk.day):
            if name != "channel":
                yield f"{project.code}：{message}，{cure}"


def _waiting(desk: Desk, project: Project, year: int) -> Iterator[str]:
    """An item goes on once in a year, as one proposal or as the one that took it in."""
    row = desk.session.scalars(
        select(Proposal)
        .where(
            Proposal.origin_id == project.id,
            Proposal.year == year,
            Proposal.state != ProposalState.DECLINED,
        )
        .limit(1)
    ).one_or_none()
    if row is not None:
        yield f"{project.code}已登记为建议{row.id}（{row.state.label}）"
