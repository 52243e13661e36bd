"""What is wrong with a ledger file, all of it at once and where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.errors import DubanError
from engine.ledger.wording import WordingError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: sheet and cell of a workbook, or line and path of a YAML file.

    `row` is None for the file or sheet as a whole. `column` is shown as it is, such as
    "G列（完成时限）" or "projects[3].due". `order` sorts places as a reader meets them.
    """

    sheet: str = ""
    row: int | None = None
    column: str = ""
    order: tuple[int, int, int] = field(default=(0, 0, 0), compare=False)

    def __str__(self) -> str:
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        row = f"第{self.row}行" if self.row is not None else ""
        return f"{sheet}{row}{self.column}"


@dataclass(frozen=True, slots=True)
class LedgerError:
    """One fault: where, what is wrong, and what to do about it (Chinese)."""

    place: Place
    message: str
    cure: str

    def __str__(self) -> str:
        where = str(self.place)
        return f"{where}{'：' if where else ''}{self.message}。改法：{self.cure}。"


class LedgerErrors(DubanError):
    """The faults of one file, in the order in which a reader meets them.

    `subject` is what kind of file it is, as users call it. `str()` is a numbered Chinese list.
    """

    def __init__(self, errors: Iterable[LedgerError], subject: str = "台账") -> None:
        self.subject = subject
        found = sorted(dict.fromkeys(errors), key=lambda error: error.place.order)
        self.errors = tuple(found)
        lines = [f"{number}. {error}" for number, error in enumerate(self.errors, start=1)]
        super().__init__("\n".join([f"{subject}有{len(lines)}处问题：", *lines]))


class Faults:
    """Collects faults while a file is read, so that its author sees all of them together."""

    def __init__(self) -> None:
        self._errors: list[LedgerError] = []
        self._spoilt: set[Place] = set()

    def add(self, place: Place, message: str, cure: str) -> None:
        """Note one fault, unless the text there could not be had in the first place."""
        if place not in self._spoilt:
            self._errors.append(LedgerError(place, message, cure))

    def spoil(self, place: Place, message: str, cure: str) -> None:
        """Note that there is no text to be had at `place`; later faults there would mislead."""
        self.add(place, message, cure)
        self.ignore(place)

    def ignore(self, place: Place) -> None:
        """Take no more faults at `place`: what is missing there is told elsewhere."""
        self._spoilt.add(place)

    def add_wording(self, place: Place, error: WordingError) -> None:
        """Note a text that could not be read."""
        self.add(place, error.message, error.cure)

    def raise_if_any(self) -> None:
        """Raise LedgerErrors with everything noted so far, if there is anything."""
        if self._errors:
            raise LedgerErrors(self._errors)


def file_error(message: str, cure: str) -> LedgerErrors:
    """The error of a file that cannot be read at all."""
    return LedgerErrors([LedgerError(Place(), message, cure)])
