"""Mail addresses as lists and commands give them."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_email(text: str) -> bool:
    """Whether a text has the form name@example.com."""
    return _EMAIL.fullmatch(text) is not None
