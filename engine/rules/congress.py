"""人大交办: what the people's congress hands over, and how it judges the result."""

from __future__ import annotations

from engine.rules.words import Word


class Satisfaction(Word):
    """满意度测评 of what was reported back."""

    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"
