"""Turning decisions into rows: light, notices, deliveries, journal and next check together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, update

from engine.desk.empty_posts import ListAlarm, Vacancy, find_empty_posts
from engine.desk.issuing import ENGINE, Desk, NoticeDraft, issue
from engine.desk.quoting import complete
from engine.rules.decide import Issue, Outcome
from engine.rules.facts import Moment, ProjectFacts, moment_to_data, project_to_data
from engine.rules.quotes import Quote, quote_to_data
from engine.rules.rulebook import Rulebook
from engine.rules.words import PostKind, Reason
from engine.store.directory import Directory, Recipient
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.loading import Loaded
from engine.store.statements import insert_replacing_doubles, table_of
from engine.store.tables import Deadline, LightRecord, Project

Decided = tuple[ProjectFacts, Outcome]


def apply(
    desk: Desk, loaded: Loaded, moment: Moment, decided: Sequence[Decided]
) -> tuple[Counter[str], list[ListAlarm]]:
    """Write all that was decided about a batch of projects.

    Returns:
        How often each reason was given, and each kind of notice issued; and the posts that
        nobody is in.
    """
    _write_lights(desk, moment, decided)
    _write_next_checks(desk, decided)
    steps = [(facts, step) for facts, outcome in decided for step in outcome.issues]
    quotes = complete(desk.session, (step.quotes for _, step in steps if step.quotes))
    drafts = [_draft(desk, loaded, moment, quotes, facts, step) for facts, step in steps]
    # The letters come last: parts with a reader in common wait for each other from here on.
    issued = issue(desk, drafts)
    _write_alarms(desk, decided)
    titles = {facts.id: f"{facts.code} {facts.title}" for facts, _ in decided}
    vacancies = _vacancies(desk, loaded, decided, titles)
    empty = find_empty_posts(desk, issued, vacancies, titles)
    counts = Counter(draft.kind.counted for draft in issued)
    counts.update(f"reason.{hold.reason.value}" for _, outcome in decided for hold in outcome.holds)
    counts["projects"] = len(decided)
    return counts, empty


def _write_lights(desk: Desk, moment: Moment, decided: Sequence[Decided]) -> None:
    lights = [(facts, outcome.light) for facts, outcome in decided if outcome.light]
    if not lights:
        return
    records = [
        {
            "project_id": facts.id,
            "on_day": moment.day,
            "period": light.period,
            "colour": light.colour,
            "reason": light.reason,
            "rule": light.rule,
            "text": light.text,
        }
        for facts, light in lights
    ]
    desk.session.execute(
        insert_replacing_doubles(desk.session, LightRecord, ("project_id", "period", "on_day")),
        records,
    )
    changed = [(facts, light) for facts, light in lights if light.changed]
    if not changed:
        return
    desk.session.execute(
        update(Project), [{"id": facts.id, "light": light.colour} for facts, light in changed]
    )
    append(
        desk.session,
        [
            Event(
                project_chain(facts.id),
                EventKind.LIGHT_CHANGED,
                desk.at,
                ENGINE,
                {
                    "from": light.before.value,
                    "to": light.colour.value,
                    "reason": light.reason.value,
                    "text": light.text,
                },
            )
            for facts, light in changed
        ],
    )


def recipients_of(
    directory: Directory, project: Project, audience: Sequence[PostKind]
) -> tuple[Recipient, ...]:
    """The people behind the posts of a project, in all its lead units, each once."""
    found = {
        person.person_id: person
        for post in audience
        for person in directory.find_all(post, project)
    }
    return tuple(found.values())


def unfilled_posts(
    directory: Directory,
    project: Project,
    audience: Sequence[PostKind],
    missing: Sequence[PostKind] = (),
) -> tuple[PostKind, ...]:
    """The posts that should have received a notice and that nobody, or nobody in one of several
    lead units, is in; an alarm (design §5, rule 5)."""
    return tuple(dict.fromkeys((*missing, *directory.unfilled(project, audience))))


def _draft(
    desk: Desk,
    loaded: Loaded,
    moment: Moment,
    quotes: Mapping[int, Quote],
    facts: ProjectFacts,
    step: Issue,
) -> NoticeDraft:
    project = loaded.rows[facts.id]
    return NoticeDraft(
        key=step.key(facts.id),
        kind=step.kind,
        stage=step.stage,
        rule=step.rule,
        occurrence=step.occurrence,
        reason=step.reason,
        program_id=project.program_id,
        chain=project_chain(facts.id),
        title=title_of(facts, step),
        facts=facts_data(desk.rulebook, facts, moment, step, quotes),
        recipients=recipients_of(loaded.directory, project, step.audience),
        project_id=facts.id,
        unit_id=project.lead_unit_id,
        deadline_id=step.deadline_id,
        reply_by=step.reply_by,
        missing=unfilled_posts(loaded.directory, project, step.audience, step.missing),
        superseded=step.superseded,
    )


def facts_data(
    rulebook: Rulebook,
    facts: ProjectFacts,
    moment: Moment,
    step: Issue,
    quotes: Mapping[int, Quote],
) -> dict[str, Any]:
    """All that a decision rested on, as it is kept with the notice."""
    deadline = next((d for d in facts.deadlines if d.id == step.deadline_id), None)
    between = rulebook.calendar.working_days_between
    rule = rulebook.policy.rule(step.rule)
    return {
        "moment": moment_to_data(moment),
        "project": project_to_data(facts),
        "decision": {
            "texts": list(step.texts),
            "audience": [post.value for post in step.audience],
            "superseded": list(step.superseded),
            "working_days": between(moment.day, deadline.due) if deadline else None,
            "ask": rule.ask if rule else "",
            "quoted": quote_to_data(quotes[step.quotes.number]) if step.quotes else None,
        },
    }


def title_of(facts: ProjectFacts, step: Issue) -> str:
    """What a list of notices shows: the item, and the date where there is one."""
    deadline = next((d for d in facts.deadlines if d.id == step.deadline_id), None)
    what = f"·{deadline.name}" if deadline else ""
    return f"{facts.code} {facts.title}{what}"


def _write_alarms(desk: Desk, decided: Sequence[Decided]) -> None:
    """A notice that would reach nobody is an alarm, not silence (design §5, rule 5)."""
    append(
        desk.session,
        [
            Event(
                project_chain(facts.id),
                EventKind.NO_RECIPIENT,
                desk.at,
                ENGINE,
                {"rule": hold.rule, "subject": hold.subject},
            )
            for facts, outcome in decided
            for hold in outcome.holds
            if hold.reason is Reason.NO_RECIPIENT
        ],
    )


def _vacancies(
    desk: Desk, loaded: Loaded, decided: Sequence[Decided], titles: Mapping[int, str]
) -> Iterator[Vacancy]:
    """What could not be issued, because nobody is in any post up to the office's own."""
    for facts, outcome in decided:
        for hold in outcome.holds:
            rule = desk.rulebook.policy.rule(hold.rule)
            if hold.reason is Reason.NO_RECIPIENT and rule is not None:
                program_id = loaded.rows[facts.id].program_id
                yield Vacancy(program_id, titles[facts.id], facts.unit, rule.audience)


def _write_next_checks(desk: Desk, decided: Sequence[Decided]) -> None:
    checks = [
        {"deadline_id": deadline_id, "day": day}
        for _, outcome in decided
        for deadline_id, day in outcome.next_checks
    ]
    if checks:
        desk.session.execute(_NEXT_CHECK, checks)


_DEADLINES = table_of(Deadline)
_NEXT_CHECK = (
    update(_DEADLINES)
    .where(_DEADLINES.c.id == bindparam("deadline_id"))
    .values(next_check_on=bindparam("day"))
)
