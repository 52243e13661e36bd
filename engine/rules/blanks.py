"""What was left blank in a paper that is to be complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def blank(values: Mapping[str, object]) -> Iterator[str]:
    """One clause that names everything left out; nothing when all is given.

    Args:
        values: by its Chinese name, what was given: a text, a date, or None.
    """
    left_out = [name for name, value in values.items() if not (value and str(value).strip())]
    if left_out:
        yield f"请写明{'、'.join(left_out)}"
