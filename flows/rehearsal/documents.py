"""The documents that a rehearsal leaves: all that were made, each as it went with its mails."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from engine.notices.documents import all_kept
from notifications.documents.press import paper_of

FOLDER = "documents"


def write_documents(session: Session, out: Path) -> None:
    """Every document that was made, under the name that the mail gives it."""
    for number, kept in enumerate(all_kept(session)):
        if number == 0:
            (out / FOLDER).mkdir()
        paper = paper_of(kept.content, kept.code)
        (out / FOLDER / paper.name).write_bytes(paper.docx)
