"""How an item is broken down: what its measures take from it, and what it takes from them.

Offices write once what holds for several rows. A measure without a unit, date or leader of its own
has the item's. An item without a unit of its own has that of its first measure, for whoever is
named first leads (列首位的为牵头单位); the units of the other measures then support it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.ledger.draft import Entry, ProjectDraft
from engine.ledger.errors import Faults
from engine.ledger.wording import compact, read_names


def everywhere(drafts: list[ProjectDraft]) -> Iterator[ProjectDraft]:
    """The items and all that they are broken down into."""
    for draft in drafts:
        yield draft
        yield from everywhere(draft.measures)


def inherit(draft: ProjectDraft) -> None:
    """Fill in what is written once for an item and its measures, at all depths.

    A date is not taken from the measures here: which of them is the last is known once they are
    read.
    """
    for measure in draft.measures:
        for role in ("lead_units", "due", "sponsor", "urgency", "field"):
            if _says(draft, role) and not _says(measure, role):
                setattr(measure, role, getattr(draft, role))
        inherit(measure)
    if not _says(draft, "lead_units") and draft.measures:
        _lead_by_the_first(draft)


def _says(draft: ProjectDraft, role: str) -> bool:
    """A dash in the place of a unit names nobody."""
    text: str = getattr(draft, role).text
    return bool(read_names(text) if role == "lead_units" else text)


def _lead_by_the_first(draft: ProjectDraft) -> None:
    if not all(_says(measure, "lead_units") for measure in draft.measures):
        return
    first, *others = draft.measures
    draft.lead_units = first.lead_units
    leading = read_names(first.lead_units.text)
    named = [*read_names(draft.support_units.text)]
    named += [name for other in others for name in read_names(other.lead_units.text)]
    support = [name for name in dict.fromkeys(named) if name not in leading]
    draft.support_units = replace(draft.support_units, text="、".join(support))


def check_titles(measures: list[ProjectDraft], faults: Faults) -> None:
    """Two measures of one item are told apart by what they say."""
    seen: dict[str, Entry] = {}
    for measure in measures:
        title = compact(measure.title.text)
        if title and title in seen:
            faults.add(
                measure.title.place,
                f"措施“{measure.title.text}”重复",
                "请合并，或改用能区分的写法",
            )
        seen.setdefault(title, measure.title)


def has_targets(draft: ProjectDraft) -> bool:
    """Whether an item, or anything it is broken down into, has a target."""
    return any(item.targets for item in everywhere([draft]))
