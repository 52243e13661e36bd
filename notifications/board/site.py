"""The files of the public board: the same publications always give the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256

from sqlalchemy.orm import Session

from engine.publicity.board import Board, ShownNotice, boards, stamp
from engine.rules.policy_parts import Publicity
from engine.rules.public_facts import PublicProject
from engine.store.database import Database
from notifications.board.data import index_data, json_bytes, project_data
from notifications.board.feed import feed_of
from notifications.board.pages import named, notice_page, page, page_of, templates_digest
from notifications.board.sheets import Sheet, sheets_of

Files = Mapping[str, bytes]
"""Contents by path; paths are relative, with forward slashes."""

Made = dict[str, Callable[[], bytes]]
"""What makes each file, by path."""


class Site(Files):
    """The files of a board, each made whenever it is asked for: few of a long list are read."""

    def __init__(self, made: Made) -> None:
        self._made = made

    def __getitem__(self, path: str) -> bytes:
        return self._made[path]()

    def __contains__(self, path: object) -> bool:
        return path in self._made

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def site(shown: Sequence[Board], publicity: Publicity, *, online: bool = False) -> Site:
    """All files of the board. An item's page stands at its code; of two lists that share a code,
    the newer has it.

    Args:
        shown: the lists that were published, the newest first; perhaps none.
        online: whether they are carried by the engine itself, which also verifies papers and takes
            objections.
    """
    lists = list(zip(shown, _homes(shown), strict=True))
    made: Made = {}
    for board, home in reversed(lists):
        others = [pair for pair in lists if pair[0] is not board]
        made |= _ListPages(board, home, others, online).all()
    if not lists:
        made["index.html"] = partial(page, "empty.html", up="", online=online)
    values = {"publicity": publicity, "lists": lists, "up": "", "online": online, **_first(shown)}
    made["about.html"] = partial(page, "about.html", **values)
    made["board.css"] = partial(page, "board.css")
    made["feed.xml"] = partial(feed_of, lists, page_of, notice_page)
    made["index.json"] = lambda: json_bytes(index_data(shown, page_of, notice_page))
    return Site(made)


def read_site(database: Database, publicity: Publicity) -> tuple[Site, str]:
    """The board as it is now for any web server, with its stamp, in one consistent look."""
    with database.read() as session:
        return site(boards(session), publicity), stamp_of(session, publicity)


def stamp_of(session: Session, publicity: Publicity) -> str:
    """A short text that is another one as soon as the board would look different."""
    made_from = (stamp(session), publicity.model_dump_json(), templates_digest())
    return sha256(repr(made_from).encode()).hexdigest()[:16]


def _homes(shown: Sequence[Board]) -> list[str]:
    """The first page of each list: that of the newest is the root's."""
    years = Counter(board.now.state.year for board in shown[1:])
    homes = ["index.html"]
    for board in shown[1:]:
        year, program = board.now.state.year, board.now.key.split(":")[1]
        homes.append(f"{year}.html" if years[year] == 1 else f"{year}-{program}.html")
    return homes[: len(shown)]


class _ListPages:
    """The pages of one list."""

    def __init__(
        self, board: Board, home: str, others: Sequence[tuple[Board, str]], online: bool
    ) -> None:
        self._board, self._others, self._state = board, others, board.now.state
        self._all_have = {
            "board": board,
            "state": self._state,
            "home": home,
            "codes": {item.code for item in self._state.projects},
            "online": online,
        }
        self._sheets = sheets_of(self._state.projects, home)

    def all(self) -> Made:
        made: Made = {sheet.href: partial(self._sheet, sheet) for sheet in self._sheets.all}
        for item in self._state.projects:
            name = f"projects/{named(item.code)}"
            made[f"{name}.html"] = partial(self._item, item)
            made[f"{name}.json"] = partial(self._data, item)
        made |= {notice_page(shown): partial(self._notice, shown) for shown in self._board.notices}
        return made

    def _sheet(self, sheet: Sheet) -> bytes:
        template = "index.html" if sheet.number == 1 else "further.html"
        values = {"sheet": sheet, "sheets": self._sheets, "others": self._others, "up": ""}
        return page(template, **values, **self._all_have)

    def _item(self, item: PublicProject) -> bytes:
        return page("project.html", item=item, up="../", **self._all_have)

    def _data(self, item: PublicProject) -> bytes:
        return json_bytes(project_data(self._board, item))

    def _notice(self, shown: ShownNotice) -> bytes:
        return page("notice.html", shown=shown, notice=shown.notice, up="../", **self._all_have)


def _first(shown: Sequence[Board]) -> dict[str, str]:
    """An item's code for an example, and who publishes."""
    if not shown:
        return {"example": "2023-01", "issuer": "发布机关"}
    state = shown[0].now.state
    return {"example": state.projects[0].code, "issuer": state.issuer}
