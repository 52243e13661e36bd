"""What a form of the console is sent: bounded, from our own page, files included."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from web.console.given import UPLOAD
from web.forms import FIELDS, Form, check_is_ours, sent
from web.stops import Stop

MULTIPART, FILES, PART = "multipart/form-data", 20, 256 * 1024
WHOLE = UPLOAD + 1024 * 1024
"""Bytes of the longest form with its files."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was typed, and the files that came with it, by field."""

    form: Form
    files: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)


async def typed_form(request: Request) -> Typed:
    """The form of a request.

    Raises:
        Stop: it comes from another site, is too long, or is no form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != MULTIPART:
        return Typed(await sent(request))
    check_is_ours(request)
    parser = MultiPartParser(
        request.headers, _bounded(request), max_files=FILES, max_fields=FIELDS, max_part_size=PART
    )
    try:
        data = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        raise Stop(400, "请从原来的页面提交", "收到的内容无法读取，没有办理。") from None
    fields: dict[str, list[str]] = {}
    files: dict[str, list[tuple[str, bytes]]] = {}
    for name, value in data.multi_items():
        if not isinstance(value, UploadFile):
            fields.setdefault(name, []).append(value)
        elif value.filename:
            files.setdefault(name, []).append((value.filename, await value.read()))
    await data.close()
    return Typed(Form(fields), files)


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > WHOLE:
            raise Stop(
                413,
                "文件太大",
                f"文件不能超过{UPLOAD // 1024 // 1024}兆字节，没有办理。",
                "请回到上一页，换一个小一些的文件：照片可以压缩，表格请删去图片和无关的工作表。",
            )
        yield part
