"""The decision that adopted a list: its number, who took it and when, as 条例 733 art. 11 asks.

They stand on lines of their own above the list, or are read out of the 依据 that names them.
"""

from __future__ import annotations

import re
from datetime import date

from engine.ledger.dates import read_day
from engine.ledger.draft import Entry, LedgerDraft
from engine.ledger.errors import Faults
from engine.ledger.wording import WordingError, normalise, without_parentheses
from engine.rules.basis import HOW_TO_WRITE, Basis

_CURE_BASIS = (
    "请写明“依据：……”（表格在表头上方另起一行），"
    "即审议通过的会议、文号或批示（政府督查工作条例第十一条）"
)
_LEAD_IN = re.compile(
    r"^(?:.*(?:根据|依据|按照|依照|印发|通过|批准|决定|文号为?)|经(?!济|开)|由|见)(?=.)"
)
_CLAUSE = r"[^,.;:、，。；：()（）〔〕《》“”\"\s]"
_DOCUMENT = re.compile(rf"({_CLAUSE}*)(〔\d{{4}}〕第?{_CLAUSE}{{0,6}}?\d+号)")
_DATE = re.compile(r"\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|\.\d{1,2}\.\d{1,2})")
_BODY = re.compile(
    rf"({_CLAUSE}*?(?:常务会议|办公会议|专题会议|人民代表大会{_CLAUSE}*?会议|人大{_CLAUSE}*?会议"
    rf"|常委会(?:第{_CLAUSE}*?)?会议|全体会议|人民代表大会|人代会|(?<!副)[省市州县区]长))"
)


def read_decision(draft: LedgerDraft, faults: Faults) -> Basis:
    """What the head of a list says of its decision; what is missing goes to `faults`."""
    text = draft.basis.text
    decision = Basis(
        text,
        draft.document.text or find_document(text),
        draft.approver.text or find_approver(text),
        _read_day(draft.approved_on, faults) if draft.approved_on.text else find_day(text),
    )
    if not text:
        faults.add(draft.basis.place, "没有写明依据", _CURE_BASIS)
    entries = (draft.document, draft.approver, draft.approved_on)
    places = {name: entry.place for name, entry in zip(HOW_TO_WRITE, entries, strict=True)}
    for name in decision.missing:
        if name != "批准日期" or not draft.approved_on.text:
            faults.add(places[name], f"缺少{name}", HOW_TO_WRITE[name])
    return decision


def find_document(text: str) -> str:
    """The number of a document that a text names, such as 吴政发〔2023〕1号; empty for none."""
    match = _DOCUMENT.search(normalise(text))
    return _LEAD_IN.sub("", match.group(1)) + match.group(2) if match else ""


def find_approver(text: str) -> str:
    """The body, or the head of government, that a text says decided; empty for none."""
    plain = _DATE.sub("，", normalise(text))
    # Minutes are named after the body whose they are: 市政府常务会议纪要〔2023〕1号.
    match = _BODY.search(_DOCUMENT.sub("，", plain)) or _BODY.search(plain)
    return _LEAD_IN.sub("", match.group(1)) if match else ""


def find_day(text: str) -> date | None:
    """The first whole date, with year, month and day, that a text names."""
    for match in _DATE.finditer(re.sub(r"\s+", "", normalise(text))):
        try:
            return read_day(match.group())
        except WordingError:
            continue
    return None


def _read_day(entry: Entry, faults: Faults) -> date | None:
    try:
        return read_day(without_parentheses(entry.text))
    except WordingError as error:
        faults.add_wording(entry.place, error)
        return None
