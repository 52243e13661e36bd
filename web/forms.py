"""What a page is sent by its form: bounded, from our own page, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from fastapi import Request

from engine.errors import DubanError
from web.stops import Stop

BODY, FIELDS = 128 * 1024, 2000
"""Bytes and fields of the longest form."""
FORM_TYPE = "application/x-www-form-urlencoded"
SAME_SITE = ("same-origin", "none")


class Form:
    """The fields of a form as they were typed."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """One field, without blanks around it; empty when it was not sent."""
        return next(iter(self._fields.get(name, ())), "").strip()

    def raw(self, name: str) -> str:
        """One field as it was typed, blanks and all, such as a password."""
        return next(iter(self._fields.get(name, ())), "")

    def texts(self, name: str) -> list[str]:
        """A field that may be sent many times."""
        return list(self._fields.get(name, ()))

    def numbers(self, name: str) -> list[int]:
        """A field that may be sent many times; what is no number is left out."""
        return [int(text) for text in self.texts(name) if _NUMBER.fullmatch(text)]

    def pairs(self) -> list[tuple[str, str]]:
        """All that was typed, by the fields in their order."""
        return [(name, text) for name, texts in self._fields.items() for text in texts]

    def rows(self, prefix: str) -> list[int]:
        """The numbers of the rows of a table whose fields begin so, in their order."""
        found = map(_ROW.match, self.beginning(prefix))
        return sorted({int(row[1]) for row in found if row})

    def beginning(self, prefix: str) -> dict[str, str]:
        """The fields whose names begin so, by the rest of their names."""
        names = (name for name in self._fields if name.startswith(prefix))
        return {name.removeprefix(prefix): self.text(name) for name in names}


_NUMBER = re.compile(r"[0-9]{1,9}")
_ROW = re.compile(r"([0-9]{1,9})\.")


class Mistyped(DubanError):
    """What was typed into a form is wrong.

    Attributes:
        faults: what is wrong, by the field.
        status: the HTTP status that says so.
    """

    def __init__(self, faults: dict[str, str], status: int = 422) -> None:
        super().__init__("；".join(faults.values()))
        self.faults = faults
        self.status = status


async def sent(request: Request) -> Form:
    """The form of a request.

    Raises:
        Stop: it comes from another site, is too long, or is no form.
    """
    check_is_ours(request)
    if request.headers.get("content-type", "").partition(";")[0].strip() != FORM_TYPE:
        raise Stop(415, "请从原来的页面提交", "收到的不是页面上的表单，没有办理。")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY:
            raise Stop(413, "内容太长", "提交的内容太长，没有办理。请删减文字后再提交。")
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        raise Stop(400, "请从原来的页面提交", "收到的内容无法读取，没有办理。") from None
    return Form(fields)


def check_is_ours(request: Request) -> None:
    """See that a form was sent from one of our pages.

    Raises:
        Stop: it was not.
    """
    if not _is_ours(request):
        raise Stop(403, "请从原来的页面提交", "这次提交不是从本系统的页面发出的，没有办理。")


def _is_ours(request: Request) -> bool:
    """By what the browser says of where the form was; the form's own seal is asked for besides."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in SAME_SITE
    origin = request.headers.get("origin", "null")
    # Our pages send no referrer, and so browsers say "null" for them.
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")
