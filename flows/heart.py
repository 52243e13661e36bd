"""The outside heart: after an audit that found nothing, somebody elsewhere is told that we live.

The one request beside mail and robots. It goes to the configured address and nowhere else: no
redirect is followed, no proxy variable heeded, nothing is sent but the request itself.
"""

from __future__ import annotations

import ssl
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from engine.errors import cause_of
from flows.redaction import redacted

TIMEOUT = 10.0
"""Seconds for the connection, and for each part of the answer."""


def beat(url: str | None, file: Path | None) -> str:
    """Ask for the address, touch the file; what went wrong, in words without the address."""
    faults = (_ask(url) if url else "", _touch(file) if file else "")
    return "；".join(filter(None, faults))


def _ask(url: str) -> str:
    try:
        with closing(_connection(url)) as connection:
            parts = urlsplit(url)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers={"User-Agent": "duban"})
            status = connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:
        return redacted(f"外部心跳没有送达：{type(error).__name__}：{_without(error, url)}")
    return "" if 200 <= status < 300 else f"外部心跳没有送达：对方答复 HTTP {status}"


def _connection(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(host, port, timeout=TIMEOUT, context=context)
    return HTTPConnection(host, port, timeout=TIMEOUT)


def _without(error: Exception, url: str) -> str:
    """What an error says, without the path of the address, which may be as good as a password."""
    path = urlsplit(url).path
    return str(error).replace(path, "***") if len(path) > 1 else str(error)


def _touch(file: Path) -> str:
    try:
        file.touch()
    except OSError as error:
        return f"心跳文件 {file} 写不了：{cause_of(error)}"
    return ""
