"""What is wrong with what was typed on the page of a link, told beside its fields."""

from __future__ import annotations

from engine.errors import DubanError
from engine.notices.received import ReceivedLetter
from engine.reports.doubting import DoubtsFound
from engine.rules.words import NoticeKind
from web.forms import Mistyped

ANSWER_LENGTH = 2000
"""Characters of an answer."""


def check(faults: dict[str, str], letter: ReceivedLetter, name: str) -> None:
    """All that is wrong with what was typed, the signer's name included.

    Raises:
        Mistyped: something is.
    """
    try:
        letter.reader.signer(name)
    except DubanError as error:
        faults = {**faults, "name": str(error)}
    if faults:
        raise Mistyped(faults, status=403 if name and "name" in faults else 422)


def faults_of_answer(letter: ReceivedLetter, number: int, text: str) -> dict[str, str]:
    """What is wrong with an answer to a notice of a letter, by the field."""
    notice = letter.notice(number)
    if len(text) > ANSWER_LENGTH:
        return {"text": f"最多{ANSWER_LENGTH}字，现在有{len(text)}字"}
    if text or (notice and notice.kind is NoticeKind.CONCLUSION):
        return {}
    return {"text": "请写明原因、措施和完成时间"}


def beside_fields(refused: DubanError | None) -> dict[str, str]:
    """What is said beside which field; of the whole form under an empty name."""
    if refused is None or isinstance(refused, DoubtsFound):
        return {}
    return refused.faults if isinstance(refused, Mistyped) else {"": str(refused)}
