"""The one way in: a ledger file, whatever its kind, becomes a Ledger."""

from __future__ import annotations

from pathlib import Path

from engine.ledger.assemble import assemble
from engine.ledger.errors import Faults, file_error
from engine.ledger.origins import Check, unchecked
from engine.ledger.values import Ledger
from engine.ledger.xlsx import read_xlsx
from engine.ledger.yaml_file import read_yaml

_READERS = {".xlsx": read_xlsx, ".xlsm": read_xlsx, ".yaml": read_yaml, ".yml": read_yaml}
_CURES = {
    ".xls": "这是旧的 Excel 格式，请用 Excel 或 WPS 另存为 .xlsx 再导入",
    ".et": "这是 WPS 自有格式，请用 WPS 另存为 .xlsx 再导入",
    ".csv": "CSV 存不下合并单元格和联系表，请用 Excel 或 WPS 另存为 .xlsx 再导入",
}


def read_ledger(path: Path, check: Check = unchecked) -> Ledger:
    """The ledger in an .xlsx or YAML file; `check` holds what it names against the store.

    Raises LedgerErrors with every fault of the file, in Chinese, by place and cure.
    """
    if not path.is_file():
        raise file_error(f"找不到文件“{path}”", "请核对文件名和所在目录")
    read = _READERS.get(path.suffix.lower())
    if read is None:
        cure = _CURES.get(path.suffix.lower(), "请导入 .xlsx 或 .yaml 格式的台账")
        raise file_error(f"不支持“{path.suffix or path.name}”格式的文件", cure)
    faults = Faults()
    return assemble(read(path, faults), faults, check)
