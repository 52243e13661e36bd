"""公文: the kinds of paper that leave the house as documents, and which notice becomes which."""

from __future__ import annotations

from engine.rules.words import NoticeKind, Word


class DocumentKind(Word):
    """A form of document (党政机关公文格式 GB/T 9704-2012)."""

    ASSIGNMENT = "assignment", "交办单"
    REMINDER_LETTER = "reminder_letter", "提示函"
    SUPERVISION_LETTER = "supervision_letter", "督办函"
    SUPERVISION = "supervision", "督办通知单"
    RECTIFICATION = "rectification", "整改通知书"
    SUMMONS = "summons", "约谈建议"
    CIRCULAR = "circular", "督查通报"
    BRIEF = "brief", "督查专报"

    @property
    def is_letter(self) -> bool:
        """Whether it has the form of a letter (信函格式), not that of a paper."""
        return self in (DocumentKind.REMINDER_LETTER, DocumentKind.SUPERVISION_LETTER)

    @property
    def is_form(self) -> bool:
        """Whether it is a form (单), in which the organ has a line of its own for its seal."""
        return self in (DocumentKind.ASSIGNMENT, DocumentKind.SUPERVISION)

    @property
    def is_sealed(self) -> bool:
        """Whether the organ's seal is put on it; what only goes to leaders bears none."""
        return self not in (DocumentKind.SUMMONS, DocumentKind.BRIEF)


KIND_OF = {
    NoticeKind.ASSIGNMENT: DocumentKind.ASSIGNMENT,
    NoticeKind.REMINDER: DocumentKind.REMINDER_LETTER,
    NoticeKind.CHASE: DocumentKind.REMINDER_LETTER,
    NoticeKind.YELLOW_WARNING: DocumentKind.SUPERVISION_LETTER,
    NoticeKind.RED_WARNING: DocumentKind.SUPERVISION,
    NoticeKind.MONTHLY_PUSH: DocumentKind.SUPERVISION_LETTER,
    NoticeKind.CONCLUSION: DocumentKind.RECTIFICATION,
    NoticeKind.SUMMONS_PROPOSAL: DocumentKind.SUMMONS,
    NoticeKind.CIRCULAR: DocumentKind.CIRCULAR,
    NoticeKind.MONTHLY_BRIEF: DocumentKind.BRIEF,
}
"""The document that a notice becomes; the others are told by mail only. A yellow light is a 督办函
(银川2025: 黄灯印发督办函), a red one a 督办通知单 (邓政办〔2018〕127号)."""

ATTACHED = (
    DocumentKind.ASSIGNMENT,
    DocumentKind.SUPERVISION,
    DocumentKind.RECTIFICATION,
    DocumentKind.SUMMONS,
    DocumentKind.CIRCULAR,
    DocumentKind.BRIEF,
)
"""What goes with the mail: papers that are signed for, filed or answered in writing. A letter that
only reminds says all in the mail, and is made on demand."""
