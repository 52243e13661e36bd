"""晒单 under ``/board/``: the same files as the export, made once each, for everybody to read."""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from engine.publicity.board import Board, boards
from engine.rules.policy_parts import Publicity
from flows.service import Service
from notifications.board.site import site, stamp_of
from web.stops import Stop
from web.tags import tag_of, tagged

LOOK_EVERY = 1.0
"""Seconds for which the board is not asked about anew, however many read it."""
KEPT = 2_000
"""Files that are kept as they were made: all of a city's; of a longer list, those made last."""
TYPES = {".xml": "application/atom+xml", ".json": "application/json"}
CACHE = "public, max-age=60"


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item on the board, and until when one may object to what is published of it."""

    code: str
    title: str
    program: str
    object_by: date


class Showing:
    """The board as it was read at one moment; of its files those are kept that were asked for.

    Attributes:
        items: by code; of two lists that share one, the newer has it.
    """

    def __init__(self, shown: Sequence[Board], publicity: Publicity) -> None:
        self._site = site(shown, publicity, online=True)
        self._kept: dict[str, tuple[bytes, str]] = {}
        self._lock = Lock()
        self.items = {
            item.code: ShownItem(item.code, item.title, now.state.program, now.object_by)
            for now in (board.now for board in reversed(shown))
            for item in now.state.projects
        }

    def file(self, path: str) -> tuple[bytes, str] | None:
        """Content and tag of a file, which of many who ask at once one makes; None for one that
        is not on the board."""
        if path not in self._site:
            return None
        found = self._kept.get(path)
        if found is None:
            with self._lock:
                found = self._kept.get(path) or self._make(path)
        return found

    def _make(self, path: str) -> tuple[bytes, str]:
        content = self._site[path]
        if len(self._kept) >= KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[path] = made = content, tag_of(content)
        return made


class Held:
    """The board as it was last read; it is read anew only when it would look different.

    Attributes:
        showing: what is shown now.
    """

    def __init__(self, service: Service) -> None:
        self.showing = Showing((), service.rulebook.policy.publicity)
        self._service, self._lock = service, Lock()
        self._stamp, self._looked_at = "", float("-inf")

    def refresh(self) -> None:
        """See whether anything was published. Of many who ask at once one looks, and the others
        are shown what was there before; only the very first has to be waited for."""
        if time.monotonic() - self._looked_at < LOOK_EVERY:
            return
        if not self._lock.acquire(blocking=not self._stamp):
            return
        try:
            if time.monotonic() - self._looked_at >= LOOK_EVERY:
                self._look()
        finally:
            self._lock.release()

    def look_again(self) -> None:
        """Something was entered that is to be seen at once."""
        self._looked_at = float("-inf")

    def _look(self) -> None:
        publicity = self._service.rulebook.policy.publicity
        with self._service.database.read() as session:
            stamp = stamp_of(session, publicity)
            if stamp != self._stamp:
                self.showing, self._stamp = Showing(boards(session), publicity), stamp
        self._looked_at = time.monotonic()


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
        found = held.showing.file(name)
        if found is None:
            raise no_such_page(path)
        content, tag = found
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
