"""The rulebook of an installation: what its settings name, or what its office has chosen since.

What was chosen is asked for afresh each time, so that every process follows at once, and none puts
an old rulebook back in force that it still had in mind.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.rules.rulebook import Rulebook
from engine.store.database import Database
from engine.store.rulebooks import calendar_of, chosen, policy_of


class NotOurs(DubanError):
    """规则或日历由安装设置指定。"""


@dataclass(slots=True)
class RulesInForce:
    """By which policy and calendar an installation goes.

    Attributes:
        named: what the settings and files name.
        database: where it is looked up what the office has chosen.
        has_own_policy: the environment names the policy, and nothing is chosen beside it.
        has_own_calendar: the same of the calendar.
    """

    named: Rulebook
    database: Database
    has_own_policy: bool = False
    has_own_calendar: bool = False
    _last: Rulebook = field(init=False)

    def __post_init__(self) -> None:
        self._last = self.named

    @property
    def is_fixed(self) -> bool:
        """Whether nothing can be chosen."""
        return self.has_own_policy and self.has_own_calendar

    def check_can_choose_policy(self) -> None:
        """See that a policy may be chosen.

        Raises:
            NotOurs: the environment names one.
        """
        if self.has_own_policy:
            raise NotOurs("安装设置中指定了规则（DUBAN_POLICY），须先由管理员去掉，再在这里更换")

    def check_can_choose_calendar(self) -> None:
        """See that a calendar may be chosen.

        Raises:
            NotOurs: the environment names one.
        """
        if self.has_own_calendar:
            raise NotOurs("安装设置中指定了日历（DUBAN_CALENDAR），须先由管理员去掉，再在这里更换")

    def now(self) -> Rulebook:
        """The rulebook in force."""
        if self.is_fixed:
            return self.named
        with self.database.read() as session:
            return self.known_to(session)

    def known_to(self, session: Session) -> Rulebook:
        """The rulebook in force, as a transaction sees it."""
        if self.is_fixed:
            return self.named
        wanted, last = chosen(session), self._last
        policy, calendar = self.named.policy, self.named.calendar
        if wanted.policy and not self.has_own_policy:
            policy = last.policy
            if policy.version != wanted.policy:
                policy = policy_of(session, wanted.policy)
        if wanted.calendar and not self.has_own_calendar:
            calendar = last.calendar
            if calendar.version != wanted.calendar:
                calendar = calendar_of(session, wanted.calendar)
        if policy is not last.policy or calendar is not last.calendar:
            self._last = replace(last, policy=policy, calendar=calendar)
        return self._last
