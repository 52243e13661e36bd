"""Opening a workbook safely: what is no workbook, or one made to exhaust us, is refused."""

from __future__ import annotations

import re
import warnings
import zipfile
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from engine.errors import DubanError
from engine.ledger.errors import file_error

_MAX_BYTES = 10 * 1024 * 1024
_MAX_UNPACKED = 100 * 1024 * 1024
_MAX_PARTS = 1000
_MAX_MERGED_CELLS = 1_000_000
_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP_MAGIC = b"PK"
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:$]+)"')
_RESAVE = "请用 Excel 或 WPS 打开后另存为 .xlsx（不加密）再导入"


def open_workbook(path: Path) -> tuple[Workbook, Workbook]:
    """The workbook with the values its formulas had when saved, and with the formulas.

    Raises LedgerErrors for a file that is too large, no .xlsx, protected by a password, damaged,
    or that unpacks to an unreasonable size.
    """
    _check_head(path)
    try:
        _check_parts(path)
        with warnings.catch_warnings():
            # What the reader cannot keep (drop-down lists, pictures) is of no concern to a list.
            warnings.simplefilter("ignore")
            formulas = load_workbook(path)
            has_any = _has_formulas(formulas)
            return load_workbook(path, data_only=True) if has_any else formulas, formulas
    except DubanError:
        raise
    except Exception as error:
        # The reader fails in as many ways as a file can be damaged; all of them mean the same.
        raise file_error("文件已损坏，或不是 .xlsx 工作簿", _RESAVE) from error


def _has_formulas(workbook: Workbook) -> bool:
    """Most lists have none, and need not be read twice."""
    # rows would create a cell for every blank up to the last formatted one.
    cells = (cell for sheet in workbook.worksheets for cell in sheet._cells.values())
    return any(cell.data_type == "f" for cell in cells)


def _check_head(path: Path) -> None:
    if path.stat().st_size > _MAX_BYTES:
        raise file_error("文件超过 10 MB", "请删去图片和无关的工作表后再导入")
    with path.open("rb") as file:
        head = file.read(len(_OLE_MAGIC))
    if head == _OLE_MAGIC:
        raise file_error("文件设有打开密码，或者其实是旧的 .xls 格式", _RESAVE)
    if not head.startswith(_ZIP_MAGIC):
        raise file_error("文件不是 .xlsx 工作簿，只是改了扩展名", _RESAVE)


def _check_parts(path: Path) -> None:
    """Refuse before unpacking: sizes in the directory bound what is read later."""
    with zipfile.ZipFile(path) as package:
        parts = package.infolist()
        if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
            raise file_error("文件解压后过大", "请把台账复制到一个新的工作簿中再导入")
        merged = 0
        for part in parts:
            if part.filename.startswith("xl/worksheets/"):
                merged += sum(map(_area, _MERGE.findall(package.read(part))))
        if merged > _MAX_MERGED_CELLS:
            raise file_error("合并单元格的范围过大", "请取消整行、整列或整张表的合并后再导入")


def _area(reference: bytes) -> int:
    left, top, right, bottom = range_boundaries(reference.decode("ascii"))
    return ((right or 0) - (left or 0) + 1) * ((bottom or 0) - (top or 0) + 1)
