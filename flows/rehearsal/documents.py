"""The documents that a rehearsal leaves: all that were made, each as it went with its mails."""

from __future__ import annotations

from pathlib import Path

from engine.notices.documents import all_kept
from engine.store.database import Database
from notifications.documents.press import paper_of

FOLDER = "documents"


def write_documents(url: str, out: Path) -> None:
    """Every document that was made, under the name that the mail gives it.

    Args:
        url: the address of the store, which another process may hold open.
        out: the folder of the rehearsal.
    """
    database = Database(url)
    try:
        with database.read() as session:
            for number, kept in enumerate(all_kept(session)):
                if number == 0:
                    (out / FOLDER).mkdir()
                paper = paper_of(kept.content, kept.code)
                (out / FOLDER / paper.name).write_bytes(paper.docx)
    finally:
        database.close()
