"""What no line of the log and no kept error may hold: passwords, tokens, keys, signed links."""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "***"
SHORTEST = 6
"""A secret of fewer characters would blacken ordinary words."""

_PATTERNS = (
    # user:password@ in the address of a server
    (re.compile(r"(?<=://)[^\s/@\"'<>]+@"), f"{HIDDEN}@"),
    # the signed parts of links and feeds
    (re.compile(r"(/l/)[^\s/?#\"'<>]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(/feeds/)[^\s/?#\"'<>]+"), rf"\1{HIDDEN}"),
    # robots of work groups
    (re.compile(r"(/hook/)[^\s/?#\"'<>]+"), rf"\1{HIDDEN}"),
    (
        re.compile(
            r"(?i)\b((?:access_token|token|key|secret|sign|signature|password|passwd|pwd)"
            r"[\"']?\s*[=:]\s*[\"']?)[^\s&,;\"'<>]+"
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(?i)\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}"), rf"\1{HIDDEN}"),
)


class Redaction:
    """Hides the secrets of an installation, which it is told, and what looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: tuple[str, ...] = ()
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these too, wherever they stand; the longest first, as one may hold another."""
        known = {*self._secrets, *(secret for secret in secrets if len(secret) >= SHORTEST)}
        self._secrets = tuple(sorted(known, key=lambda secret: (-len(secret), secret)))

    def __call__(self, text: str) -> str:
        """The text without them."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text


redacted = Redaction()
"""That of this process."""
