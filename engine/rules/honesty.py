"""诚信核对: what makes a stated figure doubtful."""

from __future__ import annotations

from engine.rules.words import Word


class HonestyCheck(Word):
    """What a doubt rests on."""

    FALLS = "falls", "累计数下降"
    BUILT_UNFINISHED = "built_unfinished", "称已建成而形象进度不足100%"
    LATE_JUMP = "late_jump", "期末突增"
    COUNT_SHORT = "count_short", "数量不足而规模超出"
    SUM_DIFFERS = "sum_differs", "分项之和与总数不符"
    EARLIER_YEARS = "earlier_years", "疑似计入往年数"
    SHARE_WRONG = "share_wrong", "比例与数字不符"
