"""The format of the journal, and its verifier.

This file alone verifies an export on any machine that has Python: it needs nothing but the
standard library. ``python chain.py FILE``.

Each chain (a project, a program, the engine) is a list of events, and the hash of an event covers
all its fields and the hash of the event before it. A checkpoint names the heads of the chains that
have moved and covers the checkpoint before it. In an export a checkpoint stands before the events
it covers, so that one pass which remembers one position for each chain is enough.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64
"""What the first event of a chain, and the first checkpoint, name as the one before."""

HEADER = {"record": "journal", "format": 1}
"""The first line of an export."""

CHECKPOINTS = "检查点"
"""The name under which faults of checkpoints are told."""

SHAPES: dict[str, dict[str, type]] = {
    "event": {
        "id": int,
        "chain": str,
        "seq": int,
        "at": str,
        "kind": str,
        "actor": str,
        "data": dict,
        "previous": str,
        "hash": str,
    },
    "checkpoint": {"seq": int, "at": str, "heads": dict, "previous": str, "hash": str},
    "head": {"chain": str, "seq": int, "hash": str, "checkpointed_seq": int},
}

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)

Record = Mapping[str, Any]
"""One line of an export: the fields of its shape, and ``record``, the shape's name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the journal that is not as it was written."""

    chain: str
    seq: int
    message: str

    def __str__(self) -> str:
        return f"{self.chain} 第 {self.seq} 号：{self.message}"


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value.

    Raises:
        TypeError: the value holds something that JSON does not know, such as a date.
        ValueError: it holds a number that JSON does not know, such as infinity.
    """
    return _ENCODER.encode(value).encode()


def spelt(record: Record) -> bytes:
    """The line of a record: the one spelling, or, where a damaged one has none, another, which no
    verifier takes for sound."""
    try:
        return canonical(record)
    except ValueError:
        return json.dumps(record).encode()


def moment(at: datetime) -> str:
    """An instant as hashes cover it: UTC, always with microseconds.

    Raises:
        ValueError: the moment has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {at!r}")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def digest(record: Record) -> str:
    """The hash of an event or a checkpoint: over every field but the hash itself."""
    covered = {name: value for name, value in record.items() if name not in ("record", "hash")}
    return hashlib.sha256(canonical(covered)).hexdigest()


@dataclass(slots=True)
class Verifier:
    """One pass over the records of a journal. Give it all of them, then ``finish``."""

    events: int = 0
    checkpoints: int = 0
    checkpoint_hash: str = GENESIS
    _last_id: int = 0
    _checkpoint_seq: int = 0
    _tips: dict[str, tuple[int, str]] = field(default_factory=dict)
    _covered: dict[str, int] = field(default_factory=dict)
    _promised: dict[str, deque[tuple[int, str]]] = field(default_factory=dict)
    _heads: dict[str, Record] = field(default_factory=dict)

    @classmethod
    def after(cls, last_id: int, tips: Mapping[str, tuple[int, str]]) -> Verifier:
        """A pass over events only, that goes on behind an event and the tips of the chains then."""
        return cls(_last_id=last_id, _tips=dict(tips))

    @property
    def chains(self) -> int:
        """How many chains have had an event."""
        return len(self._tips)

    def tip_of(self, chain: str) -> tuple[int, str]:
        """The last event of a chain so far."""
        return self._tips.get(chain, (0, GENESIS))

    def take(self, record: Any) -> Iterator[Fault]:
        """The faults that this record shows."""
        if not is_well_formed(record):
            yield _malformed(record)
        elif record["record"] == "event":
            yield from self._take_event(record)
        elif record["record"] == "checkpoint":
            yield from self._take_checkpoint(record)
        else:
            yield from self._take_head(record)

    def finish(self) -> Iterator[Fault]:
        """The faults that only the end shows: what is missing from the tails of chains."""
        for chain in sorted(self._tips.keys() | self._heads.keys() | self._promised.keys()):
            for seq, _ in self._promised.get(chain, ()):
                yield Fault(chain, seq, "检查点记载了该事件，日志中却没有")
            yield from self._compare_head(chain)

    def _take_event(self, event: Record) -> Iterator[Fault]:
        chain, seq = event["chain"], event["seq"]
        self.events += 1
        if event["id"] <= self._last_id:
            yield Fault(chain, seq, f"次序颠倒：编号 {event['id']} 排在 {self._last_id} 之后")
        self._last_id = event["id"]
        if not _is_as_written(event):
            yield Fault(chain, seq, "内容与哈希不符，已被改动")
        message = _break(self._tips.get(chain, (0, GENESIS)), event)
        if message:
            yield Fault(chain, seq, message)
        self._tips[chain] = (seq, event["hash"])
        yield from self._keep_promises(event)

    def _keep_promises(self, event: Record) -> Iterator[Fault]:
        chain, seq = event["chain"], event["seq"]
        promised = self._promised.get(chain)
        while promised and promised[0][0] <= seq:
            promised_seq, promised_hash = promised.popleft()
            if promised_seq < seq:
                yield Fault(chain, promised_seq, "检查点记载了该事件，日志中却没有")
            elif promised_hash != event["hash"]:
                yield Fault(chain, seq, "与检查点记载的哈希不符")

    def _take_checkpoint(self, checkpoint: Record) -> Iterator[Fault]:
        seq = checkpoint["seq"]
        self.checkpoints += 1
        if not _is_as_written(checkpoint):
            yield Fault(CHECKPOINTS, seq, "内容与哈希不符，已被改动")
        message = _break((self._checkpoint_seq, self.checkpoint_hash), checkpoint)
        if message:
            yield Fault(CHECKPOINTS, seq, message)
        self._checkpoint_seq, self.checkpoint_hash = seq, checkpoint["hash"]
        for chain, head in checkpoint["heads"].items():
            seen = max(self._covered.get(chain, 0), self._tips.get(chain, (0, ""))[0])
            if head["seq"] <= seen:
                yield Fault(CHECKPOINTS, seq, f"{chain} 的链头（第 {head['seq']} 号）没有前进")
                continue
            self._covered[chain] = head["seq"]
            self._promised.setdefault(chain, deque()).append((head["seq"], head["hash"]))

    def _take_head(self, head: Record) -> Iterator[Fault]:
        if head["chain"] in self._heads:
            yield Fault(head["chain"], head["seq"], "链头记录重复")
        self._heads[head["chain"]] = head

    def _compare_head(self, chain: str) -> Iterator[Fault]:
        seq, tip = self._tips.get(chain, (0, GENESIS))
        head = self._heads.get(chain)
        if head is None:
            yield Fault(chain, seq, "缺少链头记录")
            return
        if head["seq"] > seq:
            yield Fault(chain, head["seq"], f"链尾缺少事件：日志只到第 {seq} 号")
        elif (head["seq"], head["hash"]) != (seq, tip):
            yield Fault(chain, head["seq"], "链头记录与最后一个事件不符")
        if head["checkpointed_seq"] != self._covered.get(chain, 0):
            yield Fault(chain, head["checkpointed_seq"], "链头记录与检查点不符")


def faults(records: Iterable[Any]) -> Iterator[Fault]:
    """All that is wrong with a journal, from its records in the order of an export."""
    verifier = Verifier()
    for record in records:
        yield from verifier.take(record)
    yield from verifier.finish()


def _is_as_written(record: Record) -> bool:
    """What JSON does not know, such as infinity, was never written by us."""
    try:
        return digest(record) == str(record["hash"])
    except ValueError:
        return False


def _break(tip: tuple[int, str], record: Record) -> str:
    """Why the record does not follow the tip, or an empty text."""
    last, last_hash = tip
    seq = record["seq"]
    if seq > last + 1:
        missing = f"{last + 1}" if seq == last + 2 else f"{last + 1} 至 {seq - 1}"
        return f"此前缺少第 {missing} 号"
    if seq <= last:
        return f"次序颠倒或重复：排在第 {last} 号之后"
    return "" if record["previous"] == last_hash else "与前一号的哈希不衔接"


def is_well_formed(record: Any) -> bool:
    """Whether a record has the fields of its shape and no others."""
    if not isinstance(record, Mapping) or record.get("record") not in SHAPES:
        return False
    shape = SHAPES[record["record"]]
    if record.keys() != shape.keys() | {"record"}:
        return False
    if not all(map(isinstance, [record[name] for name in shape], shape.values())):
        return False
    return all(
        isinstance(head, Mapping)
        and head.keys() == {"seq", "hash"}
        and isinstance(head["seq"], int)
        for head in record.get("heads", {}).values()
    )


def _malformed(record: Any) -> Fault:
    fields = record if isinstance(record, Mapping) else {}
    chain, seq = fields.get("chain"), fields.get("seq")
    return Fault(
        chain if isinstance(chain, str) else "记录",
        seq if isinstance(seq, int) else 0,
        "记录的字段不全或类型不对",
    )


def _lines(lines: Iterable[bytes], verifier: Verifier) -> Iterator[Fault]:
    """The faults of the lines after the header."""
    for number, line in enumerate(lines, start=2):
        text = line.rstrip(b"\r\n")
        try:
            record = json.loads(text)
            # A second spelling, such as a name given twice, could hide what a reader sees.
            if canonical(record) != text:
                yield Fault("文件", number, "本行不是规范写法，已被改动")
        except ValueError:
            yield Fault("文件", number, "本行无法读取")
            continue
        yield from verifier.take(record)
    yield from verifier.finish()


def main(arguments: Sequence[str]) -> int:
    """Verify the export named on the command line: 0 sound, 1 altered, 2 not an export."""
    if len(arguments) != 1:
        print("用法：python chain.py 导出文件", file=sys.stderr)
        return 2
    verifier = Verifier()
    found = 0
    try:
        with open(arguments[0], "rb") as export:
            if export.readline().rstrip(b"\r\n") != canonical(HEADER):
                print(f"{arguments[0]} 不是督办日志的导出文件", file=sys.stderr)
                return 2
            for fault in _lines(export, verifier):
                found += 1
                print(f"不符：{fault}")
    except OSError as error:
        print(f"无法读取 {arguments[0]}：{error.strerror}", file=sys.stderr)
        return 2
    print(
        f"事件 {verifier.events} 条，链 {verifier.chains} 条，检查点 {verifier.checkpoints} 个，"
        f"末检查点 {verifier.checkpoint_hash}"
    )
    print(f"核验未通过：{found} 处不符" if found else "核验通过：日志未被改动")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
