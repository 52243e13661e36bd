"""From texts to a ledger: the checks that hold for every kind of file."""

from __future__ import annotations

import re

from engine.ledger.breakdown import everywhere, inherit
from engine.ledger.contacts import read_contacts
from engine.ledger.decision import read_decision
from engine.ledger.draft import Entry, LedgerDraft, ProjectDraft
from engine.ledger.errors import Faults
from engine.ledger.lengths import check_lengths
from engine.ledger.levels import with_levels
from engine.ledger.origins import Check, read_batch, references, unchecked
from engine.ledger.projects import read_projects
from engine.ledger.values import Ledger, LedgerPost, LedgerUnit
from engine.ledger.wording import compact, read_names
from engine.rules.words import PostKind

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d{2}年?[-~—–至到](?:19|20)?\d{2}年")


def assemble(draft: LedgerDraft, faults: Faults, check: Check = unchecked) -> Ledger:
    """The ledger that `draft` says; `check` holds what it names against the store.

    Raises LedgerErrors with all its faults together.
    """
    year = _read_year(draft, faults)
    _require(
        draft.title,
        "没有台账标题",
        "请写明标题，如“2023年民生实事项目台账”（表格写在表头上方）",
        faults,
    )
    decision = read_decision(draft, faults)
    batch = read_batch(draft.batch, faults)
    cure = "请写明“发文机关：……”（表格在表头上方另起一行）"
    _require(draft.issuer, "没有写明发文机关", cure, faults)
    for project in draft.projects:
        inherit(project)
    projects = read_projects(draft.projects, year, faults)
    if not draft.projects:
        faults.add(draft.title.place, "没有任何实事项目", "请至少填写一个事项")
    check_lengths(draft, faults)
    units, posts = _people(draft, faults)
    units = with_levels(units, draft.units, faults)
    if year is not None:
        check(references(draft, year, batch), faults)
    faults.raise_if_any()
    assert year is not None
    return Ledger(
        title=draft.title.text,
        year=year,
        issuer=draft.issuer.text,
        basis=draft.basis.text,
        projects=projects,
        units=units,
        posts=posts,
        document=decision.document,
        approver=decision.approver,
        approved_on=decision.approved_on,
        batch=batch,
        layout=draft.layout,
        notes=tuple(draft.notes),
    )


def _require(entry: Entry, message: str, cure: str, faults: Faults) -> None:
    if not entry.text:
        faults.add(entry.place, message, cure)


def _read_year(draft: LedgerDraft, faults: Faults) -> int | None:
    """The year as stated, or else the one that the title names."""
    for entry in (draft.year, draft.title):
        text = compact(entry.text)
        match = _YEAR.search(text)
        if match is not None and not _YEARS.search(text):
            return int(match.group(1))
    faults.add(
        draft.year.place, "看不出清单年度", "请在标题中写明年度，如“2023年”，或加一行“年度：2023”"
    )
    return None


def _people(
    draft: LedgerDraft, faults: Faults
) -> tuple[tuple[LedgerUnit, ...], tuple[LedgerPost, ...]]:
    if draft.posts is None:
        named = (
            name
            for item in everywhere(draft.projects)
            for entry in (item.lead_units, item.support_units)
            for name in read_names(entry.text)
        )
        return tuple(LedgerUnit(name) for name in dict.fromkeys(named)), ()
    units, posts = read_contacts(draft.posts, faults)
    known = {unit.name for unit in units}
    with_contact = {post.unit for post in posts if post.kind is PostKind.CONTACT}
    leaders = {
        name for post in posts if post.kind is PostKind.LEADER for name in (post.title, post.holder)
    }
    for project in everywhere(draft.projects):
        _check_units(project, known, with_contact, faults)
        _check_sponsor(project.sponsor, leaders, faults)
    return units, posts


def _check_units(
    project: ProjectDraft, known: set[str], with_contact: set[str], faults: Faults
) -> None:
    for entry in (project.lead_units, project.support_units):
        for name in read_names(entry.text):
            if name not in known:
                faults.add(
                    entry.place,
                    f"“{name}”在责任单位联系表中找不到",
                    "请在联系表中补上该单位，或改成联系表中的全称",
                )
            elif entry is project.lead_units and name not in with_contact:
                faults.add(
                    entry.place,
                    f"牵头单位“{name}”没有联络员",
                    "请在责任单位联系表中补上该单位的联络员",
                )


def _check_sponsor(sponsor: Entry, leaders: set[str], faults: Faults) -> None:
    if sponsor.text and sponsor.text not in leaders:
        faults.add(
            sponsor.place,
            f"领办领导“{sponsor.text}”在责任单位联系表中找不到",
            "请在联系表中为其补一行，岗位填“领办领导”，职务或姓名与此处一致",
        )
