"""Living through the past once more under a policy: pure, nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from engine.dates.recalculating import limits_of
from engine.hindsight.past import Past, part_on
from engine.rules.decide import Issue, decide
from engine.rules.facts import DeadlineFacts, LightFacts, NoticeFacts, ProjectFacts
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.lights import remember
from engine.rules.papers import named_by
from engine.rules.periods import is_run_day, moment_of
from engine.rules.rulebook import Rulebook
from engine.rules.words import Cadence, Light, NoticeKind, NoticeState

Progress = Callable[[int, int], None]
"""Told how many days have been lived through, of how many; may raise to end it."""

CADENCES = (Cadence.DAILY, Cadence.MONTHLY, Cadence.QUARTERLY)
GREEN = LightFacts(Light.GREEN, False, ())


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice that would have gone out, or been drafted. ``code`` is empty for a paper on the
    whole list."""

    day: date
    code: str
    unit: str
    kind: NoticeKind
    rule: str
    subject: str


@dataclass(slots=True)
class _Item:
    """An item on its way through the past."""

    past: Past
    light: LightFacts = GREEN
    notices: list[tuple[NoticeFacts, date | None]] = field(default_factory=list)
    look_on: date | None = date.min
    stirs: list[date] = field(default_factory=list)


def live(
    pasts: Sequence[Past], book: Rulebook, first: date, last: date, progress: Progress
) -> list[Sent]:
    """All that the daily, monthly and quarterly rules would have sent from one day to another."""
    by_code = {past.now.code: past for past in pasts}
    items = [_Item(past, stirs=sorted({*past.stirs()}, reverse=True)) for past in pasts]
    sent: list[Sent] = []
    total = (last - first).days + 1
    for number in range(total):
        day = first + timedelta(days=number)
        for cadence in CADENCES:
            if is_run_day(cadence, day, book.calendar):
                sent += _sweep(items, by_code, book, cadence, day)
        progress(number + 1, total)
    return sent


def _sweep(
    items: Sequence[_Item],
    by_code: Mapping[str, Past],
    book: Rulebook,
    cadence: Cadence,
    day: date,
) -> Iterator[Sent]:
    seen: list[ProjectFacts] = []
    gathers = book.policy.program_rules(cadence) or book.policy.unit_rules(cadence)
    for item in items:
        if item.past.state_on(_eve(day)) not in OPEN_STATES:
            continue
        if cadence is Cadence.DAILY and not _is_due(item, day):
            continue
        facts = _facts(item, by_code, book, day)
        if cadence is not Cadence.QUARTERLY:
            yield from _decide(item, facts, book, cadence, day)
        if gathers:
            seen.append(replace(facts, light=item.light))
    yield from _gather(seen, book, cadence, day)


def _is_due(item: _Item, day: date) -> bool:
    has_stirred = False
    while item.stirs and item.stirs[-1] < day:
        item.stirs.pop()
        has_stirred = True
    return has_stirred or (item.look_on is not None and item.look_on <= day)


def _eve(day: date) -> date:
    """Sweeps run in the morning: of the day itself they know nothing yet."""
    return day - timedelta(days=1)


def _facts(item: _Item, by_code: Mapping[str, Past], book: Rulebook, day: date) -> ProjectFacts:
    past, now = item.past, item.past.now
    eve = _eve(day)
    report, state = past.report_on(eve), past.state_on(eve)
    assert state is not None
    dates = sorted(
        past.dates_on(eve, book.calendar, limits_of(book.policy)), key=lambda d: (d.due, d.id)
    )
    binding = {date_.code for date_ in dates} | {"project"}
    is_exempt = past.exempted_on is not None and past.exempted_on <= eve
    return replace(
        now,
        state=state,
        exempt_until=now.exempt_until if is_exempt else None,
        reported_percent=report.percent if report else None,
        reported_on=report.day if report else None,
        targets=past.targets_on(eve, now.targets),
        milestones=tuple(
            replace(m, done_on=m.done_on if m.done_on and m.done_on <= eve else None)
            for m in now.milestones
        ),
        deadlines=tuple(dates),
        notices=tuple(
            replace(notice, answered_on=answered if answered and answered <= eve else None)
            for notice, answered in item.notices
            if notice.deadline in binding
        ),
        light=item.light,
        parts=tuple(part_on(part, by_code, eve) for part in now.parts),
        disputed=False,
        silenced_until=None,
    )


def _decide(
    item: _Item, facts: ProjectFacts, book: Rulebook, cadence: Cadence, day: date
) -> Iterator[Sent]:
    outcome = decide(facts, book.policy, book.calendar, moment_of(cadence, day))
    if outcome.light:
        item.light = remember(item.light, outcome.light)
    dates = {one.code: one for one in facts.deadlines}
    for issue in outcome.issues:
        item.notices.append(_noticed(item, issue, dates.get(issue.subject), day))
        about = dates[issue.subject].name if issue.subject in dates else ""
        yield Sent(day, facts.code, facts.unit, issue.kind, issue.rule, about)
    checks = [check for _, check in outcome.next_checks if check]
    if cadence is Cadence.DAILY:
        item.look_on = min((max(c, day + timedelta(1)) for c in checks), default=None)
    elif outcome.issues:
        item.look_on = day


def _noticed(
    item: _Item, issue: Issue, deadline: DeadlineFacts | None, day: date
) -> tuple[NoticeFacts, date | None]:
    """A notice with its answer: when that was really given; where no such notice really went out,
    on its last day, so that nobody climbs for an answer that nobody was asked for."""
    clock = (deadline.kind, deadline.slot) if deadline else None
    key = (issue.rule, clock, issue.occurrence)
    answered = item.past.answers.get(key, issue.reply_by)
    notice = NoticeFacts(
        issue.rule,
        issue.kind,
        NoticeState.ISSUED,
        issue.subject,
        issue.occurrence,
        day,
        issue.reply_by,
        None,
    )
    if answered and answered >= day:
        item.stirs.append(answered)
        item.stirs.sort(reverse=True)
    return notice, answered


def _gather(
    seen: Sequence[ProjectFacts], book: Rulebook, cadence: Cadence, day: date
) -> Iterator[Sent]:
    moment = moment_of(cadence, day)
    for rule in book.policy.program_rules(cadence):
        named = named_by(rule, seen, book.calendar, moment)
        if named:
            yield Sent(day, "", "", rule.notice, rule.id, f"{len(named)}个事项")
    units: dict[str, list[ProjectFacts]] = defaultdict(list)
    for facts in seen:
        units[facts.unit].append(facts)
    for rule in book.policy.unit_rules(cadence):
        if rule.when.unanswered:
            continue  # what a unit answers to a push is not kept by item
        for unit, theirs in units.items():
            named = named_by(rule, theirs, book.calendar, moment)
            if named:
                yield Sent(day, "", unit, rule.notice, rule.id, f"{len(named)}个事项")
