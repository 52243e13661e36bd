"""What every deed of a rehearsal has."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


def _month(text: str) -> str:
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) is None:
        raise ValueError(f"写的是“{text}”，应为月份，请写成 2023-04")
    return text


Month = Annotated[str, AfterValidator(_month)]


class Part(BaseModel):
    """A part of a scenario, exactly as it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Deed(Part):
    """Something done on a day, or on the next working day.

    Attributes:
        by: who does it, when it is not the usual person.
        refused: that it is against the rules, and has to be refused.
    """

    on: date
    by: str = ""
    refused: bool = False


class OfItem(Deed):
    """A deed on one item; ``item`` is its code, such as 2023-14, 2023-14-整改1 or 2023-批1."""

    item: str
