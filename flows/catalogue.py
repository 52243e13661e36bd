"""The catalogue of jobs: each declared once, whoever runs it. Adding a job is one entry here.

The embedded runner and the cluster's deployments are both made from it. A timer only calls; whether
anything is due is decided by the calendar and the store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from engine.log_actions import LogAction
from engine.rules.words import Cadence, Word
from engine.rules.zone import ZONE
from engine.store.statistics import count_anew
from engine.sweeps.sweep import work_on
from flows.auditing import Expected, audit_now
from flows.service import Service
from flows.telling import tell
from flows.tick import Work, make_due_checkpoint, run_due_sweeps, send_mail
from notifications.board.export import export, is_current
from notifications.board.site import read_site, stamp_of

SELDOM = 600
"""Seconds; a cluster starts a process for each call, which takes several."""
A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Every:
    """Looked at every few seconds, by a process that is always there.

    Attributes:
        after: seconds after its start at which that process first looks.
    """

    seconds: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class Daily:
    """Called every day at local times, each with a name. On which days there is something to do
    is the working calendar's matter.

    Attributes:
        again: seconds after which a process that is always there looks whether anything was
            missed or left undone.
    """

    times: tuple[tuple[str, time], ...]
    again: int


class CatchUp(Word):
    """What becomes of the times that nobody was there for."""

    LATEST = "latest", "错过几期只补最近一期，其余记为错过"
    WHATEVER_WAITS = "whatever_waits", "到时未办的照办"


@dataclass(frozen=True, slots=True)
class Job:
    """Something the engine does again and again.

    Attributes:
        title: what users call it.
        cadence: when it is called.
        run: does whatever is due now, and tells what is wrong; empty when all is well.
        zone: of its local times.
        can_be_shared: whether ``run`` also takes how a sweep is worked on, and among how many.
        shards: among how many workers of a cluster it is shared.
        catch_up: what becomes of times that were missed.
        limit: how long one call may take before it counts as stuck.
        retries: how often a call that failed is made again at once, where nobody looks again soon.
    """

    name: str
    title: str
    cadence: Every | Daily
    run: Callable[..., str]
    catch_up: CatchUp = CatchUp.WHATEVER_WAITS
    limit: timedelta = timedelta(minutes=10)
    retries: int = 0
    can_be_shared: bool = False
    shards: int = 1
    zone: ZoneInfo = ZONE

    @property
    def seconds(self) -> int:
        """How often a process that is always there looks at it."""
        return self.cadence.seconds if isinstance(self.cadence, Every) else self.cadence.again

    @property
    def is_resident(self) -> bool:
        """Whether it is looked at so often that only a process that is always there can do it."""
        return isinstance(self.cadence, Every) and self.cadence.seconds < SELDOM

    @property
    def first_look(self) -> timedelta:
        """How long after its start a process that is always there first looks at it."""
        return timedelta(seconds=self.cadence.after if isinstance(self.cadence, Every) else 0)

    @property
    def patience(self) -> timedelta:
        """How long it may go without being looked at by anybody before it counts as silent."""
        if isinstance(self.cadence, Daily):
            return timedelta(hours=26)
        return max(timedelta(minutes=30), timedelta(seconds=3 * self.cadence.seconds))


def check(service: Service, work: Work = work_on, shards: int = 1) -> str:
    """Run the sweeps that are due. What goes wrong in one is raised."""
    run_due_sweeps(service, work, shards)
    return ""


def deliver(service: Service) -> str:
    """Send what waits; a channel that is down is told, and its letters wait."""
    faults = send_mail(service).faults.items()
    return "；".join(f"发信通道{channel}故障：{fault}" for channel, fault in faults)


def seal(service: Service) -> str:
    """Make the day's checkpoint of the journal when it is due."""
    if make_due_checkpoint(service):
        tell(LogAction.CHECKPOINT, "日志封存：检查点已做")
    return ""


def show(service: Service) -> str:
    """Export the public board where a folder for it is named and it has changed."""
    folder, publicity = service.settings.board_dir, service.rulebook.policy.publicity
    if folder is None:
        return ""
    with service.database.read() as session:
        if is_current(folder, stamp_of(session, publicity)):
            return ""
    files, stamp = read_site(service.database, publicity)
    done = export(files, folder, stamp)
    tell(LogAction.BOARD, f"公示栏：更新{done.written}个文件", files=done.written)
    return ""


def count(service: Service) -> str:
    """Let the embedded database know how many rows there are by now."""
    count_anew(service.database)
    return ""


def look_after(service: Service) -> str:
    """Audit the installation. What it finds is kept and shown by itself; a heart that cannot be
    beaten is a failure of this job."""
    return audit_now(service, expected(service)).heart


def catalogue(service: Service) -> tuple[Job, ...]:
    """All jobs of an installation."""
    schedule, settings = service.schedule, service.settings
    is_embedded = service.database.is_sqlite
    return (
        Job(
            "sweeps",
            "检查（日、周、月、季）",
            Daily(tuple((c.value, schedule.at(c)) for c in Cadence), again=10),
            check,
            catch_up=CatchUp.LATEST,
            limit=timedelta(hours=2),
            retries=3,
            can_be_shared=True,
            shards=settings.shards,
        ),
        Job(
            "dispatch",
            "发信",
            Every(settings.dispatch_seconds),
            deliver,
            limit=timedelta(hours=2),
        ),
        Job(
            "checkpoint",
            "日志封存",
            Daily((("checkpoint", schedule.checkpoint),), again=60),
            seal,
            retries=3,
        ),
        Job("board", "公示栏导出", Every(60), show),
        *((Job("statistics", "数据库统计", Every(A_DAY, after=60), count),) if is_embedded else ()),
        # What was missed while nobody was there is caught up on before it is looked for.
        Job("audit", "巡检", Every(3600, after=300), look_after),
    )


def expected(service: Service) -> list[Expected]:
    """The jobs as the audit expects them."""
    return [Expected(job.name, job.title, job.patience) for job in catalogue(service)]
