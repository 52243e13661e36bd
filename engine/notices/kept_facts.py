"""What was kept with a notice, read back: the facts it was decided on and what it said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter

from engine.errors import DubanError
from engine.rules import papers
from engine.rules.alarms import Alarm, alarms_from_data
from engine.rules.facts import Moment, ProjectFacts, moment_from_data, project_from_data
from engine.rules.inspections import Conclusion, conclusion_from_data
from engine.rules.quotes import Quote, quote_from_data
from engine.rules.reviews import ReviewNotice, review_notice_from_data
from engine.rules.standings import Standing
from engine.store.tables import Notice

Part = TypeVar("Part")


class FactsDamaged(DubanError):
    """通知留存的事实读不出来。"""


@contextmanager
def reading_back(number: int) -> Iterator[None]:
    """Around what reads a notice as it is stored, and around nothing else: whatever else fails is
    no fault of the store, and must not be told as one.

    Raises:
        FactsDamaged: what is stored is not what was written.
    """
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise FactsDamaged(
            f"通知 {number} 留存的事实读不出来，可能被改动过，不能重新推算。"
            "请核对日志（duban journal verify），再从备份恢复"
        ) from error


@dataclass(frozen=True, slots=True)
class Terms:
    """Who was given an item, and who had it before: the names of units, empty for nobody."""

    lead: tuple[str, ...]
    support: tuple[str, ...]
    before: str
    state: str


class KeptFacts:
    """The parts of a notice's facts. Each is read when it is asked for, since every kind of notice
    has others; one that cannot be read raises FactsDamaged."""

    def __init__(self, notice: Notice) -> None:
        self._number = notice.id
        self._data = notice.facts

    @property
    def moment(self) -> Moment:
        """When it was decided."""
        return self._read(lambda facts: moment_from_data(facts["moment"]))

    @property
    def project(self) -> ProjectFacts:
        """The item it is about."""
        return self._read(lambda facts: project_from_data(facts["project"]))

    @property
    def projects(self) -> list[ProjectFacts]:
        """The items that a paper gathers."""
        return self._read(lambda facts: [project_from_data(one) for one in facts["projects"]])

    @property
    def standings(self) -> list[Standing]:
        """How the items of a list stood."""
        read = papers.standing_from_data
        return self._read(lambda facts: [read(one) for one in facts["standings"]])

    @property
    def paper(self) -> Any:
        """The paper as it was written, to be compared with one made again."""
        return self._read(lambda facts: facts["paper"])

    @property
    def weekly(self) -> papers.WeeklyPaper:
        """The weekly paper that it is."""
        return self._read(lambda facts: papers.weekly_from_data(facts["paper"]))

    @property
    def circular(self) -> papers.Circular:
        """The circular that it is."""
        return self._read(lambda facts: papers.circular_from_data(facts["paper"]))

    @property
    def push(self) -> papers.Push:
        """The monthly push that it is."""
        return self._read(lambda facts: papers.push_from_data(facts["paper"]))

    @property
    def digests(self) -> Sequence[int]:
        """The numbers of the digests that a weekly list was put together from."""
        return self._read(lambda facts: _NUMBERS.validate_python(facts["digests"]))

    @property
    def terms(self) -> Terms:
        """How an item was given out."""
        return self._read(
            lambda facts: _TERMS.validate_python(
                {**facts["assignment"], "state": facts["project"]["state"]}
            )
        )

    @property
    def conclusion(self) -> Conclusion:
        """The conclusion of an inspection."""
        return self._read(lambda facts: conclusion_from_data(facts["conclusion"]))

    @property
    def review(self) -> ReviewNotice:
        """The decision on a review."""
        return self._read(lambda facts: review_notice_from_data(facts["review"]))

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """What did not reach whom it was meant for."""
        return self._read(alarms_from_data)

    @property
    def texts(self) -> tuple[str, ...]:
        """The figures found and the figures required; papers have none of their own."""
        return self._read(
            lambda facts: _TEXTS.validate_python(facts.get("decision", {}).get("texts", ()))
        )

    @property
    def audience(self) -> tuple[str, ...]:
        """The posts it was meant for."""
        return self._read(lambda facts: _TEXTS.validate_python(facts["decision"]["audience"]))

    @property
    def tells_of_quote(self) -> bool:
        """Whether it was kept what is quoted, if anything; notices of old quoted nothing."""
        return self._read(lambda facts: "quoted" in facts.get("decision", {}))

    @property
    def quoted(self) -> Quote | None:
        """The earlier notice that is quoted."""
        return self._read(_quoted)

    def _read(self, read: Callable[[dict[str, Any]], Part]) -> Part:
        with reading_back(self._number):
            return read(self._data)


def _quoted(facts: dict[str, Any]) -> Quote | None:
    quoted = facts.get("decision", {}).get("quoted")
    return quote_from_data(quoted) if quoted else None


_NUMBERS = TypeAdapter(tuple[int, ...])
_TEXTS = TypeAdapter(tuple[str, ...])
_TERMS = TypeAdapter(Terms)
