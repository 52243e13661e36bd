"""What every deed of a rehearsal has."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict


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
