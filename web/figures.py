"""The figures of the store under their Prometheus names: base units, English label values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy.orm import Session

from engine.audit.kept import last_audit
from engine.census import Census, drafts_waiting, journal_length, last_finished, open_parts
from engine.rules.auditing import FindingKind
from engine.rules.drafts import DraftState
from engine.rules.words import Cadence
from engine.store.job_history import last_done, looks
from engine.store.queues import queues
from flows.service import Service
from flows.tick import due_sweeps

ON_THE_DESK = (DraftState.WRITTEN, DraftState.SENT_BACK, DraftState.CHECKED)

Rows = Iterable[tuple[tuple[str, ...], float]]


def gauge(name: str, what: str, value: float | None) -> Metric:
    """One figure; nothing where there is none yet."""
    return GaugeMetricFamily(name, what, value)


def gauges(name: str, what: str, labels: tuple[str, ...], rows: Rows) -> Metric:
    """A figure for each combination of labels."""
    return _filled(GaugeMetricFamily(name, what, labels=labels), rows)


def _filled(family: Any, rows: Rows) -> Metric:
    for labels, value in rows:
        family.add_metric(labels, value)
    filled: Metric = family
    return filled


def counts(census: Census) -> Iterator[Metric]:
    """What there is of everything."""
    yield gauges(
        "duban_projects", "事项，按状态和灯色", ("state", "light"), census.projects.items()
    )
    notices = CounterMetricFamily(
        "duban_notices", "产生过的通知（含拟稿），按种类和阶段", labels=("kind", "stage")
    )
    yield _filled(notices, census.notices.items())
    name, what = "duban_deliveries", "发送，按状态和通道"
    yield gauges(name, what, ("state", "channel"), census.deliveries.items())


def outbox(session: Session, now: datetime) -> Iterator[Metric]:
    """What waits, channel by channel, and how long."""
    waiting, label = queues(session, now), ("channel",)
    due = [queue for queue in waiting if queue.due_since is not None]
    name, what = "duban_deliveries_due", "可发而未发的信"
    yield gauges(name, what, label, (((q.channel,), q.due) for q in waiting))
    name, what = "duban_deliveries_oldest_queued_seconds", "最早一封待发的信写成多久了"
    ages = (((q.channel,), _age(q.oldest, now)) for q in waiting)
    yield gauges(name, what, label, ages)
    name, what = "duban_deliveries_oldest_due_seconds", "最早一封可发而未发的信等了多久"
    yield gauges(name, what, label, (((q.channel,), _age(q.due_since, now)) for q in due))
    drafts = drafts_waiting(session)
    name, what = "duban_drafts_waiting", "待核稿、待签发的拟稿，按状态"
    yield gauges(name, what, ("state",), (((s,), drafts[s]) for s in ON_THE_DESK))


def sweeps(session: Session, service: Service) -> Iterator[Metric]:
    """The last run of each cadence, what is running, and what is overdue."""
    label, done, running = ("cadence",), last_finished(session).values(), open_parts(session)
    name, what = "duban_sweep_last_finished_timestamp_seconds", "上次检查做完的时刻"
    yield gauges(name, what, label, (((r.cadence,), r.finished_at.timestamp()) for r in done))
    name, what = "duban_sweep_last_duration_seconds", "上次检查用的秒数"
    yield gauges(name, what, label, (((r.cadence,), r.took.total_seconds()) for r in done))
    name, what = "duban_sweep_last_projects", "上次检查的事项数"
    projects = (((r.cadence,), r.counts.get("projects", 0)) for r in done)
    yield gauges(name, what, label, projects)
    name, what = "duban_sweep_last_set_aside_projects", "上次检查中出错搁置的事项数"
    aside = (((r.cadence,), r.counts.get("set_aside", 0)) for r in done)
    yield gauges(name, what, label, aside)
    name, what = "duban_sweep_running", "正在检查为1"
    yield gauges(name, what, label, (((c,), c in running) for c in Cadence))
    name, what = "duban_sweep_open_parts", "正在做的检查还有几份没有做完"
    yield gauges(name, what, label, (((c,), parts) for c, parts in running.items()))
    late = Counter({due.cadence: 1 + len(due.missed) for due in due_sweeps(session, service)})
    name, what = "duban_sweep_overdue_periods", "到期未做的期数"
    yield gauges(name, what, label, (((c,), late[c]) for c in Cadence))


def journal(session: Session, now: datetime) -> Iterator[Metric]:
    """How long the journal is, and how long ago it was sealed."""
    events, sealed_at = journal_length(session)
    yield CounterMetricFamily("duban_journal_events", "督办日志编到几号", events)
    name, what = "duban_journal_checkpoint_age_seconds", "上次封存日志是多久以前"
    yield gauges(name, what, (), [((), _age(sealed_at, now))] if sealed_at else [])


def jobs(session: Session) -> Iterator[Metric]:
    """The newest sign of life of every job, in whatever process."""
    found, label = looks(session), ("task",)
    newest = {look.job: look for look in reversed(found)}
    name, what = "duban_job_last_look_timestamp_seconds", "任务上次被看过的时刻"
    yield gauges(name, what, label, (((j,), n.looked_at.timestamp()) for j, n in newest.items()))
    done = last_done(session).values()
    name, what = "duban_job_last_done_timestamp_seconds", "任务上次办了事的时刻"
    yield gauges(name, what, label, (((run.job,), run.finished_at.timestamp()) for run in done))
    name, what = "duban_job_failing", "任务出错为1"
    yield gauges(name, what, label, (((j,), bool(n.error)) for j, n in newest.items()))


def audit(session: Session) -> Iterator[Metric]:
    """The last audit, and what it found."""
    last = last_audit(session)
    moments = (("last", "上次巡检", last.at), ("last_clean", "上次没有问题的巡检", last.clean_at))
    for which, what, at in moments:
        name = f"duban_audit_{which}_timestamp_seconds"
        yield gauges(name, f"{what}的时刻", (), [((), at.timestamp())] if at else [])
    found = Counter(finding.kind for finding in last.findings)
    name, what = "duban_audit_findings", "上次巡检发现的问题，按种类"
    yield gauges(name, what, ("kind",), (((kind,), found[kind]) for kind in FindingKind))


def _age(at: datetime | None, now: datetime) -> float:
    return (now - at).total_seconds() if at is not None else 0.0
