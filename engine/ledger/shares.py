"""Figures that are a share of the figure before: 新建学校15所，其中市区5所."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, takewhile

from engine.ledger.clauses import Clause
from engine.ledger.figures import BUILDING, Figure
from engine.ledger.wording import WordingError

_OF_WHICH = "其中"
_BUILDS = re.compile(rf"{_OF_WHICH}(?:{BUILDING})")
_CONTAINING = re.compile(r"包括|包含|含(?!有)")


def shares_at_head(clauses: Sequence[Clause], wholes: Sequence[Figure]) -> int:
    """How many clauses, from the first, name shares of one of the figures before them.

    Raises WordingError where nobody can tell, and where a share is no part of anything.
    """
    head = clauses[0]
    if head.plain.startswith(_OF_WHICH):
        return _of_which(clauses, wholes)
    if not head.figures or not wholes:
        return 0
    if _CONTAINING.match(head.plain):
        return _within(clauses, wholes)
    whole = wholes[-1]
    if head.mark == ":" and head.figures[0].unit == whole.unit:
        parts = _adding_up(_run(clauses, whole.unit), whole.amount)
        return parts if parts > 1 else 0
    return 0


def _of_which(clauses: Sequence[Clause], wholes: Sequence[Figure]) -> int:
    head = clauses[0]
    if not head.figures:
        return 1
    if not wholes:
        raise WordingError(
            f"“{head.text}”是哪个数的一部分，前面没有写",
            "请在前面写明总数，如“新建学校15所，其中市区5所”",
        )
    unit = head.figures[0].unit
    if unit == "%":  # they do not add up to anything
        return len(_run(clauses, unit))
    found = _within(clauses, wholes)
    if found:
        return found
    smaller = [figure for figure in wholes if figure.unit == unit]
    if smaller:
        raise WordingError(f"“{head.text}”比前面的{smaller[-1].text}还多", "请核对总数和其中的数")
    if _BUILDS.match(head.plain):
        raise _unclear(head, wholes[-1])
    return len(_run(_strung(clauses), unit))


def _within(clauses: Sequence[Clause], wholes: Sequence[Figure]) -> int:
    """How many clauses fit, as its parts, into the nearest figure that counts the same."""
    unit = clauses[0].figures[0].unit
    sums = list(accumulate(_run(_strung(clauses), unit)))
    for number in range(len(sums), 0, -1):
        for whole in reversed(wholes):
            left = whole.amount - sums[number - 1]
            if whole.unit == unit and left >= 0:
                return number + _further(clauses[number:], whole, left)
    return 0


def _further(clauses: Sequence[Clause], whole: Figure, left: Decimal) -> int:
    """How many of the clauses that follow make up what is left; they must do so exactly."""
    others = _run([clause for clause in clauses if clause.mark], whole.unit)
    if not left or not others or others[0] > left:
        return 0
    number = _adding_up(others, left)
    if not number:
        raise _unclear(clauses[0], whole)
    return number


def _unclear(clause: Clause, whole: Figure) -> WordingError:
    return WordingError(
        f"看不出“{clause.text}”是前面{whole.text}的一部分，还是另一个目标",
        "是一部分的写进括号，如“15所（市区5所）”；是另一个目标的，不写“其中”，前面用分号隔开",
    )


def _strung(clauses: Sequence[Clause]) -> list[Clause]:
    """The first clause and those strung to it by 、."""
    others = takewhile(lambda clause: clause.mark == "、", clauses[1:])
    return [clauses[0], *others]


def _run(clauses: Sequence[Clause], unit: str) -> list[Decimal]:
    """What the first clauses count, as long as they count the same."""
    same = takewhile(lambda clause: clause.figures and clause.figures[0].unit == unit, clauses)
    return [clause.figures[0].amount for clause in same]


def _adding_up(counts: list[Decimal], whole: Decimal) -> int:
    """How many counts, from the first, make up a whole exactly; none if they do not."""
    return next((n for n, total in enumerate(accumulate(counts), 1) if total == whole), 0)
