"""Sentences as lists of livelihood projects write them, and the targets they hold.

The figures, and what makes each hard to read, are of published lists; the wording is our own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.ledger.measures import read_targets
from engine.ledger.wording import WordingError
from engine.rules.targets import TargetForm

LINES = (Path(__file__).parent / "sentences.tsv").read_text(encoding="utf-8").splitlines()
REFUSED = "拒绝"


@pytest.mark.parametrize(("sentence", "targets"), [line.split("\t") for line in LINES])
def test_a_sentence_holds_these_targets_and_no_others(sentence: str, targets: str) -> None:
    try:
        found = [
            f"{'约' * (measure.form is TargetForm.ABOUT)}{measure.planned:f}{measure.unit}"
            for _, measure in read_targets(sentence)
        ]
    except WordingError:
        found = [REFUSED]
    assert " ".join(found) == targets
