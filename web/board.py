"""晒单 under ``/board/``: the same files as the export, held in memory, for everybody to read."""

from __future__ import annotations

import json
import mimetypes
import time
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from flows.service import Service
from notifications.board.site import Files, read_site, stamp_of
from web.stops import Stop
from web.tags import tag_of, tagged

LOOK_EVERY = 1.0
"""Seconds for which the board is not asked about anew, however many read it."""
TYPES = {".xml": "application/atom+xml", ".json": "application/json"}
CACHE = "public, max-age=60"


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item on the board, and until when one may object to what is published of it."""

    code: str
    title: str
    program: str
    object_by: date


@dataclass(slots=True)
class Held:
    """The board as it was last read; it is put together anew only when it would look different."""

    service: Service
    files: Files = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    shown: dict[str, ShownItem] = field(default_factory=dict)
    stamp: str = ""
    looked_at: float = float("-inf")
    lock: Lock = field(default_factory=Lock)

    def refresh(self) -> None:
        """See whether anything was published; of many who ask at once, one looks."""
        if time.monotonic() - self.looked_at < LOOK_EVERY:
            return
        with self.lock:
            if time.monotonic() - self.looked_at < LOOK_EVERY:
                return
            publicity = self.service.rulebook.policy.publicity
            with self.service.database.read() as session:
                stamp = stamp_of(session, publicity)
            if stamp != self.stamp:
                database = self.service.database
                self.files, self.stamp = read_site(database, publicity, online=True)
                self.shown = shown_items(self.files)
                self.tags = {name: tag_of(content) for name, content in self.files.items()}
            self.looked_at = time.monotonic()


def shown_items(files: Files) -> dict[str, ShownItem]:
    """The items by their codes, read from the board's own data; the newest list has a code that
    two of them share."""
    lists = json.loads(files["index.json"])["lists"]
    return {
        item["code"]: ShownItem(
            item["code"], item["title"], shown["program"], date.fromisoformat(shown["object_by"])
        )
        for shown in reversed(lists)
        for item in shown["items"]
    }


def board_routes(held: Held) -> APIRouter:
    """The addresses of the public board: read-only, without signing in."""
    routes = APIRouter()

    @routes.api_route("/board", methods=["GET", "HEAD"])
    def to_board() -> RedirectResponse:
        return RedirectResponse("board/", status_code=308)

    @routes.api_route("/board/{path:path}", methods=["GET", "HEAD"])
    def board(request: Request, path: str) -> Response:
        held.refresh()
        name = path or "index.html"
        content = held.files.get(name)
        if content is None:
            raise no_such_page(path)
        tag = held.tags[name]
        return tagged(request, content, tag, media_type=_type(name), caching=CACHE)

    return routes


def no_such_page(path: str) -> Stop:
    return Stop(
        404,
        "没有这一页",
        "公示栏里没有这一页：网址可能输错了，或者内容已经更新。",
        back="../" * path.count("/") + "index.html",
        back_name="回到公示栏",
    )


def _type(name: str) -> str:
    suffix = "." + name.rpartition(".")[2]
    return TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
