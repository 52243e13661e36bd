"""How long the texts may be that people give, so that no store cuts them or fails over them."""

from __future__ import annotations

DOCUMENT_LENGTH = 100
"""文号."""
NAME_LENGTH = 50
"""A person's name."""
POST_TITLE_LENGTH = 100
"""职务."""
EMAIL_LENGTH = 254
"""An address, by RFC 5321."""
COMMENT_LENGTH = 1000
"""领导批注."""


def too_long(what: str, text: str, limit: int) -> str:
    """What is wrong with a text of more than ``limit`` characters; empty for nothing."""
    return f"{what}有{len(text)}个字，最多{limit}个字，请缩短" if len(text) > limit else ""
