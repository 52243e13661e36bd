"""What drafts of the policy and of the calendar share: who sees them, who puts them in force."""

from __future__ import annotations

from pydantic import Field

from engine.errors import DubanError
from web.access import LEADERS, OFFICE, Role, Roles
from web.console.given import Given, Upload

SEE_DRAFT: Roles = OFFICE | LEADERS | {Role.ADMINISTRATOR}
CHIEFS: Roles = frozenset({Role.CHIEF})


class Seen(Given):
    """Which draft was decided on."""

    seen: str = Field(title="版本", max_length=16, json_schema_extra={"kind": "hidden"})


def text_of(file: Upload) -> str:
    """The text of a file.

    Raises:
        DubanError: it is none that can be read.
    """
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DubanError("文件不是 UTF-8 文本，请另存为 UTF-8 后上传") from None
