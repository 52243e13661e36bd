"""导入: a ledger is uploaded, what would change is shown, and what was shown is written."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import Field

from engine.ledger import Ledger, read_ledger
from engine.lists.importing import ImportRefused, Preview, preview, take_over
from engine.lists.programs import ProgramLine, program_lines
from engine.lists.references import references_in
from engine.proposals.proposal import office
from engine.sheets.blank import blank_ledger
from web.access import OFFICE, Role
from web.console.declared import Act, Done, Download, Menu, Offer, Page
from web.console.given import Given, Nothing, Upload
from web.console.uploads import UploadGone, keep, kept
from web.console.visit import Visit
from web.console.workbooks import workbook_file

HERE = "/import"
IMPORTERS = OFFICE | {Role.ADMINISTRATOR}
"""The first list brings the contact sheet; before it, there is nobody but the administrator."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The lists that are there."""

    programs: list[ProgramLine]


class LedgerFile(Given):
    """A ledger to be read."""

    file: Upload = Field(title="台账", description="Excel（.xlsx）或 YAML 文件，不超过10兆字节")


class Confirmed(Given):
    """What was shown of a ledger, and is to be written."""

    seen: str = Field(
        title="预览编号",
        max_length=64,
        description="上传后给出；清单此后有变动的，须重新核对",
        json_schema_extra={"kind": "hidden"},
    )


class Asked(Given):
    """For which year a blank ledger is wanted."""

    year: int | None = Field(None, title="年度", ge=1990, le=2100)


def show(visit: Visit, _: Nothing) -> Imported:
    """The lists that were imported."""
    return Imported(program_lines(visit.session))


def blank(visit: Visit, asked: Asked) -> Download:
    """An empty ledger."""
    year = asked.year or visit.day.year
    return workbook_file(f"{year}年台账（空白）", blank_ledger(year))


def upload(visit: Visit, given: LedgerFile) -> Done:
    """Read a ledger and keep it for the confirmation; nothing is written."""
    office(visit.desk, visit.by)
    path = keep(visit.service.settings.home, given.file.name, given.file.data, visit.at)
    shown = preview(visit.session, _read(visit, path))
    told = "文件没有错误，请核对后确认导入" if shown.changes != () else "与库中清单相比没有变化"
    return Done(
        told,
        f"{HERE}/{path.stem}",
        {"file": path.stem, "seen": _seen(shown), "changes": shown.changes, "title": shown.title},
    )


def confirm(visit: Visit, given: Confirmed, digest: str) -> Done:
    """Write a ledger as it was shown."""
    actor = office(visit.desk, visit.by)
    ledger = _read(visit, kept(visit.service.settings.home, digest))
    shown = preview(visit.session, ledger)
    if given.seen != _seen(shown):
        raise ImportRefused("库中清单刚刚被他人改动，未导入。请核对变化后再确认")
    take_over(visit.desk, ledger, shown.changes, actor)
    if shown.changes is None:
        new = "清单" if shown.batch == 1 else f"第{shown.batch}批"
        return Done(f"《{shown.title}》{new}已导入，{shown.projects}个事项已立项，可以交办", HERE)
    return Done(f"《{shown.title}》已按新文件调整，共{len(shown.changes)}处", HERE)


def _read(visit: Visit, path: Path) -> Ledger:
    try:
        return read_ledger(path, references_in(visit.session))
    except FileNotFoundError:
        raise UploadGone("上传的文件已经不在，请重新上传") from None


def _seen(shown: Preview) -> str:
    """By which a preview is known again."""
    told = json.dumps(asdict(shown), ensure_ascii=False, default=str)
    return sha256(told.encode()).hexdigest()


def _offer_preview(visit: Visit, digest: str) -> Offer:
    shown = preview(visit.session, _read(visit, kept(visit.service.settings.home, digest)))
    return Offer(values={"seen": _seen(shown)}, more=shown)


PAGES = (
    Page("import", HERE, "导入台账", IMPORTERS, show, "importing.html", menu=Menu.ITEMS),
    Page("import-blank", f"{HERE}/blank", "空白台账", IMPORTERS, blank, asks=Asked),
)
ACTS = (
    Act(
        "import-upload",
        f"{HERE}/upload",
        "上传台账",
        IMPORTERS,
        upload,
        LedgerFile,
        about="只读取和核对，不写入。有错误的一次列全；没有错误的，列出有什么变化，确认后才导入。",
        back=HERE,
        button="上传并核对",
        template="importing_upload.html",
    ),
    Act(
        "import-confirm",
        HERE + "/{digest}",
        "确认导入",
        IMPORTERS,
        confirm,
        Confirmed,
        about="只导入以上列出的内容。无依据不立项（条例733第十一条）；已交办的事项不能少，目标不能改。",
        offer=_offer_preview,
        back=HERE,
        button="确认导入",
        template="importing_confirm.html",
    ),
)
