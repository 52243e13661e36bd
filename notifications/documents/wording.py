"""The sentences of a document: those of the mails, from the same templates."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from notifications.phrases import one_line
from notifications.render import AS_SHIPPED, Edits, Sandbox, environment


class Wording:
    """The templates as an office has them; where its own fail, the shipped ones serve.

    That one failed is told with the mail, which is written from the same template.
    """

    def __init__(self, edits: Edits = AS_SHIPPED) -> None:
        self._edits = edits

    def say(self, path: str, macro: str, *given: object) -> str:
        """What a macro of a template prints, on one line."""
        if not self._edits:
            return _say(AS_SHIPPED, path, macro, given)
        try:
            return _say(self._edits, path, macro, given)
        except Exception:
            return _say(AS_SHIPPED, path, macro, given)


def _say(edits: Edits, path: str, macro: str, given: tuple[object, ...]) -> str:
    words: Any = _templates(edits).get_template(path).module
    return one_line(str(getattr(words, macro)(*given)))


@lru_cache(maxsize=8)
def _templates(edits: Edits) -> Sandbox:
    return environment(edits)
