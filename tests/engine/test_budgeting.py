"""减负额度 in a run: what is held, what takes it up, and what the journal says of it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.notices.load import unit_loads
from engine.rules.policy import Policy
from engine.rules.rulebook import Rulebook
from engine.rules.words import Cadence, PostKind, Reason
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Person
from tests.engine.sweeping import City, at, rulebook

WEEKLY, REMINDED, CHASED = date(2023, 4, 17), date(2023, 4, 20), date(2023, 4, 24)
"""A Monday's digest, a reminder of the step of the 28th, a reminder of the report due next day."""
HELD_TO = at(date(2023, 4, 25), 8, 30)


def with_budget(limit: int | None, **changes) -> Rulebook:
    data = rulebook().policy.to_data()
    data["budget"] = None if limit is None else {**data["budget"], **changes}
    if limit is not None:
        data["budget"]["letters_per_unit_per_month"] = limit
    return Rulebook(Policy.from_data(data), rulebook().calendar)


@pytest.fixture
def city(database) -> City:
    """One unit with one item, whose budget is one letter a month; the weekly digest used it up."""
    city = City(database, rules=with_budget(1)).found(1, 1).begin_work()
    city.sweep(Cadence.WEEKLY, WEEKLY)
    return city


def letters(city: City, *where) -> list[Delivery]:
    return city.rows(Delivery, Delivery.post_kind == PostKind.CONTACT, *where)


def newest(city: City) -> Delivery:
    return letters(city)[-1]


def carried(city: City, delivery: Delivery) -> int:
    with city.database.read() as session:
        return session.query(DeliveryNotice).filter_by(delivery_id=delivery.id).count()


def told(city: City) -> list[dict]:
    return [event.data for event in city.events("letters_held")]


def test_a_letter_over_the_budget_waits_for_the_weekly_digest_and_says_why(city):
    city.sweep(Cadence.DAILY, REMINDED)
    row = newest(city)
    assert (row.state, row.held) == (DeliveryState.QUEUED, Reason.OVER_BUDGET)
    assert row.next_attempt_at == HELD_TO
    assert told(city) == [
        {
            "reason": "over_budget",
            "until": CHASED.isoformat(),
            "budget": 1,
            "units": [{"unit": "单位1", "used": 1, "letters": 1}],
        }
    ]
    assert city.faults() == []


def test_within_the_budget_nothing_is_held_and_nothing_is_said(database):
    city = City(database, rules=with_budget(2)).found(1, 1).begin_work()
    city.sweep(Cadence.WEEKLY, WEEKLY)
    city.sweep(Cadence.DAILY, REMINDED)
    assert newest(city).held is None
    assert told(city) == []


def test_without_a_budget_nothing_is_held(database):
    city = City(database, rules=with_budget(None)).found(1, 1).begin_work()
    city.sweep(Cadence.WEEKLY, WEEKLY)
    city.sweep(Cadence.DAILY, REMINDED)
    assert newest(city).held is None


def test_the_weekly_digest_takes_up_what_was_held_and_leaves_over_the_budget(city):
    city.sweep(Cadence.DAILY, REMINDED)
    held = newest(city)
    city.sweep(Cadence.WEEKLY, CHASED)
    digest = newest(city)
    [old] = letters(city, Delivery.id == held.id)
    assert (old.state, old.merged_into) == (DeliveryState.MERGED, digest.id)
    assert (carried(city, old), carried(city, digest)) == (0, 2)
    assert (digest.state, digest.held) == (DeliveryState.QUEUED, None)
    assert digest.next_attempt_at == at(CHASED, 9)
    assert told(city)[-1] == {"merged": 1}


def test_the_weekly_run_lets_go_what_it_has_no_letter_for(city):
    city.sweep(Cadence.DAILY, REMINDED)
    held = newest(city)
    city.execute("UPDATE deliveries SET person_id = 4 WHERE id = :id", id=held.id)
    city.sweep(Cadence.WEEKLY, CHASED)
    [row] = city.rows(Delivery, Delivery.id == held.id)
    assert (row.state, row.next_attempt_at) == (DeliveryState.QUEUED, at(CHASED, 9))


def test_a_letter_that_must_leave_takes_what_was_held_along(city):
    city.sweep(Cadence.DAILY, REMINDED)
    city.execute(
        "UPDATE deadlines SET due = '2023-04-23', next_check_on = '2023-04-21' "
        "WHERE kind = 'report' AND due = '2023-04-25'"
    )
    city.sweep(Cadence.DAILY, date(2023, 4, 21))  # the 23rd is worked, and before the weekly run
    assert (newest(city).held, carried(city, newest(city))) == (None, 2)


def test_on_a_monday_the_daily_letter_joins_the_weekly_digest(city):
    city.execute("UPDATE deadlines SET due = '2023-05-08' WHERE kind = 'report'")
    city.execute(
        "UPDATE deadlines SET due = '2023-05-17', next_check_on = '2023-04-24' "
        "WHERE kind = 'completion'"
    )
    city.sweep(Cadence.DAILY, CHASED)
    daily = newest(city)
    assert daily.held is Reason.OVER_BUDGET
    city.sweep(Cadence.WEEKLY, CHASED)
    [daily] = letters(city, Delivery.id == daily.id)
    assert daily.merged_into == newest(city).id


def test_what_joins_a_held_letter_does_not_prolong_its_wait(city):
    city.execute("UPDATE deadlines SET due = '2023-06-26' WHERE kind = 'report'")
    city.sweep(Cadence.DAILY, REMINDED)
    city.execute("UPDATE deadlines SET due = '2023-06-26' WHERE kind = 'milestone'")
    city.execute(
        "UPDATE deadlines SET due = '2023-05-18', next_check_on = '2023-04-25' "
        "WHERE kind = 'completion'"
    )
    city.sweep(Cadence.DAILY, HELD_TO.date())  # the weekly run between has failed
    assert (newest(city).held, carried(city, newest(city))) == (Reason.OVER_BUDGET, 2)
    assert newest(city).next_attempt_at == HELD_TO, "of its own it would wait for a week more"


def test_a_letter_whose_date_would_pass_meanwhile_is_not_held(city):
    city.sweep(Cadence.DAILY, date(2023, 4, 27))
    assert newest(city).held is None, "the step is due on the 28th"


def test_exempt_kinds_leave_whatever_the_budget_says(database):
    city = City(database, rules=with_budget(1, exempt=["reminder"])).found(1, 1).begin_work()
    city.sweep(Cadence.WEEKLY, WEEKLY)
    city.sweep(Cadence.DAILY, REMINDED)
    assert newest(city).held is None


def test_the_office_and_leaders_have_no_budget(city):
    city.sweep(Cadence.DAILY, REMINDED)
    above = city.rows(Delivery, Delivery.post_kind.in_((PostKind.OFFICE, PostKind.LEADER)))
    assert above
    assert {row.held for row in above} == {None}


def test_a_new_month_has_a_new_budget(city):
    city.execute("UPDATE deadlines SET due = '2023-05-15' WHERE kind = 'milestone'")
    city.execute("UPDATE deadlines SET next_check_on = '2023-05-04' WHERE kind = 'milestone'")
    city.sweep(Cadence.DAILY, date(2023, 5, 8))
    of_may = city.rows(Delivery, Delivery.created_at >= at(date(2023, 5, 1), 0))
    assert [row.held for row in of_may].count(None) == 1, "the one that the budget of May allows"


def test_letters_that_did_not_go_out_do_not_count(city):
    city.execute(
        "UPDATE deliveries SET state = 'failed', error = '拒收' WHERE post_kind = 'contact'"
    )
    city.sweep(Cadence.DAILY, REMINDED)
    assert newest(city).held is None


def test_a_second_letter_instead_of_a_failed_one_does_not_count(city):
    [digest] = letters(city, Delivery.state == DeliveryState.QUEUED)
    city.execute("UPDATE deliveries SET instead_of = 1 WHERE id = :id", id=digest.id)
    city.sweep(Cadence.DAILY, REMINDED)
    assert newest(city).held is None


def test_one_person_has_one_letter_a_run_also_when_several_were_held(city):
    people = len(city.rows(Person))
    city.sweep(Cadence.DAILY, REMINDED)
    city.sweep(Cadence.WEEKLY, CHASED)
    waiting = letters(
        city, Delivery.state == DeliveryState.QUEUED, Delivery.created_at >= at(CHASED, 0)
    )
    assert len(waiting) == len({row.person_id for row in waiting}) <= people


def test_nothing_is_sent_when_there_is_nothing(city):
    before = len(letters(city))
    city.sweep(Cadence.DAILY, date(2023, 4, 18))
    assert len(letters(city)) == before
    assert told(city) == []


def test_the_load_shows_letters_notices_and_what_was_held_and_merged(city):
    city.sweep(Cadence.DAILY, REMINDED)
    with city.database.read() as session:
        [load] = [one for one in unit_loads(session, REMINDED) if one.unit == "单位1"]
    assert (load.letters, load.notices, load.held, load.merged) == (2, 2, 1, 0)
    city.sweep(Cadence.WEEKLY, CHASED)
    with city.database.read() as session:
        [load] = unit_loads(session, REMINDED, "单位1")
        assert unit_loads(session, date(2023, 1, 15)) == []
    assert (load.letters, load.notices, load.held, load.merged) == (2, 3, 0, 1)
