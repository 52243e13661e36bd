"""佐证: what proves a result, target by target, and how it was verified, told later."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.desk.people import find_person
from engine.evidence import add_evidence
from engine.rules.completion import Claim, CompletionState, VerificationMethod, gaps_in_claim
from engine.rules.targets import full_name
from engine.rules.words import Timeliness
from engine.store.tables import CompletionRequest, Evidence, Project, Target, TargetProof


@dataclass(frozen=True, slots=True)
class ProvedTarget:
    """A target, the words that prove it, and the numbers of the files that go with them."""

    target: str
    text: str
    files: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request for completion as it is shown.

    Attributes:
        files: numbers of the files that prove the whole.
        timeliness: the class of this completion, once verified; it stays when overturned.
    """

    number: int
    state: CompletionState
    requested_on: date
    requested_by: str
    statement: str
    proofs: tuple[ProvedTarget, ...]
    files: tuple[int, ...]
    method: VerificationMethod | None
    verified_on: date | None
    verified_by: str
    finding: str
    timeliness: Timeliness | None
    overturned_on: date | None
    overturned_for: str


def gaps(session: Session, project: Project, claim: Claim) -> tuple[str, ...]:
    """What is missing from a claim or wrong in it, a clause each."""
    targets = _targets(session, project)
    return tuple(gaps_in_claim(claim, _names(targets), _labels(targets)))


def file_request(desk: Desk, project: Project, claim: Claim, by: str) -> CompletionRequest:
    """Keep a request and its proof; the caller has taken the step and holds the project."""
    person = find_person(desk.session, by)
    request = CompletionRequest(
        project_id=project.id,
        number=len(requests_of(desk.session, project)) + 1,
        requested_on=desk.day,
        requested_by=person.name,
        requester_id=person.id,
        statement=claim.statement.strip(),
        state=CompletionState.REQUESTED,
    )
    desk.session.add(request)
    desk.session.flush()
    _keep(desk, request, claim, person.name)
    return request


def _keep(desk: Desk, request: CompletionRequest, claim: Claim, actor: str) -> None:
    """Keep the words and the files of a claim that has no gaps.

    Raises:
        DubanError: a file is refused (see ``add_evidence``); then nothing is kept.
    """
    project = desk.session.get_one(Project, request.project_id)
    names = _names(_targets(desk.session, project))
    for name, text in claim.proofs.items():
        proof = TargetProof(completion_id=request.id, target_id=names[name], text=text.strip())
        desk.session.add(proof)
    for file in claim.files:
        add_evidence(
            desk,
            project,
            file.name,
            file.content,
            actor=actor,
            completion_id=request.id,
            target_id=names.get(file.metric),
        )


def requests_of(session: Session, project: Project) -> list[CompletionRequest]:
    """All requests for the completion of a project, oldest first."""
    return list(
        session.scalars(
            select(CompletionRequest)
            .where(CompletionRequest.project_id == project.id)
            .order_by(CompletionRequest.number)
        )
    )


def request_views(session: Session, project: Project) -> list[RequestView]:
    """All requests of a project with what proves them, oldest first."""
    requests = requests_of(session, project)
    ids = [request.id for request in requests]
    labels = _labels(_targets(session, project))
    files: dict[tuple[int | None, int | None], list[int]] = defaultdict(list)
    found = select(Evidence.completion_id, Evidence.target_id, Evidence.id)
    for request_id, target_id, number in session.execute(
        found.where(Evidence.completion_id.in_(ids)).order_by(Evidence.id)
    ):
        files[request_id, target_id].append(number)
    proofs: dict[int, list[ProvedTarget]] = defaultdict(list)
    for proof in session.scalars(
        select(TargetProof)
        .where(TargetProof.completion_id.in_(ids))
        .order_by(TargetProof.completion_id, TargetProof.target_id)
    ):
        given = tuple(files[proof.completion_id, proof.target_id])
        proved = ProvedTarget(labels.get(proof.target_id, ""), proof.text, given)
        proofs[proof.completion_id].append(proved)
    return [_view(r, tuple(proofs[r.id]), tuple(files[r.id, None])) for r in requests]


def _view(
    request: CompletionRequest, proofs: tuple[ProvedTarget, ...], files: tuple[int, ...]
) -> RequestView:
    return RequestView(
        number=request.number,
        state=request.state,
        requested_on=request.requested_on,
        requested_by=request.requested_by,
        statement=request.statement,
        proofs=proofs,
        files=files,
        method=request.method,
        verified_on=request.verified_on,
        verified_by=request.verified_by,
        finding=request.finding,
        timeliness=request.timeliness,
        overturned_on=request.overturned_on,
        overturned_for=request.overturned_for,
    )


def _targets(session: Session, project: Project) -> Sequence[Target]:
    query = select(Target).where(Target.project_id == project.id).order_by(Target.position)
    return session.scalars(query).all()


def _labels(targets: Sequence[Target]) -> dict[int, str]:
    return {target.id: full_name(target.metric, target.unit) for target in targets}


def _names(targets: Sequence[Target]) -> dict[str, int]:
    """How a claim may name the targets: with the unit, or without where that says which."""
    count = Counter(target.metric for target in targets)
    short = {target.metric: target.id for target in targets if count[target.metric] == 1}
    return short | {label: number for number, label in _labels(targets).items()}


def request_lines(view: RequestView) -> list[str]:
    """One request in Chinese, line by line."""
    lines = [
        f"第{view.number}次申请（{view.state.label}）：{view.requested_on} {view.requested_by}",
        f"  办理结果：{view.statement}{_listed(view.files)}",
    ]
    lines += [f"  {proof.target}：{proof.text}{_listed(proof.files)}" for proof in view.proofs]
    if view.verified_on:
        how = f"{view.method.label}，" if view.method else ""
        lines.append(f"  {how}{view.verified_on} {view.verified_by}：{view.finding}")
    if view.timeliness:
        lines.append(f"  {view.timeliness.label}")
    if view.overturned_on:
        lines.append(f"  {view.overturned_on}复查不合格：{view.overturned_for}")
    return lines


def _listed(files: Sequence[int]) -> str:
    """The numbers of files, to be had with ``duban evidence get``."""
    return f"（证据{'、'.join(map(str, files))}）" if files else ""
