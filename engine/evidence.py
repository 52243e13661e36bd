"""证据: files that prove something, kept once by their hash, and found unaltered or not.

(条例 733 art. 16: a conclusion rests on clear facts and enough evidence; optional all the same.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.rules.evidence import File, clean_name, file_faults, media_type
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.statements import insert_ignoring_doubles
from engine.store.tables import Evidence, EvidenceContent, JournalEvent, Project


class EvidenceRefused(DubanError):
    """这些证据文件不能收。"""


class EvidenceUnknown(DubanError):
    """没有这份证据。"""


class EvidenceAltered(DubanError):
    """证据文件与入库时的校验值不一致。"""


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One piece of evidence as a list shows it; ``size`` in bytes."""

    number: int
    code: str
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    added_by: str
    inspection: int | None


def add_evidence(
    desk: Desk,
    project: Project,
    name: str,
    content: bytes,
    *,
    actor: str,
    inspection_id: int | None = None,
    completion_id: int | None = None,
    target_id: int | None = None,
) -> Evidence:
    """Keep a file with what it proves. The caller has checked who acts, and all files together.

    Raises:
        EvidenceRefused: empty, too large, or of a type that is not accepted.
    """
    faults = file_faults([File(name, content)])
    kind = media_type(content)
    if faults or kind is None:
        raise EvidenceRefused("证据未收：" + "；".join(faults))
    digest = hashlib.sha256(content).hexdigest()
    row = {"sha256": digest, "size": len(content), "content": content}
    desk.session.execute(insert_ignoring_doubles(desk.session, EvidenceContent), [row])
    evidence = Evidence(
        project_id=project.id,
        inspection_id=inspection_id,
        completion_id=completion_id,
        target_id=target_id,
        sha256=digest,
        name=clean_name(name, kind),
        media_type=kind.name,
        added_at=desk.at,
        added_by=actor,
    )
    desk.session.add(evidence)
    desk.session.flush()
    data = {"evidence": evidence.id, "name": evidence.name, "sha256": digest, "size": len(content)}
    chain = project_chain(project.id)
    append(desk.session, [Event(chain, EventKind.EVIDENCE_ADDED, desk.at, actor, data)])
    return evidence


def take_out(session: Session, number: int) -> tuple[Evidence, bytes]:
    """A piece of evidence and its bytes, exactly as they were given.

    Raises:
        EvidenceUnknown: there is none of this number.
        EvidenceAltered: the bytes are not those that were given.
    """
    evidence = session.get(Evidence, number)
    if evidence is None:
        raise EvidenceUnknown(f"没有编号为 {number} 的证据，请用 duban evidence list 查看编号")
    kept = session.get_one(EvidenceContent, evidence.sha256)
    if hashlib.sha256(kept.content).hexdigest() != evidence.sha256:
        raise EvidenceAltered(
            f"证据 {number}“{evidence.name}”与入库时的校验值不一致，"
            "请核对全部证据（duban evidence verify）"
        )
    return evidence, kept.content


def evidence_lines(
    session: Session, *, code: str = "", project: int | None = None, inspection: int | None = None
) -> list[EvidenceLine]:
    """The evidence there is, oldest first: all, of one item, or of one inspection."""
    query = (
        select(
            Evidence.id,
            Project.code,
            Evidence.name,
            Evidence.media_type,
            EvidenceContent.size,
            Evidence.sha256,
            Evidence.added_at,
            Evidence.added_by,
            Evidence.inspection_id,
        )
        .join(Project, Evidence.project_id == Project.id)
        .join(EvidenceContent, Evidence.sha256 == EvidenceContent.sha256)
        .order_by(Evidence.id)
    )
    if code:
        query = query.where(Project.code == code)
    if project is not None:
        query = query.where(Evidence.project_id == project)
    if inspection is not None:
        query = query.where(Evidence.inspection_id == inspection)
    return [EvidenceLine(*row) for row in session.execute(query)]


def altered(session: Session) -> Iterator[str]:
    """All that is not as it was given, in Chinese; the bytes are held against their hashes, and
    the rows against the journal. One file is in memory at a time."""
    kept_under = session.execute(select(Evidence.id, Evidence.sha256).order_by(Evidence.id))
    rows: dict[int, str] = {number: digest for number, digest in kept_under}
    query = select(EvidenceContent.sha256).order_by(EvidenceContent.sha256)
    for digest in session.scalars(query).all():
        content = session.scalars(
            select(EvidenceContent.content).where(EvidenceContent.sha256 == digest)
        ).one()
        if hashlib.sha256(content).hexdigest() != digest:
            hit = "、".join(str(number) for number, kept in rows.items() if kept == digest)
            yield f"证据 {hit} 的文件内容已被改动"
    told = session.execute(
        select(JournalEvent.data).where(JournalEvent.kind == EventKind.EVIDENCE_ADDED.value)
    ).scalars()
    known = {data["evidence"]: data["sha256"] for data in told}
    yield from _against_the_journal(rows, known)


def _against_the_journal(rows: dict[int, str], known: dict[int, str]) -> Iterator[str]:
    for number in sorted(rows.keys() | known.keys()):
        if number not in rows:
            yield f"证据 {number} 在日志中有入库记录，现已不在"
        elif number not in known:
            yield f"证据 {number} 没有入库记录"
        elif rows[number] != known[number]:
            yield f"证据 {number} 的文件已被换成另一个"
