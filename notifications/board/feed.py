"""The Atom feed of the board (RFC 4287): every publication, notice and settled objection.

Identifiers follow from the keys of what was published, and times from the store, so that a reader
who has seen an entry knows it again wherever the board is carried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5
from xml.etree import ElementTree

from engine.publicity.board import Board, ShownNotice, ShownState

ATOM = "http://www.w3.org/2005/Atom"
SPACE = UUID("6f1f3c0a-6a4e-5d0e-9a39-6c1d0c5a7b11")
"""The name space of the entries' identifiers."""
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""When a board was changed last on which nothing is published."""
ENTRIES = 50


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    title: str
    published: datetime
    updated: datetime
    href: str
    summary: str


def feed_of(
    lists: Sequence[tuple[Board, str]],
    page_of: Callable[[str], str],
    notice_page: Callable[[ShownNotice], str],
) -> bytes:
    """The newest entries of all lists, each list with the address of its first page."""
    entries = [
        entry for board, home in lists for entry in _entries(board, home, page_of, notice_page)
    ]
    entries.sort(key=lambda entry: (entry.updated, entry.key), reverse=True)
    first = min(entries, key=lambda entry: (entry.published, entry.key), default=None)
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "zh-CN"})
    _put(root, "id", _identifier("feed", first.key if first else ""))
    _put(root, "title", "民生实事晒单")
    _put(root, "updated", _moment(entries[0].updated if entries else BEGINNING))
    author = ElementTree.SubElement(root, "author")
    _put(author, "name", lists[0][0].now.state.issuer if lists else "民生实事晒单")
    ElementTree.SubElement(root, "link", {"rel": "self", "href": "feed.xml"})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "href": "index.html"})
    for entry in entries[:ENTRIES]:
        _write(root, entry)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _entries(
    board: Board,
    home: str,
    page_of: Callable[[str], str],
    notice_page: Callable[[ShownNotice], str],
) -> Iterator[_Entry]:
    for shown in board.states:
        more = f"第{shown.revision}次公示" if shown.revision > 1 else ""
        at = shown.published_at
        yield _Entry(shown.key, f"{shown.title}{more}", at, at, home, _summary(shown))
    for notice in board.notices:
        at = notice.published_at
        updated, said = at, notice.notice.number or notice.notice.kind.label
        if notice.withdrawn_at:
            updated, said = max(at, notice.withdrawn_at), "已撤回"
        yield _Entry(notice.key, notice.notice.title, at, updated, notice_page(notice), said)
    for objection in board.objections:
        if objection.handled_at:
            at, code = objection.handled_at, objection.code
            title = f"异议{objection.number}（{code}）：{objection.state.label}"
            key = f"objection:{objection.number}"
            yield _Entry(key, title, at, at, page_of(code), objection.finding)


def _summary(shown: ShownState) -> str:
    statistics = shown.state.statistics
    classes = "、".join(f"{k.label}{n}件" for k, n in statistics.classes.items() if n)
    corrected = "".join(f"更正{c.code}：{c.finding}。" for c in shown.state.corrections)
    return f"{corrected}共{statistics.total.total}件：{classes}。"


def _write(root: ElementTree.Element, entry: _Entry) -> None:
    element = ElementTree.SubElement(root, "entry")
    _put(element, "id", _identifier(entry.key, entry.published.isoformat()))
    _put(element, "title", entry.title)
    _put(element, "published", _moment(entry.published))
    _put(element, "updated", _moment(entry.updated))
    ElementTree.SubElement(element, "link", {"rel": "alternate", "href": entry.href})
    _put(element, "summary", entry.summary)


def _put(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """On one line, without the control characters that XML cannot hold."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _identifier(*parts: str) -> str:
    return f"urn:uuid:{uuid5(SPACE, '/'.join(parts))}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
