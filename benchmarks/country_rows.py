"""The rows of a country, written by the server from the numbers of its projects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from benchmarks.seeding import CHASED, DAY, EVERY, LATER, PER_UNIT, REMINDED

LEADERS, ABOVE = 40, 45
"""How many leaders there are, and with the office and who signs for it how many above the units."""

BEGUN = "2023-01-03 00:30+00"
MORNING = f"{DAY} 00:30+00"
WEEKS, MONTHS = 23, 6
"""Of the year so far, in which digests and pushes went out."""

UNIT = f"(3 + (n - 1) / {PER_UNIT})"
IS_OVER = "n % 10 = 1"
IS_DUE = f"n % {EVERY} = 0"
_HASH = "repeat(md5(({})::text), 2)"


def rows(projects: int, per_list: int) -> Iterator[str]:
    """The statements that fill every table, in an order that suits the references."""
    units, lists = -(-projects // PER_UNIT), -(-projects // per_list)
    yield from _people(units, lists)
    yield from _items(projects, per_list)
    yield from _dates(projects)
    yield from _reports(projects)
    yield from _runs()
    yield from _notices(projects, units, lists, per_list)
    yield from _letters()
    yield from _journal(projects)
    yield from _marks()


def _people(units: int, lists: int) -> Iterator[str]:
    """The government with its leaders, the office, and units with a contact and a head each."""
    yield (
        "INSERT INTO programs (id, year, title, issuer, basis, layout)"
        " SELECT p, 2023, '民生实事' || p, '市政府', '会议', '{}'"
        f" FROM generate_series(1, {lists}) p"
    )
    yield (
        "INSERT INTO batches (program_id, number, issuer, basis, document, approver, approved_on)"
        " SELECT id, 1, '市政府', '会议', '政发〔2023〕1号', '会议', '2023-01-10' FROM programs"
    )
    yield (
        "INSERT INTO units (id, name, kind)"
        f" SELECT u, '单位' || u, 'department' FROM generate_series(1, {units + 2}) u"
    )
    place = (
        f"CASE WHEN n <= {LEADERS} THEN 1 WHEN n <= {ABOVE} THEN 2"
        f" ELSE 3 + (n - {ABOVE} - 1) / 2 END"
    )
    kind = (
        f"CASE WHEN n <= {LEADERS} THEN 'leader' WHEN n <= {ABOVE - 2} THEN 'office'"
        f" WHEN n <= {ABOVE} THEN 'signer' WHEN n % 2 = 0 THEN 'contact' ELSE 'unit_head' END"
    )
    people = f"generate_series(1, {ABOVE + 2 * units}) n"
    yield (
        "INSERT INTO persons (id, unit_id, name, title, email, email_fault)"
        f" SELECT n, {place}, '人员' || n, '', 'p' || n || '@example.gov.cn', '' FROM {people}"
    )
    yield (
        "INSERT INTO posts (id, unit_id, kind, title, holder_id, may_sign)"
        f" SELECT n, {place}, {kind}, '岗位' || n, n, false FROM {people}"
    )
    yield (
        "INSERT INTO leaves (person_id, starts_on, ends_on, reason, recorded_by)"
        " SELECT n, date '2023-01-10' + n % 150, date '2023-01-12' + n % 150, '', '督查员'"
        f" FROM generate_series({ABOVE + 1}, {ABOVE + 2 * units}, 3) n"
    )


def _items(projects: int, per_list: int) -> Iterator[str]:
    """Every tenth is done; of twenty one is a measure of the one before it, and one was handed over
    by the congress; every tenth has another lead unit, its neighbour."""
    numbers, list_ = f"generate_series(1, {projects}) n", _list(per_list)
    yield (
        "INSERT INTO projects (id, program_id, parent_id, kind, code, number, batch, field, title,"
        " content, basis, lead_unit_id, sponsor, leader_post_id, urgency, remark, state, version,"
        " light, starts_on, assigned_on, assigned_by_document, exempt_reason, set_aside_error,"
        " closed_on, timeliness)"
        f" SELECT n, {list_}, CASE WHEN n % 20 = 5 THEN n - 1 END,"
        " CASE n % 20 WHEN 5 THEN 'measure' WHEN 6 THEN 'problem' ELSE 'project' END,"
        " '2023-' || n, n, 1, '第' || n % 10 + 1 || '类实事', '老旧小区改造（第' || n || '片区）',"
        " '改造供水、供热管网和道路，完善停车、照明、适老设施', '',"
        f" {UNIT}, '', n % {LEADERS} + 1, 'normal', '',"
        f" CASE WHEN {IS_OVER} THEN 'closed' ELSE 'underway' END, 1,"
        f" CASE WHEN {IS_OVER} THEN 'blue' WHEN n % 20 = 3 THEN 'red'"
        " WHEN n % 20 IN (7, 13, 17) THEN 'yellow' ELSE 'green' END,"
        " '2023-01-01', '2023-01-04', '政发〔2023〕1号', '', '',"
        f" CASE WHEN {IS_OVER} THEN date '2023-05-31' END,"
        f" CASE WHEN {IS_OVER} THEN 'on_time' END FROM {numbers}"
    )
    yield (
        "INSERT INTO project_units (project_id, unit_id, leads)"
        f" SELECT n, CASE WHEN {UNIT} = 3 THEN 4 ELSE {UNIT} - 1 END, n % 10 = 0"
        f" FROM generate_series(5, {projects}, 5) n"
    )
    yield (
        "INSERT INTO targets (id, project_id, position, metric, unit, form, planned, text, note)"
        f" SELECT n, n, 1, '改造户数', '户', 'at_least', '1000', '1000户', '' FROM {numbers}"
    )
    yield (
        "INSERT INTO milestones (project_id, position, name, due, planned_percent, done_on)"
        f" SELECT n, k, '第' || k || '步', {_step('k')}, (ARRAY['20', '50', '80', '100'])[k],"
        f" CASE WHEN k = 1 THEN date '2023-03-31' END FROM {numbers}, generate_series(1, 4) k"
    )
    yield (
        "INSERT INTO silences (project_id, reason, author, set_at, starts_on, ends_on, lifted_by)"
        f" SELECT n, '示例', '督查员', '{BEGUN}', date '2023-01-10' + n % 160,"
        f" date '2023-01-20' + n % 160, '' FROM generate_series(7, {projects}, 1999) n"
    )


def _list(per_list: int) -> str:
    return f"(1 + (n - 1) / {per_list})"


def _step(number: str) -> str:
    """The date of a step; the second is what is due today."""
    second = (
        f"CASE WHEN n % {2 * EVERY} = 0 THEN date '{CHASED}'"
        f" WHEN {IS_DUE} THEN date '{REMINDED}' ELSE date '{LATER}' END"
    )
    return (
        f"CASE {number} WHEN 1 THEN date '2023-03-31' WHEN 2 THEN {second}"
        " WHEN 3 THEN date '2023-09-28' ELSE date '2023-11-24' END"
    )


def _dates(projects: int) -> Iterator[str]:
    """Ten for each: four steps, five reports, the completion."""
    due = (
        f"CASE WHEN k <= 4 THEN {_step('k')} WHEN k = 10 THEN date '2023-11-30'"
        " ELSE (date '2022-10-25' + make_interval(months => k - 1))::date END"
    )
    yield (
        "INSERT INTO deadlines (id, project_id, kind, slot, name, version, due, original_due,"
        " provisional, state, met_on, next_check_on)"
        " SELECT 10 * (n - 1) + k, n,"
        " CASE WHEN k <= 4 THEN 'milestone' WHEN k = 10 THEN 'completion' ELSE 'report' END,"
        " CASE WHEN k <= 4 THEN k::text WHEN k = 10 THEN '' ELSE '2023-0' || k - 3 END,"
        " CASE WHEN k <= 4 THEN '第' || k || '步' WHEN k = 10 THEN '办结' ELSE '进展' END,"
        " 1, due, due, false, CASE WHEN is_met THEN 'met' ELSE 'pending' END,"
        " CASE WHEN is_met THEN least(due, '2023-05-31') END,"
        f" CASE WHEN is_met THEN NULL WHEN {IS_DUE} AND k = 2 THEN date '{DAY}'"
        f" ELSE date '{DAY}' + 1 + (7 * n + 13 * k) % 120 END"
        f" FROM (SELECT n, k, {due} AS due, {IS_OVER} OR k IN (1, 5, 6, 7, 8) AS is_met"
        f" FROM generate_series(1, {projects}) n, generate_series(1, 10) k) AS dates"
    )


def _reports(projects: int) -> Iterator[str]:
    """Four months, the newest behind the plan for every tenth; a doubt about every fortieth; a
    light for each month."""
    months = f"generate_series(1, {projects}) n, generate_series(1, 4) k"
    yield (
        "INSERT INTO progress_reports (id, project_id, period, version, reported_at, reported_by,"
        " percent, statement)"
        " SELECT 4 * (n - 1) + k, n, '2023-0' || k + 1, 1,"
        " timestamptz '2023-01-24 07:00+00' + make_interval(months => k), '联系人',"
        " CASE WHEN n % 10 = 0 THEN '25' ELSE (10 * k + 10)::text END, '按计划推进'"
        f" FROM {months}"
    )
    yield (
        "INSERT INTO reported_values (report_id, target_id, value)"
        f" SELECT 4 * (n - 1) + k, n, (100 * k)::text FROM {months}"
    )
    yield (
        'INSERT INTO report_doubts (report_id, "check", text, explanation)'
        " SELECT 4 * (n - 1) + n % 4 + 1, 'falls', '数字比上期少', '上期误填'"
        f" FROM generate_series(1, {projects}, 10) n"
    )
    yield (
        "INSERT INTO lights (project_id, on_day, period, colour, reason, rule, text)"
        " SELECT n, (date '2023-02-02' + make_interval(months => k))::date, '2023-0' || k + 2,"
        " 'green', 'on_plan', '', '符合序时进度'"
        f" FROM {months}"
    )


def _runs() -> Iterator[str]:
    """All that was due before today; weeks are numbered from 1001, months from 2001."""
    columns = (
        "INSERT INTO sweep_runs (id, cadence, period, scheduled_at, as_of, state, started_at,"
        " finished_at, cursor, counts) SELECT "
    )
    done = "at, at, 'done', at, at + interval '5 minutes', 0, '{}' FROM "
    for cadence, number, period, first, interval in (
        ("daily", "1 + at::date - date '2023-01-03'", "YYYY-MM-DD", "2023-01-03", "1 day"),
        ("weekly", "1000 + to_char(at, 'IW')::int", 'IYYY-"W"IW', "2023-01-09", "1 week"),
        ("monthly", "2000 + to_char(at, 'MM')::int", "YYYY-MM", "2023-01-04", "1 month"),
    ):
        series = f"generate_series('{first} 00:30+00', timestamptz '{MORNING}' - interval '1 hour'"
        is_run = "extract(dow FROM at) BETWEEN 1 AND 5 OR extract(day FROM at) = 4"
        yield (
            f"{columns} {number}, '{cadence}', to_char(at, '{period}'), {done}"
            f" {series}, interval '{interval}') at WHERE {is_run}"
        )
    at = "timestamptz '2023-04-06 00:30+00'"
    yield f"{columns} 3001, 'quarterly', '2023-Q1', {done} (SELECT {at} AS at) AS run"


def _notices(projects: int, units: int, lists: int, per_list: int) -> Iterator[str]:
    """A reminder for each item, a chase for every fourth, a digest for each unit and week, a push
    for each unit and month, which every tenth leaves without an answer, and a brief for each list
    and month; at the signing desk a circular for every tenth list."""
    day, month = "date '2023-01-04' + n % 130", "(make_date(2023, m, 2))"
    week, is_ignored = "date '2023-01-09' + 7 * (w - 1)", "u % 10 = 3"
    list_, list_of_unit = _list(per_list), f"(1 + (u - 3) / {per_list // PER_UNIT})"
    later = f"{projects} * 2 + {units} *"
    of_unit = f"{list_of_unit}, NULL::int, u, NULL::int"
    made = (
        f"SELECT n, {list_}, n, {UNIT}, 10 * n - 9, 1 + n % 130, 'reminder',"
        f" 'remind-milestone', {day}, '1', 'issued', NULL::date, false"
        f" FROM generate_series(1, {projects}) n",
        f"SELECT {projects} + n / 4, {list_}, n, {UNIT}, 10 * n - 5, 1 + n % 130, 'chase',"
        f" 'chase-milestone', {day}, '1', 'issued', {day} + 5, n % 40 <> 0"
        f" FROM generate_series(4, {projects}, 4) n",
        f"SELECT {later} w + u, {of_unit}, 1001 + w, 'weekly_digest', 'weekly', {week},"
        f" to_char({week}, 'IYYY-\"W\"IW'), 'issued', NULL::date, false"
        f" FROM generate_series(1, {WEEKS - 1}) w, generate_series(3, {units + 2}) u",
        f"SELECT {later} ({WEEKS} + m) + u, {of_unit}, 2000 + m, 'monthly_push',"
        f" 'push-handed-over', {month}, '2023-0' || m, 'issued', {month} + 7, NOT ({is_ignored})"
        f" FROM generate_series(1, {MONTHS}) m, generate_series(3, {units + 2}) u",
        f"SELECT {later} 40 + 10 * p + m, p, NULL::int, NULL::int, NULL::int, 2000 + m,"
        f" 'monthly_brief', 'monthly', {month}, '2023-0' || m, 'issued', NULL::date, false"
        f" FROM generate_series(1, {MONTHS}) m, generate_series(1, {lists}) p",
        f"SELECT {later} 40 + 10 * p, p, NULL::int, NULL::int, NULL::int, 3001, 'circular', 'gate',"
        f" date '2023-04-06', '2023-03-31', 'draft', NULL::date, false"
        f" FROM generate_series(1, {lists}, 10) p",
    )
    at = "day::timestamptz + interval '30 minutes'"
    yield (
        "INSERT INTO notices (id, key, program_id, project_id, unit_id, deadline_id, run_id, kind,"
        " stage, rule, occurrence, reason, state, title, as_of, policy_version, calendar_version,"
        " facts, created_at, issued_at, reply_by, answered_at, answered_by, answer, retitled,"
        " remark, ask, remark_confirmed, signed_by, signed_basis)"
        " SELECT id, 'made/' || id, list, item, unit, date, run, kind, 'before', rule, occurrence,"
        f" 'routine', state, '老旧小区改造', day, (SELECT version FROM policy_versions),"
        f" (SELECT version FROM calendar_versions), '{_FACTS}', {at},"
        f" CASE WHEN state = 'issued' THEN {at} END, reply_by,"
        f" CASE WHEN is_answered THEN {at} + interval '2 days' END,"
        " CASE WHEN is_answered THEN '联系人' ELSE '' END, '', false, '', '', '', '', ''"
        f" FROM ({' UNION ALL '.join(made)}) AS made (id, list, item, unit, date, run, kind, rule,"
        " day, occurrence, state, reply_by, is_answered)"
    )
    yield (
        "INSERT INTO drafts (notice_id, state, number, public_reason, checked_by, comment,"
        " standing) SELECT id, 'written', 0, '', '', '', '' FROM notices WHERE state = 'draft'"
    )
    yield (
        "INSERT INTO draft_versions (notice_id, number, title, remark, ask, author, at)"
        " SELECT id, 0, title, '', '', '督办引擎', created_at FROM notices WHERE state = 'draft'"
    )


def _letters() -> Iterator[str]:
    """One for each notice. Of the last push some wait: for their turn, or for the next digest."""
    is_last = f"kind = 'monthly_push' AND occurrence = '2023-0{MONTHS}'"
    state = (
        f"CASE WHEN {is_last} AND unit_id % 2 = 0 THEN 'queued'"
        f" WHEN {is_last} AND unit_id % 8 = 1 THEN 'held'"
        " WHEN id % 500 = 7 THEN 'failed' WHEN id % 500 = 8 THEN 'bounced' ELSE 'sent' END"
    )
    yield (
        "INSERT INTO deliveries (id, key, run_id, person_id, post_kind, channel, address, state,"
        " created_at, next_attempt_at, held, attempts, message_id, sent_at, error)"
        " SELECT id, 'made/' || id, run_id, reader,"
        f" CASE WHEN reader > {ABOVE} THEN 'contact' ELSE 'leader' END, 'email',"
        " 'p' || reader || '@example.gov.cn', replace(letter, 'held', 'queued'), issued_at,"
        f" CASE letter WHEN 'queued' THEN timestamptz '{MORNING}' - interval '10 minutes'"
        f" WHEN 'held' THEN timestamptz '{MORNING}' + interval '5 days' ELSE issued_at END,"
        " CASE letter WHEN 'held' THEN 'over_budget' END,"
        " CASE WHEN letter IN ('queued', 'held') THEN 0 ELSE 1 END, '',"
        " CASE WHEN letter IN ('sent', 'bounced') THEN issued_at + interval '1 minute' END,"
        " CASE WHEN letter IN ('failed', 'bounced') THEN '550' ELSE '' END"
        f" FROM (SELECT *, {state} AS letter, coalesce({ABOVE - 5} + 2 * (unit_id - 3) + 6,"
        f" 1 + id % {LEADERS}) AS reader FROM notices WHERE state = 'issued') AS letters"
    )
    yield "INSERT INTO delivery_notices (delivery_id, notice_id) SELECT id, id FROM deliveries"


def _journal(projects: int) -> Iterator[str]:
    """Five events for each item, the last of every fiftieth newer than the last checkpoint."""
    told = '{"notice": 1, "title": "老旧小区改造"}'
    yield (
        "INSERT INTO journal (id, chain, seq, at, kind, actor, data, previous, hash)"
        f" SELECT 1000 + {projects} * (k - 1) + n, 'project:' || n, k,"
        f" timestamptz '{BEGUN}' + make_interval(days => 30 * k), 'notice_issued', '督办引擎',"
        f" '{told}', {_HASH.format('n')}, {_HASH.format('n + k')}"
        f" FROM generate_series(1, 5) k, generate_series(1, {projects}) n"
    )
    yield (
        "INSERT INTO journal_heads (chain, seq, hash, checkpointed_seq)"
        f" SELECT 'project:' || n, 5, {_HASH.format('n + 5')}, 5 - (n % 50 = 0)::int"
        f" FROM generate_series(1, {projects}) n"
    )


def _marks() -> Iterator[str]:
    """When it all began, and when the journal was last sealed."""
    yield (
        "INSERT INTO settings (name, value) SELECT 'installed_at', '2023-01-03T00:30:00+00:00'"
        " UNION ALL SELECT 'audit_journal', max(id)::text FROM journal"
    )
    yield (
        "INSERT INTO checkpoints (seq, at, heads, previous, hash)"
        f" VALUES (1, '{DAY - timedelta(days=1)} 12:00+00', '{{}}', '', '')"
    )


_FACTS = (
    '{"moment": {"day": "2023-06-02", "cadence": "monthly", "period": "2023-06",'
    ' "cutoff": "2023-05-31"}, "projects": [], "paper": {"items": []}, "decision": {"audience":'
    ' ["contact"], "ask": "请抓紧推进", "texts": ["落后于序时进度"], "quoted": null}}'
)
"""Enough for a push to become a letter."""
