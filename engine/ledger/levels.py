"""Where each unit stands: its level, and the unit above it (省、市、县、乡)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.ledger.draft import Entry, UnitDraft
from engine.ledger.errors import Faults, Place
from engine.ledger.values import LedgerUnit
from engine.ledger.wording import compact, normalise
from engine.rules.words import UnitLevel

_WORDS = {
    UnitLevel.PROVINCE: "省级 自治区级 自治区 省 直辖市 province",
    UnitLevel.CITY: "地市级 市级 地州市 地州级 州级 地级 地（州、市） 市 city",
    UnitLevel.COUNTY: "县级 县市级 县区级 区县级 区级 县市 县（市、区） 县 区 county",
    UnitLevel.TOWN: "乡级 乡镇级 乡镇 镇级 街道 乡镇（街道） town",
}
_LEVELS = {compact(word): level for level, words in _WORDS.items() for word in words.split()}
_RANK = {level: rank for rank, level in enumerate(UnitLevel)}


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the file says of one unit, and where it says so."""

    place: Place
    level: UnitLevel | None
    parent: str
    parent_at: Place


def with_levels(
    units: Sequence[LedgerUnit], drafts: Sequence[UnitDraft], faults: Faults
) -> tuple[LedgerUnit, ...]:
    """The units with their levels; units named only for their level are added at the end.

    Faults are: a level that is no word for one, two different statements about one unit, a unit
    above that is not in the file, stands lower, or stands below the unit itself.
    """
    said = _read(drafts, faults)
    known = {unit.name: unit for unit in units}
    known |= {name: LedgerUnit(name) for name in said if name not in known}
    _check_parents(said, known, faults)
    return tuple(
        replace(unit, level=said[name].level, parent=said[name].parent) if name in said else unit
        for name, unit in known.items()
    )


def _read(drafts: Sequence[UnitDraft], faults: Faults) -> dict[str, _Standing]:
    said: dict[str, _Standing] = {}
    for draft in drafts:
        name = normalise(draft.name.text)
        if not name:
            faults.add(draft.name.place, "没有填写单位", "请填写单位名称")
            continue
        level = _read_level(draft.level, faults)
        now = _Standing(draft.name.place, level, normalise(draft.parent.text), draft.parent.place)
        before = said.setdefault(name, now)
        if (before.level, before.parent) != (now.level, now.parent):
            faults.add(
                draft.level.place,
                f"“{name}”的层级或上级单位前后写得不一样",
                "请统一为一种，或只写一处",
            )
    return said


def _read_level(entry: Entry, faults: Faults) -> UnitLevel | None:
    level = _LEVELS.get(compact(entry.text))
    if entry.text and level is None:
        words = "、".join(word.label for word in UnitLevel)
        faults.add(entry.place, f"层级“{entry.text}”不认识", f"请填写{words}中的一个")
    return level


def _check_parents(
    said: dict[str, _Standing], known: dict[str, LedgerUnit], faults: Faults
) -> None:
    for name, standing in said.items():
        parent = standing.parent
        if not parent:
            continue
        if parent not in known:
            faults.add(
                standing.parent_at,
                f"上级单位“{parent}”在文件中找不到",
                "请在联系表或单位层级表中补上该单位，或改成其中的全称",
            )
        elif _is_below(parent, name, said):
            faults.add(
                standing.parent_at,
                f"“{parent}”在“{name}”之下，不能又是它的上级",
                "请核对两个单位的上级单位",
            )
        elif _is_lower(parent, standing, said):
            faults.add(
                standing.parent_at,
                f"上级单位“{parent}”的层级低于“{name}”",
                "请核对两个单位的层级",
            )


def _is_below(name: str, above: str, said: dict[str, _Standing]) -> bool:
    """Whether the way up from one unit leads to another; a unit is not above itself."""
    passed: set[str] = set()
    while name and name not in passed:
        if name == above:
            return True
        passed.add(name)
        name = said[name].parent if name in said else ""
    return False


def _is_lower(parent: str, standing: _Standing, said: dict[str, _Standing]) -> bool:
    above = said[parent].level if parent in said else None
    return bool(above and standing.level and _RANK[above] > _RANK[standing.level])
