"""Signed notices that the public may read (主动公开), as it is shown them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.rules import papers
from engine.rules.drafts import PublicAttribute
from engine.rules.facts import moment_from_data, project_from_data
from engine.rules.public_facts import NamedItem, PublicNotice
from engine.rules.standings import Standing, standing_of
from engine.rules.words import NoticeKind, NoticeState, ProjectKind
from engine.rules.zone import local_day
from engine.store.rulebooks import recall
from engine.store.tables import (
    DocumentNumber,
    Draft,
    Notice,
    Program,
    Publication,
)


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """A signed notice that is to be published; its key makes a repeat change nothing."""

    number: int
    content: PublicNotice

    @property
    def key(self) -> str:
        return f"notice:{self.number}"


def waiting_notices(session: Session, program: Program) -> list[WaitingNotice]:
    """What was signed for the public and is not published yet, oldest first."""
    found = session.execute(_WAITING, {"program": program.id}).all()
    return [
        WaitingNotice(notice.id, _public(session, program, notice, number))
        for notice, number in found
    ]


def _public(
    session: Session, program: Program, notice: Notice, number: DocumentNumber | None
) -> PublicNotice:
    rulebook = recall(session, notice.policy_version, notice.calendar_version)
    rule = rulebook.policy.rule(notice.rule)
    is_circular = notice.kind is NoticeKind.CIRCULAR
    return PublicNotice(
        kind=notice.kind,
        title=notice.title,
        number=number.text if number else "",
        issuer=rulebook.policy.papers.issuer or program.issuer,
        issued_on=local_day(notice.issued_at) if notice.issued_at else notice.as_of,
        cutoff=_cutoff(notice.facts),
        total=papers.circular_from_data(notice.facts["paper"]).total if is_circular else None,
        named=tuple(_named(notice.kind, notice.facts)),
        remark=notice.remark,
        ask=notice.ask or (rule.ask if rule else ""),
    )


def _named(kind: NoticeKind, facts: Mapping[str, Any]) -> Iterator[NamedItem]:
    """The items of the list that a notice names; tasks and rectifications are not the public's."""
    if kind is NoticeKind.CIRCULAR:
        pairs = [(i.standing, i.texts) for i in papers.circular_from_data(facts["paper"]).named]
    else:
        standing = standing_of(project_from_data(facts["project"]), _cutoff(facts))
        pairs = [(standing, tuple(facts["decision"]["texts"]))]
    for standing, texts in pairs:
        if standing.kind is ProjectKind.PROJECT:
            yield _item(standing, texts)


def _cutoff(facts: Mapping[str, Any]) -> date:
    return moment_from_data(facts["moment"]).cutoff


def _item(standing: Standing, texts: tuple[str, ...]) -> NamedItem:
    return NamedItem(
        standing.code,
        standing.title,
        standing.unit,
        standing.light,
        standing.planned,
        standing.actual,
        standing.due,
        texts,
    )


_WAITING = (
    select(Notice, DocumentNumber)
    .join(Draft, Draft.notice_id == Notice.id)
    .outerjoin(DocumentNumber, DocumentNumber.notice_id == Notice.id)
    .outerjoin(Publication, Publication.notice_id == Notice.id)
    .where(
        Notice.program_id == bindparam("program"),
        Notice.state == NoticeState.ISSUED,
        Draft.public == PublicAttribute.PUBLIC,
        DocumentNumber.voided_at.is_(None),
        Publication.id.is_(None),
    )
    .order_by(Notice.id)
)
"""Signed, for the public, of a number that is not void, and not published."""
