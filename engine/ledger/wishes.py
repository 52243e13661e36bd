"""A workbook of proposals (建议汇总表): one row each, all of it read or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from engine.ledger.dates import read_day
from engine.ledger.draft import Entry
from engine.ledger.errors import Faults, LedgerErrors, Place, file_error
from engine.ledger.grid import read_grids
from engine.ledger.headings import Header, find_header, roles
from engine.ledger.package import open_workbook
from engine.ledger.table import Table
from engine.ledger.wording import WordingError, compact, one_line
from engine.rules.proposals import ProposalChannel, Wish, wish_faults

Value = TypeVar("Value")

SUBJECT = "建议汇总表"
_ROLES = roles(
    title="标题 建议标题 建议名称 建议事项 建议",
    content="建议内容 内容 主要内容 具体内容",
    channel="渠道 来源渠道 征集渠道 来源",
    received_on="收到日期 收件日期 登记日期 提出日期 日期",
    field="领域 方面 类别",
    proposer="提出人 建议人 来信人 反映人 提出单位",
)
_NEEDED = ("channel", "received_on")
_CHANNEL_WORDS = {
    ProposalChannel.HOTLINE: "12345热线 热线 12345 市民热线 政务服务热线",
    ProposalChannel.NETWORK: "网络征集 网络 网上征集 网站 公众号",
    ProposalChannel.FORUM: "座谈会 座谈",
    ProposalChannel.VISIT: "走访 入户走访 走访调研 下访",
    ProposalChannel.LETTER: "征求意见函 函 征求意见 来信 来函",
}
_CHANNELS = {
    compact(word): channel for channel, words in _CHANNEL_WORDS.items() for word in words.split()
}
_TITLE_FROM_CONTENT = 60

Known = Callable[[Wish], str]
"""Tells of a proposal that it was collected before, and as what; empty when it was not."""


@dataclass(frozen=True, slots=True)
class _Row:
    """The texts of one proposal."""

    title: Entry
    content: Entry
    channel: Entry
    received_on: Entry
    field: Entry
    proposer: Entry


def read_wishes(path: Path, today: date, known: Known) -> tuple[Wish, ...]:
    """The proposals in an .xlsx file.

    Raises LedgerErrors with every fault of every row, in Chinese, by place and cure.
    """
    try:
        return _read(path, today, known)
    except LedgerErrors as errors:
        raise LedgerErrors(errors.errors, SUBJECT) from errors


def _read(path: Path, today: date, known: Known) -> tuple[Wish, ...]:
    faults = Faults()
    header = _header(path)
    _require(header, faults)
    rows = _rows(Table(header, faults))
    if not rows:
        faults.add(Place(header.grid.sheet), "没有任何建议", "请在表头行下面逐行填写")
    wishes = [_wish(row, today, known, faults) for row in rows]
    _check_repeats(rows, wishes, faults)
    faults.raise_if_any()
    return tuple(wish for wish in wishes if wish is not None)


def _header(path: Path) -> Header:
    if not path.is_file():
        raise file_error(f"找不到文件“{path}”", "请核对文件名和所在目录")
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise file_error(f"不支持“{path.suffix or path.name}”格式的文件", "请另存为 .xlsx")
    for grid in read_grids(*open_workbook(path)):
        for name in ("title", "content"):
            header = find_header(grid, _ROLES, name)
            if header is not None:
                return header
    raise file_error(
        "前10行中找不到表头行",
        "表头应有标题（或建议内容）、渠道、收到日期，可加领域、提出人",
    )


def _require(header: Header, faults: Faults) -> None:
    place = Place(header.grid.sheet, header.row, order=(header.grid.index, header.row, 0))
    for role in _NEEDED:
        if role not in header.columns:
            name = _ROLES[role][0]
            faults.add(place, f"缺少“{name}”列", f"请在表头行加上“{name}”一列")


def _rows(table: Table) -> list[_Row]:
    return [_Row(**{role: table.entry(row, role) for role in _ROLES}) for row in table.body()]


def _wish(row: _Row, today: date, known: Known, faults: Faults) -> Wish | None:
    channel = _attempt(row.channel, _read_channel, faults)
    received_on = _attempt(row.received_on, read_day, faults)
    if channel is None or received_on is None:
        return None
    wish = Wish(
        title=_title(row),
        channel=channel,
        received_on=received_on,
        content=row.content.text,
        field=one_line(row.field.text),
        proposer=one_line(row.proposer.text),
    )
    for name, message, cure in wish_faults(wish, today):
        faults.add(getattr(row, name).place, message, cure)
    before = known(wish)
    if before:
        cure = "请删去这一行；确是另一人提出的，请填写提出人"
        faults.add(_told_at(row), f"这条建议{before}", cure)
    return wish


def _title(row: _Row) -> str:
    """As written, or else how the content begins."""
    if row.title.text:
        return one_line(row.title.text)
    content = one_line(row.content.text)
    is_short = len(content) <= _TITLE_FROM_CONTENT
    return content if is_short else content[:_TITLE_FROM_CONTENT] + "…"


def _told_at(row: _Row) -> Place:
    return row.title.place if row.title.text else row.content.place


def _read_channel(text: str) -> ProposalChannel:
    channel = _CHANNELS.get(compact(text))
    if channel is None:
        words = "、".join(words.split()[0] for words in _CHANNEL_WORDS.values())
        said = f"渠道“{text}”不认识" if text else "没有填写渠道"
        raise WordingError(said, f"请填写{words}中的一个")
    return channel


def _check_repeats(rows: Sequence[_Row], wishes: Iterable[Wish | None], faults: Faults) -> None:
    seen: dict[tuple[str, ...], Place] = {}
    for row, wish in zip(rows, wishes, strict=True):
        if wish is None:
            continue
        key = (wish.channel.value, wish.received_on.isoformat(), wish.title, wish.proposer)
        if key in seen:
            faults.add(
                _told_at(row),
                f"与第{seen[key].row}行重复",
                "请删去一行；确是另一人提出的，请填写提出人",
            )
        seen.setdefault(key, _told_at(row))


def _attempt(entry: Entry, read: Callable[[str], Value], faults: Faults) -> Value | None:
    try:
        return read(entry.text)
    except WordingError as error:
        faults.add_wording(entry.place, error)
        return None
