"""The parts of a policy that are plain figures: spans, hours, budgets, what papers must keep to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.rules.drafts import PublicAttribute
from engine.rules.limits import Limit, LimitUnit, Roll
from engine.rules.numbering import read_number
from engine.rules.words import NoticeKind, ProjectKind, Urgency, Word


class Part(BaseModel):
    """Any part of a policy: exact fields only, never changed after it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Part):
    """A length of time as the policy file writes it."""

    days: int | None = Field(default=None, ge=0)
    months: int | None = Field(default=None, ge=1)
    unit: LimitUnit = LimitUnit.WORKING_DAY
    roll: Roll = Roll.NEXT
    source: str = ""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.days is None) == (self.months is None):
            raise ValueError("期限须写 days 或 months 其中一项")
        return self

    @property
    def limit(self) -> Limit:
        if self.months is not None:
            return Limit(self.months, LimitUnit.MONTH, self.roll)
        return Limit(self.days or 0, self.unit, self.roll)


class AtOnce(Part):
    """What leaves at any hour: these kinds of notice on items of these degrees of urgency."""

    notices: tuple[NoticeKind, ...] = ()
    urgency: tuple[Urgency, ...] = ()
    source: str = ""


class Frequency(Part):
    """How often a unit may be inspected (条例 733 art. 15: 严格控制频次，严禁重复督查).

    Attributes:
        per_unit_per_year: inspections of one unit in a calendar year.
        repeat_after: calendar days before the same item of a unit may be inspected again.
    """

    per_unit_per_year: int = Field(ge=1)
    repeat_after: int = Field(ge=0)
    source: str = ""


class Hours(Part):
    """When messages may leave: working days between these local times, ``at_once`` excepted."""

    start: time
    end: time
    at_once: AtOnce = AtOnce()
    source: str = ""

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.start >= self.end:
            raise ValueError("start（开始）须早于 end（结束）")
        return self


class Digest(Part):
    """The weekly paper of a unit.

    Attributes:
        look_ahead: how many working days it looks ahead.
        every: kinds of which every open item is told every week, even when nothing is due.
    """

    look_ahead: int = Field(ge=1)
    every: tuple[ProjectKind, ...] = (
        ProjectKind.PROBLEM,
        ProjectKind.OPINION,
        ProjectKind.RECTIFICATION,
    )
    source: str = ""
    every_source: str = ""


class Budget(Part):
    """How many letters a unit gets in a month before the rest waits for the weekly digest.

    Attributes:
        letters_per_unit_per_month: letters to the people of one unit in a calendar month.
        exempt: kinds of notice that are sent all the same, and count as well.
    """

    letters_per_unit_per_month: int = Field(ge=1)
    exempt: tuple[NoticeKind, ...] = (NoticeKind.RED_WARNING, NoticeKind.ASSIGNMENT)
    source: str = ""


class LinkAct(Word):
    """What may be done by the link of a mail, without signing in."""

    SIGN_FOR = "sign_for", "签收"
    ANSWER = "answer", "回复"
    REPORT = "report", "填报"


class Links(Part):
    """The signed links of mails: what they open, and for how many calendar days."""

    allow: tuple[LinkAct, ...] = tuple(LinkAct)
    days: int = Field(default=14, ge=1, le=90)
    source: str = ""


class Silencing(Part):
    """暂缓提醒: for how long at most, and what is never silenced.

    Attributes:
        at_most: the longest silence.
        never: kinds of notice that are issued all the same.
    """

    at_most: Span = Span(days=10)
    never: tuple[NoticeKind, ...] = (
        NoticeKind.RED_WARNING,
        NoticeKind.SUMMONS_PROPOSAL,
        NoticeKind.CIRCULAR,
    )
    source: str = ""


class Standing(Part):
    """A standing authorisation: notices of these kinds are issued under the number of a document
    that approved them beforehand, which every such notice shows.

    Attributes:
        document: the number of that document, such as 吴政发〔2023〕5号.
        signer: who signed it.
        until: the last day on which it holds; afterwards notices wait for a signature again.
        public: the public attribute of what is issued under it, and why if not public.
    """

    document: str = Field(max_length=100)
    signer: str = Field(min_length=1, max_length=100)
    notices: tuple[NoticeKind, ...] = Field(min_length=1)
    until: date
    public: PublicAttribute
    public_reason: str = ""

    @model_validator(mode="after")
    def _is_lawful(self) -> Self:
        if faults := list(self._faults()):
            raise ValueError("；".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        if read_number(self.document, "", 0) is None or "〔" not in self.document:
            yield "document 须写常设授权文件的文号，如 吴政发〔2023〕5号"
        needless = [kind.label for kind in self.notices if not kind.is_criticism]
        if needless:
            yield f"notices 中的{'、'.join(needless)}不须签发，不必授权"
        if self.public is not PublicAttribute.PUBLIC and not self.public_reason.strip():
            yield "不主动公开的须写明理由（public_reason）"

    @property
    def basis(self) -> str:
        """What a notice issued under it rests on."""
        return f"常设授权文件{self.document}"


class Papers(Part):
    """What documents must keep to.

    Attributes:
        issuer: the organ as the red head prints it, such as 吴忠市人民政府督查室.
        code: 机关代字, such as 吴政督.
        general_length: characters a paper may have at most (基层减负: 5000).
        special_length: characters of a paper that sets special tasks (基层减负: 4000).
        standing: a standing authorisation, if there is one.
    """

    issuer: str = ""
    code: str = "政督"
    general_length: int = Field(default=5000, ge=100, le=5000)
    special_length: int = Field(default=4000, ge=100, le=4000)
    standing: Standing | None = None
    source: str = ""

    @model_validator(mode="after")
    def _names_a_series(self) -> Self:
        if not re.fullmatch(r"[\u4e00-\u9fff]{1,12}", self.code):
            raise ValueError("code 须为机关代字，只写汉字，最多12个，如 吴政督")
        return self

    def limit_of(self, kind: NoticeKind) -> int:
        """How many characters a paper may have: a circular is general, a proposal on one item
        is special."""
        is_general = kind is NoticeKind.CIRCULAR
        return self.general_length if is_general else self.special_length

    def authorising(self, kind: NoticeKind, day: date) -> Standing | None:
        """The standing authorisation that lets a notice out on a day without a signature."""
        standing = self.standing
        holds = standing is not None and kind in standing.notices and day <= standing.until
        return standing if holds else None


class Publicity(Part):
    """公示: how long the public may object, where to, and until when the office answers.

    Attributes:
        object_to: where objections are sent, as the board prints it: office, address, telephone.
    """

    object_within: Span = Span(days=7, unit=LimitUnit.CALENDAR_DAY)
    handle_within: Span = Span(days=15)
    object_to: str = ""
