"""办结的核验: what a unit claims when it asks for completion, and how the office looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.rules.evidence import File, file_faults
from engine.rules.words import Word


class VerificationMethod(Word):
    """How the office verified a result."""

    ON_SITE = "on_site", "现场核验"
    ON_PAPER = "on_paper", "书面核验"


class CompletionState(Word):
    """What became of a request for completion."""

    REQUESTED = "requested", "待核验"
    VERIFIED = "verified", "核验通过"
    SENT_BACK = "sent_back", "退回重办"
    OVERTURNED = "overturned", "复查不合格"


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A file that goes with a claim; ``metric`` names the target it proves, empty for the whole."""

    name: str
    content: bytes
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a unit states when it asks for completion.

    Attributes:
        statement: the result in its own words.
        proofs: by metric, what proves it. Words are wanted for every quantified target; files
            are not (国办函〔2026〕12号: photographs and films only where necessary).
    """

    statement: str
    proofs: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[ProofFile] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """What the office found: by whom, how, and what was seen."""

    by: str
    method: VerificationMethod | None
    finding: str


def gaps_in_claim(claim: Claim, names: Mapping[str, int], labels: Mapping[int, str]) -> list[str]:
    """What is missing from a claim or wrong in it, a clause each.

    Args:
        names: every way to name a target, with its number.
        labels: the targets by number, as they are shown.
    """
    return list(_gaps_in_claim(claim, names, labels))


def _gaps_in_claim(
    claim: Claim, names: Mapping[str, int], labels: Mapping[int, str]
) -> Iterator[str]:
    if not claim.statement.strip():
        yield "请写明办理结果"
    listed = f"本事项的指标为：{'、'.join(labels.values())}" if labels else "本事项没有量化指标"
    named = [*claim.proofs, *(file.metric for file in claim.files if file.metric)]
    for name in dict.fromkeys(named):
        if name not in names:
            yield f"没有指标“{name}”，{listed}"
    told = [names[name] for name in claim.proofs if name in names]
    twice = [labels[number] for number in dict.fromkeys(told) if told.count(number) > 1]
    if twice:
        yield f"以下指标的佐证说明写了不止一次：{'、'.join(twice)}"
    proved = {names[n] for n, text in claim.proofs.items() if n in names and text.strip()}
    unproved = [label for number, label in labels.items() if number not in proved]
    if unproved:
        yield f"以下指标没有佐证说明：{'、'.join(unproved)}"
    yield from file_faults([File(file.name, file.content) for file in claim.files])


def gaps_in_verification(verification: Verification, requested_by: str) -> list[str]:
    """What is missing from a verification, a clause each.

    Args:
        requested_by: the person who asked, if it is the one who is to have verified; else empty.
    """
    told = (
        (verification.method is not None, "请写明核验方式（现场核验或书面核验）"),
        (bool(verification.finding.strip()), "请写明核验情况"),
        (not requested_by, f"{requested_by}是办结申请人，须由他人核验"),
    )
    return [clause for holds, clause in told if not holds]
