"""What a reader has already is not sent again (ETag, RFC 9110)."""

from __future__ import annotations

from hashlib import sha256

from fastapi import Request, Response


def tag_of(content: bytes) -> str:
    """A tag that is another one for other bytes."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def tagged(
    request: Request, content: bytes, tag: str, *, media_type: str, caching: str
) -> Response:
    """The content, or that the reader has it."""
    headers = {"ETag": tag, "Cache-Control": caching}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)
