"""调整和终止: what of a promise can be altered, and the decision that must allow it.

A promise adopted by the people's congress is changed in its targets or content, or ended, only by
decision of its standing committee, and publicly (陕西省民生实事项目规定 2025 第十八条).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.rules.blanks import blank
from engine.rules.conditions import written
from engine.rules.texts import DOCUMENT_LENGTH, too_long
from engine.rules.words import Word

BODY_LENGTH = 200
"""作出决定的机关."""


class ChangeKind(Word):
    """What is altered."""

    TARGET = "target", "量化指标"
    CONTENT = "content", "实施内容"


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision of the body that adopted a promise.

    Attributes:
        body: who decided, such as 市人大常委会.
        document: the number of the decision (文号).
        decided_on: when.
    """

    body: str
    document: str
    decided_on: date | None

    @property
    def text(self) -> str:
        """The decision as documents name it; empty while anything is missing."""
        if not (self.body.strip() and self.document.strip() and self.decided_on):
            return ""
        return f"{self.body.strip()} {self.document.strip()}（{written(self.decided_on)}）"

    def record(self) -> dict[str, str]:
        """The decision for the journal; what is not given is left empty."""
        day = self.decided_on.isoformat() if self.decided_on else ""
        return {"body": self.body.strip(), "document": self.document.strip(), "decided_on": day}

    def faults(self, day: date) -> Iterator[str]:
        """Everything that is missing from it, or wrong on ``day``."""
        yield from blank(
            {"决定机关": self.body, "决定文号": self.document, "决定日期": self.decided_on}
        )
        for fault in (
            too_long("决定机关", self.body, BODY_LENGTH),
            too_long("决定文号", self.document, DOCUMENT_LENGTH),
        ):
            if fault:
                yield fault
        if self.decided_on and self.decided_on > day:
            yield f"决定日期{written(self.decided_on)}晚于今天"
