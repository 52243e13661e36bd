"""依据: the decision that something is supervised on, and what must be known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

HOW_TO_WRITE = {
    "文号": "请在表头写“文号：×政发〔2023〕1号”",
    "批准机关": "请在表头写“批准机关：×市人民政府第1次常务会议”",
    "批准日期": "请在表头写“批准日期：2023年1月10日”",
}
"""The three that must be known of a decision, and how to write each above a list."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The decision that adopted a list (政府督查工作条例（国务院令第733号）第十一条).

    Attributes:
        text: the decision in the office's words.
        document: its number (文号).
        approver: the body or the head of government that took it.
        approved_on: the day on which it was taken.
    """

    text: str
    document: str
    approver: str
    approved_on: date | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the three is not known."""
        known = (self.document.strip(), self.approver.strip(), self.approved_on)
        return tuple(name for name, value in zip(HOW_TO_WRITE, known, strict=True) if not value)

    @property
    def complete(self) -> str:
        """The decision's words; empty while anything is missing, so that guards refuse."""
        return "" if self.missing else self.text.strip()
