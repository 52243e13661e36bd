"""The form of a report: what it offers at first, what was typed, what is wrong with that."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from engine.reports.last_values import Offer
from engine.reports.stating import WHOLE, Statement
from engine.rules.figures import typed_figure
from engine.rules.honesty import plain
from web.forms import Form

FIGURE, REASON, STEP = "figure:", "reason:", "step"
LENGTH = 5000
"""Characters of what a report says."""


@dataclass(slots=True)
class ReportForm:
    """The fields as they stand on the page.

    Attributes:
        figures: by the name of the figure, as typed.
        reasons: why doubtful figures are right, by the code of the doubt.
        errors: what is wrong, by the field.
    """

    offer: Offer
    figures: dict[str, str]
    percent: str
    text: str = ""
    steps: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def offered(cls, offer: Offer) -> ReportForm:
        """With the last figures in it."""
        figures = {f.name: "" if f.last is None else plain(f.last) for f in offer.figures}
        return cls(offer, figures, "" if offer.percent is None else plain(offer.percent))

    @classmethod
    def typed(cls, offer: Offer, form: Form) -> ReportForm:
        """With what was typed."""
        return cls(
            offer,
            figures=form.beginning(FIGURE),
            percent=form.text("percent"),
            text=form.text("text"),
            steps=form.texts(STEP),
            reasons=form.beginning(REASON),
        )

    def statement(self) -> Statement:
        """What is stated; a field left empty says nothing. What is wrong at first sight is among
        the ``errors`` afterwards."""
        units = {f.name: f.unit for f in self.offer.figures}
        values = {
            name: value
            for name, text in self.figures.items()
            if (value := self._figure(f"{FIGURE}{name}", text, units.get(name, ""))) is not None
        }
        percent = self._figure("percent", self.percent, "%")
        if percent is not None and percent > WHOLE:
            self.errors["percent"] = "应在0到100之间"
        if len(self.text) > LENGTH:
            self.errors["text"] = f"最多{LENGTH}字，现在有{len(self.text)}字"
        return Statement(self.offer.period, values, percent, self.text, tuple(self.steps))

    def _figure(self, name: str, text: str, unit: str) -> Decimal | None:
        if not text:
            return None
        try:
            value = typed_figure(text, unit)
        except ValueError:
            self.errors[name] = f"应填数字，单位{unit}"
            return None
        if value < 0:
            self.errors[name] = "不能小于0"
        return value
