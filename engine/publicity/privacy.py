"""公开前审查: no person's name and no address may become public by an oversight.

(政府信息公开条例 arts. 15, 17: nothing private; reviewed before it is released.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.statements import rows, table_of
from engine.store.tables import Person


def private_words(session: Session, contents: Mapping[str, Any]) -> list[str]:
    """The names and addresses of persons of the store that occur in what is to be published.

    Args:
        contents: JSON values by what they are called.

    Returns:
        A clause for each place, such as 2023-01 写有“马晓明”; empty when nothing was found.
    """
    texts = [(name, text) for name, content in contents.items() for text in _texts(content)]
    everything = "\n".join(text for _, text in texts)
    found = [word for word in _private(session) if word in everything]
    return list(
        dict.fromkeys(
            f"{name}写有“{word}”" for name, text in texts for word in found if word in text
        )
    )


def _private(session: Session) -> Sequence[str]:
    found = rows(session, _PERSONS)
    return sorted({word for row in found for word in row if word})


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, Sequence):
        for value in content:
            yield from _texts(value)


_PERSON = table_of(Person).c
_PERSONS = select(_PERSON.name, _PERSON.email)
