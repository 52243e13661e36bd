"""The documents that a rehearsal leaves, against the store and the mails."""

from __future__ import annotations

from pathlib import Path

from engine.store.database import Database
from flows.rehearsal.documents import FOLDER, write_documents
from notifications.documents.reading import read_copy
from tests.notifications import samples
from tests.notifications.documents.test_press import Office


def test_a_rehearsal_leaves_the_documents_as_they_went_with_their_mails(
    database: Database, tmp_path: Path
) -> None:
    office = Office(database)
    office.put(samples.a_red_warning())
    office.put(samples.an_assignment())
    office.put(samples.a_reminder())
    sent = [a for mail in office.compose() for a in mail.iter_attachments()]
    with database.read() as session:
        write_documents(session, tmp_path)
    left = {path.name: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()}
    assert left == {attached.get_filename(): attached.get_content() for attached in sent}
    assert len(left) == 2
    for name in left:
        assert name.startswith(read_copy(tmp_path / FOLDER / name).code)


def test_a_rehearsal_without_documents_leaves_no_folder(database: Database, tmp_path: Path) -> None:
    with database.read() as session:
        write_documents(session, tmp_path)
    assert not (tmp_path / FOLDER).exists()
