"""How a refusal of the engine is told to a browser or a program."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.accounts.accounts import AccountUnknown
from engine.desk.people import NotAllowed
from engine.desk.transition import ProjectChanged, ProjectUnknown
from engine.errors import DubanError
from engine.inspections.inspecting import InspectionUnknown
from engine.notices.answering import AnswerRefused, NoticeUnknown
from engine.notices.by_link import LinkRefused, Overtaken
from engine.notices.readers import NotTheReader
from engine.rules.steps import StepRefused
from web.forms import Mistyped


class NotFound(DubanError):
    """没有这一页，或者无权查看。"""


class NotPermitted(DubanError):
    """这个账号无权办理。"""


STATUS: Mapping[type[DubanError], int] = {
    NotTheReader: 403,
    NotAllowed: 403,
    NotPermitted: 403,
    LinkRefused: 403,
    NotFound: 404,
    NoticeUnknown: 404,
    ProjectUnknown: 404,
    AccountUnknown: 404,
    InspectionUnknown: 404,
    Overtaken: 409,
    ProjectChanged: 409,
    StepRefused: 409,
    AnswerRefused: 409,
}
"""Of what a verb was refused for; all else is a fault of what was typed."""


def status_of(refused: DubanError) -> int:
    """The HTTP status that says what a verb was refused for."""
    if isinstance(refused, Mistyped):
        return refused.status
    return next((code for kind, code in STATUS.items() if isinstance(refused, kind)), 422)


def told(refused: DubanError) -> str:
    """A refusal in words, without the commands that it names for those at a terminal."""
    return _OPTION.sub("", _COMMAND.sub("", _BY_OPTION.sub("", str(refused))))


_BY_OPTION = re.compile(r"用 ?--[a-z-]+ ?(?=[写填])")
_COMMAND = re.compile(r"[，；]?(?:请|可)?用 ?duban [^，。；\n]*")
_OPTION = re.compile(
    r"（[^（）]*(?:--|duban )[^（）]*）|[，；][^，。；（）\n]* --[a-z][^，。；\n]*"
)
