"""巡检: what should have happened and did not, and when something counts as overdue.

Each rule takes what was read from the store and gives findings; a store in order gives none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from engine.rules.numbering import gaps
from engine.rules.throttles import Rates
from engine.rules.words import Word
from engine.rules.zone import written_at


class FindingKind(Word):
    """What the audit finds."""

    SWEEP_OVERDUE = "sweep_overdue", "检查到期未运行"
    SWEEP_STILL = "sweep_still", "检查停住不动"
    SET_ASIDE = "set_aside", "事项检查出错"
    LOOK_MISSED = "look_missed", "时限漏查"
    UNWATCHED = "unwatched", "时限没有下次检查日"
    LEASE_OVER = "lease_over", "发送中断未接续"
    LETTERS_LATE = "letters_late", "信件滞留"
    LETTERS_GATHERING = "letters_gathering", "信件未放行"
    JOURNAL_ALTERED = "journal_altered", "日志与写入时不符"
    CHECKPOINT_MISSING = "checkpoint_missing", "日志未封存"
    NUMBER_GAP = "number_gap", "文号断号"
    CLOCK_BEHIND = "clock_behind", "时钟倒退"
    CLOCKS_APART = "clocks_apart", "时钟与数据库相差过大"
    JOB_SILENT = "job_silent", "任务没有动静"
    JOB_FAILING = "job_failing", "任务出错"
    STORE_NEWER = "store_newer", "程序版本落后于数据库"

    @property
    def cure(self) -> str:
        """What to do about it."""
        return CURES[self]


_RESTART = "确认 duban up 或集群在运行，看日志；重启后自动接续"
_BROKEN = "记下本条，先备份，再与备份中的导出比对，查明谁改了数据库"
CURES: Mapping[FindingKind, str] = {
    FindingKind.SWEEP_OVERDUE: f"{_RESTART}；也可手动运行 duban sweep",
    FindingKind.SWEEP_STILL: _RESTART,
    FindingKind.SET_ASIDE: "用 duban list 看是哪些事项、什么错误；改正数据后次日自动再查",
    FindingKind.LOOK_MISSED: "请把本条和日志交给维护人员；次日检查会再看这些时限",
    FindingKind.UNWATCHED: "请把本条交给维护人员；对事项办理任何一步（如填报）会重新排定",
    FindingKind.LEASE_OVER: "确认 duban up 或发信进程在运行；启动后自动重发，重复的可以辨认",
    FindingKind.LETTERS_LATE: "看“发送渠道”页或 duban channel list 的故障；通道恢复后自动发出",
    FindingKind.LETTERS_GATHERING: "请把本条和日志交给维护人员",
    FindingKind.JOURNAL_ALTERED: f"{_BROKEN}；全面核对用 duban journal verify",
    FindingKind.CHECKPOINT_MISSING: f"{_RESTART}；也可手动运行 duban sweep",
    FindingKind.NUMBER_GAP: _BROKEN,
    FindingKind.CLOCK_BEHIND: "校准本机时钟（NTP）；时钟走到记录的时刻之前，不要办理业务",
    FindingKind.CLOCKS_APART: "校准本机和数据库服务器的时钟（NTP）",
    FindingKind.JOB_SILENT: f"{_RESTART}；不再开服务、改由 cron 叫的，用 duban audit --cron",
    FindingKind.JOB_FAILING: "按所列原因处理；处理好后自动恢复",
    FindingKind.STORE_NEWER: "本进程是旧程序，请换用新程序后重启",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should have happened and did not.

    Attributes:
        subject: tells several of one kind apart; the same as long as it lasts.
        text: a plain Chinese sentence without its full stop.
        since: when it began; None where that is not known.
    """

    kind: FindingKind
    subject: str
    text: str
    since: datetime | None = None


SWEEP_PATIENCE = timedelta(minutes=5)
"""How long a due period may be unaccounted for, or a running one stand still."""
LEASE_PATIENCE = timedelta(minutes=15)
"""How long after its lease a letter may wait to be taken up again."""
LETTER_PATIENCE = timedelta(hours=1)
"""How long a letter may wait that could leave; what its channel's rate allows comes on top."""
CHECKPOINT_PATIENCE = timedelta(hours=1)
CLOCK_PATIENCE = timedelta(minutes=2)
"""How far clocks may differ before it matters."""
MOST_TOLD = 5
"""How many of a kind are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a sweep: whose, as users call it, and when it was due."""

    subject: str
    title: str
    scheduled_at: datetime


def overdue(periods: Iterable[Period], now: datetime) -> Iterator[Finding]:
    """Periods that should have been run by now and are not accounted for."""
    for period in periods:
        if period.scheduled_at < now - SWEEP_PATIENCE:
            text = f"{period.title}应在{written_at(period.scheduled_at)}运行，至今没有"
            yield Finding(FindingKind.SWEEP_OVERDUE, period.subject, text, period.scheduled_at)


class Queue(Protocol):
    """The letters that wait for one channel, and how many of them could leave since when."""

    @property
    def channel(self) -> str: ...

    @property
    def due(self) -> int: ...

    @property
    def due_since(self) -> datetime | None: ...


def late_letters(
    queues: Iterable[Queue], channels: Mapping[str, Rates], now: datetime
) -> Iterator[Finding]:
    """Queues that wait longer than their channel explains.

    Args:
        channels: the channels that are open, with their rates.
    """
    for queue in queues:
        rates = channels.get(queue.channel, ())
        patience = LETTER_PATIENCE + time_for(queue.due, rates)
        if queue.due_since is not None and queue.due_since < now - patience:
            closed = "" if queue.channel in channels else "（这个通道现在没有设置）"
            name, since = f"通道{queue.channel}{closed}", written_at(queue.due_since)
            text = f"{name}有{queue.due}封信可发而未发，最早的从{since}等起"
            yield Finding(FindingKind.LETTERS_LATE, queue.channel, text, queue.due_since)


def time_for(letters: int, rates: Rates) -> timedelta:
    """How long so many letters take at the slowest of the rates."""
    return max((rate.window * (letters / rate.count) for rate in rates), default=timedelta())


@dataclass(frozen=True, slots=True)
class Watched:
    """A job, how long it may go without being looked at, and its last signs of life."""

    name: str
    title: str
    patience: timedelta
    looked_at: datetime | None
    error: str = ""
    failed_at: datetime | None = None


def silent_jobs(jobs: Iterable[Watched], now: datetime) -> Iterator[Finding]:
    """Jobs that nobody looks at any more, and those that fail. One that nobody ever looked at is
    not meant to run here."""
    for job in jobs:
        if job.looked_at is None:
            continue
        if job.looked_at < now - job.patience:
            text = f"{job.title}从{written_at(job.looked_at)}起没有任何进程再看过"
            yield Finding(FindingKind.JOB_SILENT, job.name, text, job.looked_at)
        elif job.error:
            text = f"{job.title}：{job.error}"
            yield Finding(FindingKind.JOB_FAILING, job.name, text, job.failed_at)


def clock_faults(
    now: datetime, latest: datetime | None, apart: timedelta | None
) -> Iterator[Finding]:
    """A clock that stands before what was written already, or differs from the database's.

    Args:
        latest: the latest moment in the store.
        apart: this process's clock less the database's; None where they are one.
    """
    if latest is not None and now < latest - CLOCK_PATIENCE:
        text = f"现在是{written_at(now)}，库中已有{written_at(latest)}的记录"
        yield Finding(FindingKind.CLOCK_BEHIND, "", text, latest)
    if apart is not None and abs(apart) > CLOCK_PATIENCE:
        text = f"本机时钟比数据库{'快' if apart > timedelta() else '慢'}{lasting(abs(apart))}"
        yield Finding(FindingKind.CLOCKS_APART, "", text)


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one 机关代字 and year, and the number that was given last."""

    title: str
    numbers: Sequence[int]
    last: int


def number_gaps(series: Iterable[Series]) -> Iterator[Finding]:
    """Series in which a number is missing, or stands beyond the last."""
    for one in series:
        missing = gaps(one.numbers, one.last)
        beyond = [number for number in one.numbers if number > one.last]
        if missing:
            text = f"{one.title}缺{some([f'{number}号' for number in missing])}"
            yield Finding(FindingKind.NUMBER_GAP, one.title, text)
        elif beyond:
            text = f"{one.title}编到{one.last}号，却有{some([f'{n}号' for n in beyond])}"
            yield Finding(FindingKind.NUMBER_GAP, one.title, text)


def checkpoint_missing(last: datetime | None, due: datetime, now: datetime) -> Iterator[Finding]:
    """The checkpoint that was due and was not made, although events from before then wait."""
    if now > due + CHECKPOINT_PATIENCE:
        before = f"上次封存在{written_at(last)}" if last else "从未封存"
        text = f"应在{written_at(due)}封存，{before}"
        yield Finding(FindingKind.CHECKPOINT_MISSING, "", text, due)


def counted(
    kind: FindingKind, names: Sequence[str], count: int, what: str, since: datetime | None = None
) -> Iterator[Finding]:
    """One finding for however many rows: how many, and the first few by name."""
    if count:
        named = f"：{some(names, count)}" if names else ""
        yield Finding(kind, "", f"{count}{what}{named}", since)


def some(names: Sequence[str], count: int | None = None) -> str:
    """The first few names, and that there are more."""
    more = (count or len(names)) > MOST_TOLD
    return "、".join(names[:MOST_TOLD]) + ("等" if more else "")


def lasting(span: timedelta) -> str:
    """A span as users read it."""
    seconds = round(span.total_seconds())
    if seconds < 60:
        return f"{seconds}秒"
    if seconds < 3600:
        return f"{seconds // 60}分钟"
    hours = f"{seconds // 3600}小时"
    return f"{hours}{seconds % 3600 // 60}分钟" if seconds < 86400 else f"{seconds // 86400}天"
