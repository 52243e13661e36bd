"""A page asks the store over one connection. Were it to wait for a second one while it holds the
first, a few readers at once would wait for each other until none of them is answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, select

from engine.notices.documents import find_kept
from engine.rules.words import NoticeKind
from engine.store.database import Database
from engine.store.tables import Notice
from tests.engine.builders import LEADER, OFFICE
from tests.web.console.conftest import ConsoleOffice
from web.console.catalogue import PAGES

ADDRESSES = [page.path for page in PAGES if "{" not in page.path]
OPEN_TO_ALL = ["/healthz", "/metrics", "/board/"]


@contextmanager
def most_at_once(database: Database) -> Iterator[list[int]]:
    """How many connections were in use each time that one was taken."""
    taken: list[int] = []
    in_use = 0

    def take(*_: object) -> None:
        nonlocal in_use
        in_use += 1
        taken.append(in_use)

    def give_back(*_: object) -> None:
        nonlocal in_use
        in_use -= 1

    event.listen(database.engine, "checkout", take)
    event.listen(database.engine, "checkin", give_back)
    try:
        yield taken
    finally:
        event.remove(database.engine, "checkout", take)
        event.remove(database.engine, "checkin", give_back)


def test_no_page_takes_a_second_connection_while_it_holds_one(underway: ConsoleOffice) -> None:
    readers = [underway.browser(OFFICE), underway.browser(LEADER), underway.browser(auditor=True)]
    greedy, shown = [], 0
    for address in (*ADDRESSES, *OPEN_TO_ALL):
        for reader in readers:
            with most_at_once(underway.service.database) as taken:
                shown += reader.look(address).status_code == 200
            if max(taken, default=0) > 1:
                greedy.append(address)
    assert shown > len(ADDRESSES)
    assert greedy == []


def test_a_paper_is_made_and_kept_over_one_connection(underway: ConsoleOffice) -> None:
    reader, database = underway.browser(OFFICE), underway.service.database
    with database.read() as session:
        [number] = session.scalars(
            select(Notice.id).where(Notice.kind == NoticeKind.ASSIGNMENT).limit(1)
        )
        assert find_kept(session, [number]) == {}
    papers = []
    for _ in range(2):
        with most_at_once(database) as taken:
            papers.append(reader.look(f"/notices/{number}/document").content)
        assert max(taken) == 1
    assert papers[0] == papers[1]
    with database.read() as session:
        assert find_kept(session, [number])
