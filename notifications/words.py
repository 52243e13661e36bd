"""What the wording of a notice starts from, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.errors import DubanError
from engine.rules.facts import Moment, moment_from_data
from engine.rules.policy import Policy
from engine.rules.quotes import lines_of, quote_from_data
from engine.rules.words import NoticeKind, NoticeState, PostKind
from engine.rules.years import other_list
from engine.rules.zone import local_day
from engine.store.tables import Notice, Program
from engine.wording import Spoilt

REGULATIONS = "《政府督查工作条例》（国务院令第733号）"
DRAFT = "【拟稿·待签发】"
SUBJECT_LENGTH = 60


class WordsError(DubanError):
    """A notice that cannot be put into words."""


@dataclass(frozen=True, slots=True)
class Words:
    """A finished letter: one line of subject and two bodies that say the same.

    Attributes:
        spoilt: what of the office's own wording failed and was left out of it.
    """

    subject: str
    text: str
    html: str
    spoilt: tuple[Spoilt, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject whose title may be shortened, so that the date behind it stays readable."""

    before: str
    title: str
    after: str = ""

    @property
    def line(self) -> str:
        """One line of at most about 60 characters."""
        room = max(SUBJECT_LENGTH - len(self.before) - len(self.after), 8)
        title = self.title if len(self.title) <= room else f"{self.title[: room - 1]}…"
        return " ".join(f"{self.before}{title}{self.after}".split())


@dataclass(frozen=True, slots=True)
class Office:
    """The supervision office that signs the letters; ``base_url`` is empty without a console."""

    name: str
    base_url: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who reads the letter, in which post, and in whose place; empty for nobody's."""

    name: str
    unit: str
    post: PostKind
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a notice was issued: the rule, where it was published, the figures found.

    ``instead_of`` names lower steps that this notice answers for.
    """

    rule: str
    source: str
    texts: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """A notice with the list it belongs to and the policy it was decided under.

    ``unit`` is the unit the notice is about; empty for papers on the whole list. ``document`` is
    its 发文字号; empty before the signature.
    """

    notice: Notice
    program: Program
    policy: Policy
    unit: str
    document: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        return self.notice.facts

    @property
    def moment(self) -> Moment:
        return moment_from_data(self.facts["moment"])

    @property
    def other_list(self) -> str:
        """What its title says of the list it is of, where that is not the list of this year."""
        return other_list(self.program.year, self.moment.day)

    @property
    def day(self) -> date:
        """The day it is dated: of issue, and before the signature of drafting."""
        return local_day(self.notice.issued_at) if self.notice.issued_at else self.notice.as_of

    @property
    def is_draft(self) -> bool:
        """Whether it still waits for a signature."""
        return self.notice.state is NoticeState.DRAFT

    @property
    def signature(self) -> str:
        """Its number, who signed it and on what basis, or who decided that it does not go out;
        empty for what needs no signature."""
        who, said = self.notice.signed_by, _sentence(self.notice.signed_basis or "")
        if not who:
            return ""
        if self.notice.state is NoticeState.DISMISSED:
            return f"{who}决定不予发出，理由：{said}"
        number = f"{self.document}，" if self.document else ""
        return f"{number}{who}签发，依据：{said}"

    @property
    def basis(self) -> str:
        """What the item rests on, by itself or with the list, without the full stop."""
        own = self.facts.get("project", {}).get("basis", "")
        return _sentence(own or self.program.basis)

    @property
    def audience(self) -> tuple[PostKind, ...]:
        """The posts that the policy names for it."""
        rule = self.policy.rule(self.notice.rule)
        return rule.audience if rule else ()

    @property
    def remark(self) -> str:
        """The paragraph that the office added to the draft; empty for none."""
        return " ".join((self.notice.remark or "").split())

    @property
    def ask(self) -> str:
        """What the office asks for in the draft, or the policy, when they say so themselves."""
        rule = self.policy.rule(self.notice.rule)
        return " ".join((self.notice.ask or "").split()) or (rule.ask if rule else "")

    @property
    def retitled(self) -> str:
        """The title that the office gave the draft; empty when it left the engine's."""
        return self.notice.title if self.notice.retitled else ""

    def why(self) -> Why:
        """The explanation printed on the notice.

        Raises:
            WordsError: the notice names a rule that its policy does not have.
        """
        ahead = f"每周汇总一次，向前看{self.policy.weekly.look_ahead}个工作日"
        weekly = Why("一周一督", self.policy.weekly.source, (ahead,))
        routine = {
            NoticeKind.ASSIGNMENT: Why("立项交办", self.basis, self._texts),
            NoticeKind.SUPPORT_NOTICE: Why("配合办理", self.basis, self._texts),
            NoticeKind.RELIEF: Why("改派", self.policy.limits.return_within.source, self._texts),
            NoticeKind.WEEKLY_DIGEST: weekly,
            NoticeKind.WEEKLY_LIST: weekly,
            NoticeKind.CONCLUSION: Why("督查结论反馈", f"{REGULATIONS}第十六条"),
            NoticeKind.REVIEW_DECISION: Why("复核决定", f"{REGULATIONS}第十七条"),
            NoticeKind.ALARM: Why("送达告警", "本地设定：无人收到的通知必须有人知道"),
            NoticeKind.MONTHLY_BRIEF: Why("一月一促", "", ("每月汇总一次，进度截至上月底",)),
        }
        if self.notice.kind in routine:
            return routine[self.notice.kind]
        rule = self.policy.rule(self.notice.rule)
        if rule is None:
            raise WordsError(
                f"通知{self.notice.id}引用的规则“{self.notice.rule}”"
                f"不在政策版本{self.notice.policy_version}中，无法说明依据。"
            )
        decision = self.facts["decision"]
        steps = dict.fromkeys(self._step(step) for step in decision.get("superseded", ()))
        return Why(rule.name, rule.source, self._texts, tuple(steps))

    @property
    def quoted(self) -> tuple[str, ...]:
        """The earlier notice that it quotes, and what came of it; empty when it quotes none."""
        quoted = self.facts.get("decision", {}).get("quoted")
        return tuple(lines_of(quote_from_data(quoted))) if quoted else ()

    @property
    def _texts(self) -> tuple[str, ...]:
        return tuple(self.facts.get("decision", {}).get("texts", ()))

    def _step(self, step: str) -> str:
        """A superseded step such as ``reminder@T-7`` in words."""
        rule_id, _, occurrence = step.partition("@")
        rule = self.policy.rule(rule_id)
        name = rule.name if rule else rule_id
        if occurrence.startswith("T-"):
            return f"{name}（提前{occurrence.removeprefix('T-')}个工作日）"
        return name


def _sentence(text: str) -> str:
    """A clause to go into a longer sentence: on one line, without its full stop."""
    return " ".join(text.split()).rstrip("。；;.")
