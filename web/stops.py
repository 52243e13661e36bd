"""Pages that say why it does not go on here, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(eq=False)
class Stop(Exception):
    """What such a page tells.

    Attributes:
        status: the HTTP status.
        next: what the reader can do; empty when the text says it.
        back: a relative address to go on from; empty for none.
        kept: what the reader had typed.
    """

    status: int
    title: str
    text: str
    next: str = ""
    back: str = ""
    kept: str = ""
