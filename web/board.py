"""晒单 under ``/board/``: the same files as the export, held in memory, for everybody to read."""

from __future__ import annotations

import mimetypes
import time
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from flows.service import Service
from notifications.board.site import Files, read_site, stamp_of

LOOK_EVERY = 1.0
"""Seconds for which the board is not asked about anew, however many read it."""
TYPES = {".xml": "application/atom+xml", ".json": "application/json"}
CACHE = "public, max-age=60"


@dataclass(slots=True)
class Held:
    """The board as it was last read; it is put together anew only when it would look different."""

    service: Service
    files: Files = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
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
                self.files, self.stamp = read_site(self.service.database, publicity)
                self.tags = {name: _tag(content) for name, content in self.files.items()}
            self.looked_at = time.monotonic()


def board_routes(service: Service) -> APIRouter:
    """The addresses of the public board: read-only, without signing in."""
    routes, held = APIRouter(), Held(service)

    @routes.api_route("/board", methods=["GET", "HEAD"])
    def to_board() -> RedirectResponse:
        return RedirectResponse("board/", status_code=308)

    @routes.api_route("/board/{path:path}", methods=["GET", "HEAD"])
    def board(request: Request, path: str) -> Response:
        held.refresh()
        name = path or "index.html"
        content = held.files.get(name)
        if content is None:
            return Response("没有这一页", 404, media_type="text/plain")
        headers = {"ETag": held.tags[name], "Cache-Control": CACHE}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=_type(name))

    return routes


def _tag(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:32]}"'


def _type(name: str) -> str:
    suffix = "." + name.rpartition(".")[2]
    return TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
