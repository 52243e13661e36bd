"""The files of the public board: the same publications always give the same bytes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from engine.publicity.board import Board, ShownNotice, boards, stamp
from engine.rules.conditions import written
from engine.rules.implementation import PARTS
from engine.rules.policy_parts import Publicity
from engine.rules.public_classes import PublicClass
from engine.rules.public_facts import PublicProject, PublicTarget
from engine.rules.totals import CLASSES, FieldCount
from engine.rules.words import Light
from engine.store.database import Database
from notifications.board.data import index_data, json_bytes, project_data
from notifications.board.feed import feed_of
from notifications.filters import percent

PAGES = Path(__file__).parents[1] / "templates" / "board"

Files = dict[str, bytes]
"""Contents by path; paths are relative, with forward slashes."""

SHAPES = {Light.GREEN: "●", Light.YELLOW: "▲", Light.RED: "■", Light.BLUE: "✓"}
"""Each light has a shape of its own, for those who see no colours and for grey prints."""
LIGHTS = (Light.GREEN, Light.YELLOW, Light.RED, Light.BLUE)


def site(shown: Sequence[Board], publicity: Publicity, *, online: bool = False) -> Files:
    """All files of the board. An item's page stands at its code; of two lists that share a code,
    the newer has it.

    Args:
        shown: the lists that were published, the newest first; perhaps none.
        online: whether they are carried by the engine itself, which also verifies papers and takes
            objections.
    """
    lists = list(zip(shown, _homes(shown), strict=True))
    files: Files = {}
    for board, home in reversed(lists):
        others = [pair for pair in lists if pair[0] is not board]
        files |= _pages(board, home, others, online)
    if not lists:
        files["index.html"] = page("empty.html", up="", online=online)
    values = {"publicity": publicity, "lists": lists, "up": "", "online": online, **_first(shown)}
    files["about.html"] = page("about.html", **values)
    files["board.css"] = _environment().get_template("board.css").render().encode()
    files["feed.xml"] = feed_of(lists, page_of, notice_page)
    files["index.json"] = json_bytes(index_data(shown, page_of, notice_page))
    return files


def read_site(
    database: Database, publicity: Publicity, *, online: bool = False
) -> tuple[Files, str]:
    """The board as it is now, with its stamp, in one consistent look."""
    with database.read() as session:
        return site(boards(session), publicity, online=online), stamp_of(session, publicity)


def stamp_of(session: Session, publicity: Publicity) -> str:
    """A short text that is another one as soon as the board would look different."""
    made_from = (stamp(session), publicity.model_dump_json(), _templates())
    return sha256(repr(made_from).encode()).hexdigest()[:16]


@cache
def _templates() -> str:
    digest = sha256()
    for path in sorted(PAGES.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def page_of(code: str) -> str:
    """Where the page of an item is, as a link from the root."""
    return quote(f"projects/{_named(code)}.html")


def objection_page(code: str) -> str:
    """Where somebody objects to what was published of an item, as a link from the root."""
    return quote(f"objections/{code}", safe="/")


def notice_page(shown: ShownNotice) -> str:
    """Where the page of a notice is, as a link from the root."""
    return f"notices/{shown.number}.html"


def _named(code: str) -> str:
    """A code as a file's name."""
    return re.sub(r"[^\w.-]", "_", code).lstrip(".")


def _homes(shown: Sequence[Board]) -> list[str]:
    """The first page of each list: that of the newest is the root's."""
    years = Counter(board.now.state.year for board in shown[1:])
    homes = ["index.html"]
    for board in shown[1:]:
        year, program = board.now.state.year, board.now.key.split(":")[1]
        homes.append(f"{year}.html" if years[year] == 1 else f"{year}-{program}.html")
    return homes[: len(shown)]


def _pages(board: Board, home: str, others: Sequence[tuple[Board, str]], online: bool) -> Files:
    state = board.now.state
    codes = {item.code for item in state.projects}
    all_have = {"board": board, "state": state, "home": home, "codes": codes, "online": online}
    files = {
        home: page("index.html", statistics=state.statistics, others=others, up="", **all_have)
    }
    for item in state.projects:
        name = f"projects/{_named(item.code)}"
        files[f"{name}.html"] = page("project.html", item=item, up="../", **all_have)
        files[f"{name}.json"] = json_bytes(project_data(board, item))
    for shown in board.notices:
        values = {"shown": shown, "notice": shown.notice, "up": "../"}
        files[notice_page(shown)] = page("notice.html", **values, **all_have)
    return files


def _first(shown: Sequence[Board]) -> dict[str, str]:
    """An item's code for an example, and who publishes."""
    if not shown:
        return {"example": "2023-01", "issuer": "发布机关"}
    state = shown[0].now.state
    return {"example": state.projects[0].code, "issuer": state.issuer}


def page(template: str, **values: Any) -> bytes:
    """A page of the board, in its looks."""
    return _environment().get_template(template).render(values).encode()


def _groups(items: Iterable[PublicProject]) -> list[tuple[str, list[PublicProject]]]:
    """Neighbouring items of one field, in the list's order."""
    return [(name, list(group)) for name, group in groupby(items, key=lambda item: item.field)]


def _promises(targets: Sequence[PublicTarget]) -> list[tuple[str, str, list[str]]]:
    """A promise of several figures (29条68公里) once, with the results of each."""
    pairs = groupby(targets, key=lambda target: (target.metric, target.text))
    return [(*promise, [target.result for target in group]) for promise, group in pairs]


def _counts(row: FieldCount) -> str:
    """绿灯19件，黄灯3件: the classes that have any."""
    pairs = zip(CLASSES.values(), row.figures, strict=True)
    return "，".join(f"{name}{number}件" for name, number in pairs if number)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "day": written,
        "share": percent,
        "groups": _groups,
        "promises": _promises,
        "counts": _counts,
        "page": page_of,
        "objection_page": objection_page,
        "notice_page": notice_page,
    }
    made.globals |= {
        "SHAPES": SHAPES,
        "LIGHTS": LIGHTS,
        "CLASSES": CLASSES,
        "PARTS": PARTS,
        "CLASS_LABELS": [kind.label for kind in PublicClass],
    }
    return made
