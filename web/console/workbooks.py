"""Workbooks as files to be kept."""

from __future__ import annotations

from io import BytesIO

from openpyxl.workbook import Workbook

from engine.rules.evidence import XLSX
from web.console.declared import Download


def workbook_file(name: str, workbook: Workbook) -> Download:
    """A workbook as a file of this name, to which the ending is added."""
    content = BytesIO()
    workbook.save(content)
    return Download(f"{name}.xlsx", content.getvalue(), XLSX.name)
