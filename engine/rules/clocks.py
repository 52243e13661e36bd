"""时限的计算: a date follows from the list of what happened to its clock."""

from __future__ import annotations

from engine.rules.words import Word


class ClockAct(Word):
    """What happens to a clock."""

    START = "start", "起算"
    PAUSE = "pause", "中止"
    RESUME = "resume", "恢复"
    RELIMIT = "relimit", "期限调整"
    SET = "set", "改定日期"
