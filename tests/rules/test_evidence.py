from __future__ import annotations

import io
import string
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.evidence import (
    ALLOWED,
    DOCX,
    JPEG,
    MAX_FILES,
    MAX_NAME,
    MAX_SIZE,
    MP4,
    OFD,
    PDF,
    PNG,
    XLSX,
    File,
    MediaType,
    clean_name,
    file_faults,
    media_type,
)


def package(*parts: str) -> bytes:
    """An office document, as far as its content type goes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part in parts:
            archive.writestr(part, "<xml/>")
    return stream.getvalue()


SAMPLES: list[tuple[bytes, MediaType | None]] = [
    (b"%PDF-1.4\n", PDF),
    (b"\xff\xd8\xff\xe0 picture", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\x00\x00\x00\x18ftypmp42", MP4),
    (package("[Content_Types].xml", "word/document.xml"), DOCX),
    (package("[Content_Types].xml", "xl/workbook.xml"), XLSX),
    (package("OFD.xml", "Doc_0/Document.xml"), OFD),
    (package("a.exe"), None),
    (b"PK\x03\x04 cut off", None),
    (b"\x00\x00\x00\x18ftypheic", None),
    (b"MZ\x90\x00", None),
    (b"<script>alert(1)</script>", None),
    (b"", None),
]


@pytest.mark.parametrize(("content", "kind"), SAMPLES)
def test_a_file_is_what_its_content_says(content: bytes, kind: MediaType | None) -> None:
    assert media_type(content) is kind


NAMES = [
    ("现场.JPG", JPEG, "现场.jpg"),
    ("photo.jpeg", JPEG, "photo.jpeg"),
    ("C:\\材料\\验收单.pdf", PDF, "验收单.pdf"),
    ("../../etc/passwd", PDF, "passwd.pdf"),
    ("invoice.exe", PDF, "invoice.exe.pdf"),
    ("a\u202egpj.pdf", PDF, "agpj.pdf"),
    ("表\x00\n1.xlsx", XLSX, "表1.xlsx"),
    ('a<b>:"c|?*.png', PNG, "a_b___c___.png"),
    ("..", PDF, "未命名.pdf"),
    ("", PDF, "未命名.pdf"),
    ("字" * 300, PDF, "字" * (MAX_NAME - 4) + ".pdf"),
]


@pytest.mark.parametrize(("name", "kind", "clean"), NAMES)
def test_a_name_is_made_safe_and_ends_as_its_content_does(
    name: str, kind: MediaType, clean: str
) -> None:
    assert clean_name(name, kind) == clean


@given(st.text(max_size=300), st.sampled_from(ALLOWED))
def test_no_name_leads_elsewhere_or_hides_anything(name: str, kind: MediaType) -> None:
    clean = clean_name(name, kind)
    assert 0 < len(clean) <= MAX_NAME
    assert clean.endswith(kind.endings)
    assert not set(clean) & set('/\\<>:"|?*' + string.whitespace.replace(" ", ""))
    assert clean_name(clean, kind) == clean


def test_all_that_is_wrong_with_files_is_said_at_once() -> None:
    files = [
        File("空.pdf", b""),
        File("大.pdf", b"%PDF-" + bytes(MAX_SIZE)),
        File("a.txt", b"hello"),
        File("好.pdf", b"%PDF-1.4"),
    ]
    assert file_faults(files) == [
        "“空.pdf”是空文件，请重新选择",
        "“大.pdf”超过20MB（20.0MB），请压缩或截取后再附",
        "“a.txt”的内容不是可接受的文件，只收PDF、OFD、JPG、PNG、DOCX、XLSX、MP4",
    ]


def test_no_more_files_than_can_be_looked_at() -> None:
    many = [File(f"{n}.pdf", b"%PDF-") for n in range(MAX_FILES + 1)]
    assert file_faults(many) == ["一次最多附20个证据文件，现有21个，请只留必要的"]
    assert file_faults(many[1:]) == []
