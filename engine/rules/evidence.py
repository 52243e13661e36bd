"""证据: which files may prove something. Optional always, and bounded: evidence must not become
a burden (国办函〔2026〕12号: no photos, videos or tracks required when not necessary).

A file is what its content says, whatever it is called.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
MAX_SIZE = 20 * MEGABYTE
"""Bytes of one file (本地设定)."""
MAX_FILES = 20
"""Files given with one inspection, one re-check or one request for completion (本地设定)."""
MAX_NAME = 100
"""Characters of a file's name."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as somebody gives it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MediaType:
    """A type of file that may be given, with the endings that its names have."""

    name: str
    label: str
    endings: tuple[str, ...]


PDF = MediaType("application/pdf", "PDF", (".pdf",))
OFD = MediaType("application/ofd", "OFD", (".ofd",))
JPEG = MediaType("image/jpeg", "JPG", (".jpg", ".jpeg"))
PNG = MediaType("image/png", "PNG", (".png",))
DOCX = MediaType(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX", (".docx",)
)
XLSX = MediaType(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX", (".xlsx",)
)
MP4 = MediaType("video/mp4", "MP4", (".mp4",))
ALLOWED = (PDF, OFD, JPEG, PNG, DOCX, XLSX, MP4)

_BEGINNINGS = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("OFD.xml", OFD))
_MP4_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ")


def media_type(content: bytes) -> MediaType | None:
    """What a file is by its content; None for everything that is not accepted."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[4:8] == b"ftyp" and content[8:12] in _MP4_BRANDS:
        return MP4
    return _packed(content) if content.startswith(b"PK\x03\x04") else None


def _packed(content: bytes) -> MediaType | None:
    """An office document is a package of parts; only their names are read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        return None
    return next((kind for part, kind in _PARTS if part in names), None)


def clean_name(name: str, kind: MediaType) -> str:
    """A name that is safe to show and to save: no folders, nothing invisible, the right ending."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in base if unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem = re.sub(r'[<>:"|?*]', "_", shown).strip(" .")
    ending = next((e for e in kind.endings if stem.lower().endswith(e)), "")
    stem = stem[: len(stem) - len(ending)].rstrip(" .") or "未命名"
    ending = ending or kind.endings[0]
    return stem[: MAX_NAME - len(ending)] + ending


def file_faults(files: Sequence[File]) -> list[str]:
    """All that is wrong with files given together, each with what to do."""
    faults = []
    if len(files) > MAX_FILES:
        faults.append(f"一次最多附{MAX_FILES}个证据文件，现有{len(files)}个，请只留必要的")
    accepted = "、".join(kind.label for kind in ALLOWED)
    for file in files:
        if not file.content:
            faults.append(f"“{file.name}”是空文件，请重新选择")
        elif len(file.content) > MAX_SIZE:
            faults.append(
                f"“{file.name}”超过{MAX_SIZE // MEGABYTE}MB"
                f"（{len(file.content) / MEGABYTE:.1f}MB），请压缩或截取后再附"
            )
        elif media_type(file.content) is None:
            faults.append(f"“{file.name}”的内容不是可接受的文件，只收{accepted}")
    return faults
