"""The ladder by answers: silence climbs, an answer stops it, one without progress lapses, and what
is silenced waits. Held for the shipped policies, in any order of what people do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policy_loader import load_policy, shipped_policies
from engine.rules.decide import Issue, decide
from engine.rules.facts import NoticeFacts, PartFacts, ProjectFacts
from engine.rules.policy import Policy, Rule
from engine.rules.quotes import lines_of
from engine.rules.words import Cadence, DeadlineKind, NoticeKind, NoticeState, Reason
from tests.rules.builders import (
    CALENDAR,
    a_deadline,
    a_notice,
    a_project,
    daily,
    working_days,
)
from tests.rules.replay import Replay, World

DEFAULT = load_policy("default")
POLICIES = {name: load_policy(name) for name in shipped_policies()}
DAYS = working_days(date(2023, 5, 4), date(2023, 7, 20))
LAST = DAYS[-1]
ANY_DAY = st.dates(DAYS[0], LAST)
DUE = date(2023, 6, 15)
KINDS = (
    DeadlineKind.SIGN_FOR,
    DeadlineKind.REPORT,
    DeadlineKind.PLAN,
    DeadlineKind.MILESTONE,
    DeadlineKind.COMPLETION,
)
ASKING = sorted({rule.id for rule in DEFAULT.rules if rule.reply_within})
WAITING = {Reason.ACKNOWLEDGED, Reason.SILENCED, Reason.NO_RECIPIENT}

PROJECTS = st.builds(
    lambda dues: a_project(*(a_deadline(d, k, id=i) for i, (k, d) in enumerate(dues.items(), 1))),
    st.fixed_dictionaries({kind: st.dates(date(2023, 5, 10), date(2023, 9, 30)) for kind in KINDS}),
)
WORLDS = st.builds(
    World,
    answers=st.dictionaries(st.sampled_from(ASKING), st.integers(0, 25), max_size=8),
    vacant_until=st.just(date.min) | ANY_DAY,
    reports=st.lists(ANY_DAY, max_size=4).map(tuple),
    silences=st.lists(
        st.tuples(ANY_DAY, st.integers(0, 14)).map(lambda s: (s[0], s[0] + timedelta(days=s[1]))),
        max_size=3,
    ).map(tuple),
)


def lived(facts: ProjectFacts, policy: str, world: World) -> Replay:
    """A quarter, day by day, with the monthly sweeps."""
    replay = Replay(facts, POLICIES[policy], world)
    for day in DAYS:
        replay.sweep_all(day, only_due=False, monthly_first=True)
    replay.sweep(Cadence.DAILY, LAST)
    return replay


ANY_LIFE = (PROJECTS, st.sampled_from(sorted(POLICIES)), WORLDS)


def unanswered(replay: Replay) -> Iterator[NoticeFacts]:
    for notice in replay.facts.notices:
        is_open = notice.answered_on is None or notice.answered_on > LAST
        late = notice.reply_by is not None and notice.reply_by < LAST
        if notice.state is NoticeState.ISSUED and late and is_open:
            yield notice


def steps_above(policy: Policy, facts: ProjectFacts, notice: NoticeFacts) -> list[Rule]:
    kind = next((d.kind for d in facts.deadlines if d.code == notice.deadline), None)
    rules = [r for c in Cadence for r in policy.rules_for(c, kind, facts.kind)]
    return [rule for rule in rules if rule.notice.severity > notice.kind.severity]


@settings(max_examples=25, deadline=None)
@given(*ANY_LIFE)
def test_what_nobody_answered_has_climbed_is_at_the_top_or_waits_for_a_reason(
    facts: ProjectFacts, policy: str, world: World
):
    replay = lived(facts, policy, world)
    assert replay.last is not None
    waits = {hold.subject for hold in replay.last.holds if hold.reason in WAITING}
    for notice in unanswered(replay):
        of_whole = notice.deadline == "project"  # its top is climbed once for a run of bad months
        if notice.deadline in waits or (of_whole and facts.due and facts.due < LAST):
            continue
        above = {rule.id for rule in steps_above(POLICIES[policy], facts, notice)}
        later = {
            n.rule
            for n in replay.facts.notices
            if n.deadline == notice.deadline and (of_whole or n.issued_on >= notice.issued_on)
        }
        assert not above or above & later, notice


@settings(max_examples=25, deadline=None)
@given(*ANY_LIFE)
def test_under_a_silence_nothing_goes_out_but_what_is_never_silenced(
    facts: ProjectFacts, policy: str, world: World
):
    for day, issue in lived(facts, policy, world).issued:
        if world.silenced_until(day):
            assert issue.kind in POLICIES[policy].silences.never


@settings(max_examples=25, deadline=None)
@given(*ANY_LIFE)
def test_no_step_is_taken_twice_and_no_ladder_of_a_date_climbs_down(
    facts: ProjectFacts, policy: str, world: World
):
    issued = [issue for _, issue in lived(facts, policy, world).issued]
    keys = [issue.key(facts.id) for issue in issued]
    assert len(keys) == len(set(keys))
    for deadline in facts.deadlines:
        heights = [i.kind.severity for i in issued if i.subject == deadline.code]
        assert heights == sorted(heights)


@settings(max_examples=25, deadline=None)
@given(*ANY_LIFE)
def test_a_notice_that_rests_on_silence_quotes_what_was_not_answered(
    facts: ProjectFacts, policy: str, world: World
):
    for day, issue in lived(facts, policy, world).issued:
        if issue.reason is Reason.UNANSWERED:
            assert issue.quotes and issue.quotes.reply_by and issue.quotes.reply_by < day
            assert issue.quotes.standing is Reason.UNANSWERED


# ---------- an answer, and what follows it ----------

CHASED = CALENDAR.add_working_days(DUE, 1)
ANSWERED = CALENDAR.add_working_days(DUE, 2)
LAPSED = CALENDAR.add_working_days(DUE, 8)


def about(kind: DeadlineKind, day: date, **given) -> list[Issue]:
    """What is issued on a day about a date that was chased, and the chase answered."""
    facts = a_project(a_deadline(DUE, kind))
    (chase,) = decide(facts, DEFAULT, CALENDAR, daily(CHASED)).issues
    facts = replace(facts, notices=(a_notice(chase, CHASED, answered_on=ANSWERED),), **given)
    return list(decide(facts, DEFAULT, CALENDAR, daily(day)).issues)


def test_an_answer_that_nothing_followed_climbs_and_says_so():
    (issue,) = about(DeadlineKind.MILESTONE, LAPSED)
    assert (issue.rule, issue.reason) == ("yellow-unanswered-milestone", Reason.LAPSED)
    assert issue.texts == ("2023年6月16日发出的催办，2023年6月19日已答复，答复后未见进展",)
    assert issue.quotes and issue.quotes.standing is Reason.LAPSED
    assert list(lines_of(issue.quotes))[-1].endswith("前答复，2023年6月19日已答复，此后未见进展")


def test_an_answer_holds_to_its_last_day():
    assert about(DeadlineKind.MILESTONE, CALENDAR.add_working_days(DUE, 7)) == []


def test_after_progress_the_ladder_is_judged_by_its_dates_alone():
    reported = ANSWERED + timedelta(days=1)
    (issue,) = about(DeadlineKind.MILESTONE, LAPSED, reported_on=reported)
    assert (issue.rule, issue.reason) == ("yellow-milestone-overdue", Reason.OVERDUE)
    assert issue.quotes and issue.quotes.standing is Reason.ACKNOWLEDGED


def test_a_report_that_came_with_the_answer_is_no_progress_after_it():
    (issue,) = about(DeadlineKind.MILESTONE, LAPSED, reported_on=ANSWERED)
    assert issue.reason is Reason.LAPSED


def test_a_measure_that_moves_is_progress_of_the_whole():
    part = PartFacts("2023-07-1", False, DUE, None, None, ANSWERED + timedelta(days=1), (), ())
    (issue,) = about(DeadlineKind.MILESTONE, LAPSED, parts=(part,))
    assert issue.reason is Reason.OVERDUE


@pytest.mark.parametrize("kind", [DeadlineKind.REPORT, DeadlineKind.PLAN, DeadlineKind.SIGN_FOR])
def test_what_is_owed_by_a_form_is_not_met_by_a_report_of_something_else(kind: DeadlineKind):
    facts = a_project(a_deadline(DUE, kind), reported_on=LAPSED)
    replay = Replay(
        facts,
        DEFAULT,
        World(
            {"yellow-unanswered-report": 0, "yellow-plan-overdue": 0, "yellow-no-response": 0},
            reports=(LAPSED,),
        ),
    )
    replay.every_day(working_days(DUE, date(2023, 7, 14)))
    assert replay.issued[-1][1].rule == "red-unanswered-formality"
    assert replay.issued[-1][1].reason is Reason.LAPSED


def test_a_late_answer_does_not_bring_a_second_notice_of_the_same_height():
    world = World({"chase-milestone": 10}, reports=(date(2023, 7, 3), date(2023, 7, 10)))
    facts = a_project(a_deadline(DUE, DeadlineKind.MILESTONE))
    replay = Replay(facts, DEFAULT, world).every_day(working_days(DUE, date(2023, 7, 14)))
    kinds = [issue.kind for _, issue in replay.issued]
    assert kinds.count(NoticeKind.YELLOW_WARNING) == 1


# ---------- warnings of the month ----------


def months(world: World, actual: str | None = None) -> list[tuple[date, str]]:
    facts = a_project(a_deadline(date(2023, 12, 29)))
    facts = replace(facts, reported_percent=None if actual is None else Decimal(actual))
    replay = Replay(facts, DEFAULT, world)
    for day in DAYS[:30]:
        replay.sweep_all(day, only_due=False, monthly_first=True)
    return [(day, issue.rule) for day, issue in replay.issued]


def test_a_lag_warning_that_is_not_answered_climbs_within_the_month():
    assert months(World(), actual="20")[:2] == [
        (date(2023, 5, 5), "lag-yellow"),
        (date(2023, 5, 12), "lag-unanswered"),
    ]


def test_a_lag_warning_that_was_answered_waits_for_the_next_month():
    assert months(World({"lag-yellow": 3}), actual="20") == [
        (date(2023, 5, 5), "lag-yellow"),
        (date(2023, 6, 2), "lag-yellow-twice"),
        (date(2023, 6, 12), "summons-lag-unanswered"),
    ]


def test_a_height_that_the_days_have_reached_after_an_outage_is_not_said_again_for_the_silence():
    due = date(2023, 6, 15)
    days = [day for day in DAYS if day > due]
    replay = Replay(a_project(a_deadline(due, DeadlineKind.COMPLETION)), DEFAULT)
    replay.every_day(days[4:5])  # the machine was off for four days: chased five days late
    replay.every_day(days[6:12])
    said = [(days.index(day) + 1, issue.kind) for day, issue in replay.issued]
    assert said == [
        (5, NoticeKind.CHASE),
        (7, NoticeKind.YELLOW_WARNING),
        (9, NoticeKind.RED_WARNING),
    ]
