"""A store to be moved, with the rows that are awkward to move, and a transfer for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256

from sqlalchemy import insert

from engine.rules.words import Cadence
from engine.store.database import Database
from engine.store.tables import (
    Base,
    DeliveryState,
    EvidenceContent,
    Setting,
    TemplateVersion,
)
from engine.transfer.transferring import Moved, transfer
from tests.engine.sweeping import City

JUNE, JULY = date(2023, 6, 5), date(2023, 7, 5)
MOMENT = datetime(2023, 6, 5, 1, 0, 0, 7, UTC)
ODD = "制表\t换行\n回车\r反斜杠\\N \\. 引号\"' 表情😀 空\u3000"
FILE = bytes(range(256)) * 4096


def worn(database: Database) -> City:
    """Four projects after a month's sweep; parents after their children, odd texts, a file."""
    city = City(database).found(projects=4, units=2).begin_work()
    city.sweep(Cadence.MONTHLY, JUNE)
    with database.begin() as session:
        table = Base.metadata.tables
        session.execute(
            insert(table["units"]),
            [{"id": 901, "name": "上级"}, {"id": 900, "name": "下级", "parent_id": 901}],
        )
        session.add(EvidenceContent(sha256=sha256(FILE).hexdigest(), size=len(FILE), content=FILE))
        session.add(
            TemplateVersion(
                name="odd", number=1, source=None, note=ODD, author="", at=MOMENT, fault=""
            )
        )
        session.add_all(Setting(name=name, value=ODD) for name in ("Ö", "a", "B", "é", "中", "_"))
        session.execute(insert(table["deliveries"]), [_letter(801, None), _letter(800, 801)])
    return city


def _letter(number: int, merged_into: int | None) -> dict[str, object]:
    state = DeliveryState.MERGED if merged_into else DeliveryState.SENT
    return {
        "id": number,
        "key": f"moving:{number}",
        "unit_id": 900,
        "channel": "mail",
        "address": "u@city.example",
        "state": state,
        "created_at": MOMENT,
        "next_attempt_at": MOMENT,
        "merged_into": merged_into,
        "message": b"\x00\xff\\x",
        "sent_at": None if merged_into else MOMENT,
    }


def move(source: str, target: str, *, restart: bool = False) -> Moved:
    """Move a store from one address to another."""
    ends = Database(source), Database(target)
    try:
        return transfer(*ends, lambda *_: None, restart=restart)
    finally:
        for end in ends:
            end.close()
