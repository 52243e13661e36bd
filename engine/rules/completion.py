"""办结的核验: how a result is looked at before an item is closed."""

from __future__ import annotations

from engine.rules.words import Word


class VerificationMethod(Word):
    """How the office verified a result."""

    ON_SITE = "on_site", "现场核验"
    ON_PAPER = "on_paper", "书面核验"


class CompletionState(Word):
    """What became of a request for completion."""

    REQUESTED = "requested", "待核验"
    VERIFIED = "verified", "核验通过"
    SENT_BACK = "sent_back", "退回重办"
    OVERTURNED = "overturned", "复查不合格"
