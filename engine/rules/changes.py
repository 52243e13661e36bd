"""调整: what of a promise can be altered, and by whose decision."""

from __future__ import annotations

from engine.rules.words import Word


class ChangeKind(Word):
    """What is altered."""

    TARGET = "target", "量化指标"
    CONTENT = "content", "实施内容"
