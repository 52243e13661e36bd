"""``duban sweep`` and ``duban dispatch``: by hand what ``duban up`` does by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.answer import Answer, answering
from cli.installation import installation
from cli.options import AsJson, to_moment, to_word
from engine.errors import DubanError
from engine.rules.words import Cadence
from engine.rules.zone import ZONE, local_day

if TYPE_CHECKING:
    from engine.sweeps.sweep import SweepReport
    from flows.service import Service


WHOLE_QUARTER = timedelta(days=92)


class SweepRefused(DubanError):
    """这一期不能检查。"""


def sweep(
    cadence: Annotated[
        str,
        typer.Argument(
            metavar="daily|weekly|monthly|quarterly",
            help="不写的，到期的都做",
            show_default=False,
        ),
    ] = "",
    as_of: Annotated[
        str,
        typer.Option("--as-of", metavar="时间", help="按哪一刻检查；默认现在", show_default=False),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """检查：该发的通知在此产生，到期的日志封存也一并做。同一期只运行一次。"""
    which = to_word(Cadence, cadence) if cadence else None
    moment = to_moment(as_of) if as_of else None
    if moment is not None and which is None:
        raise typer.BadParameter("写了 --as-of 的，要写明哪一种检查，如 duban sweep daily")
    with answering(as_json) as answer, installation() as service:
        from flows.tick import make_due_checkpoint, run_due_sweeps

        if which is None:
            _tell_all(answer, run_due_sweeps(service))
        else:
            report = _sweep_one(service, which, moment)
            _tell(answer, report)
            answer.put(**_data(report))
        # Where no service runs and cron calls, nobody else would ever seal the journal.
        sealed = make_due_checkpoint(service)
        if sealed:
            answer.say("督办日志已封存")
        answer.put(sealed=sealed)


def _sweep_one(service: Service, cadence: Cadence, moment: date | datetime | None) -> SweepReport:
    from engine.sweeps.sweep import run_sweep

    at = _instant(service, cadence, moment)
    if local_day(at) > local_day(service.now()):
        raise SweepRefused("不能按将来的日期检查；要看以后会发什么，请用 duban simulate 预演")
    return run_sweep(
        service.database,
        service.rulebook,
        cadence,
        scheduled_at=_scheduled(service, cadence, local_day(at)),
        as_of=at,
        now=service.now,
    )


def _instant(service: Service, cadence: Cadence, moment: date | datetime | None) -> datetime:
    """A bare date means the hour at which the timetable runs this cadence."""
    if moment is None:
        return service.now()
    if not isinstance(moment, datetime):
        return datetime.combine(moment, service.schedule.at(cadence), ZONE)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _scheduled(service: Service, cadence: Cadence, day: date) -> datetime:
    """When the period of ``day`` is due by itself, so that it is not run once more then."""
    from engine.rules.periods import period_of, run_days

    first, last = day - WHOLE_QUARTER, day + WHOLE_QUARTER
    days = run_days(cadence, first, last, service.rulebook.calendar)
    period = period_of(cadence, day)
    due = next((d for d in days if period_of(cadence, d) == period), day)
    return datetime.combine(due, service.schedule.at(cadence), ZONE)


def _tell_all(answer: Answer, reports: Sequence[SweepReport]) -> None:
    """What was due, each as if it had been asked for alone."""
    if not reports:
        answer.say("没有到期的检查")
    for report in reports:
        _tell(answer, report)
    answer.put(runs=[_data(report) for report in reports])


def _data(report: SweepReport) -> dict[str, Any]:
    return {
        "cadence": report.cadence,
        "period": report.period,
        "claimed": report.claimed,
        "counts": report.counts,
        "issued": report.issued,
        "held": report.held,
    }


def _tell(answer: Answer, report: SweepReport) -> None:
    title = f"{report.cadence.label} {report.period}"
    if not report.claimed:
        answer.say(f"{title}：本期已经检查过，或正在检查，没有再做")
        return
    answer.say(f"{title}：已完成")
    if "projects" in report.counts:
        answer.say(f"检查：{report.counts['projects']}个事项")
    answer.say("产生：" + ("、".join(f"{k.label}{n}份" for k, n in report.issued.items()) or "无"))
    if report.held:
        answer.say("未发：" + "、".join(f"{r.label}{n}项" for r, n in report.held.items()))
    if report.counts.get("set_aside"):
        answer.warn(f"有{report.counts['set_aside']}个事项检查出错，已搁置，见 duban list")


def dispatch(as_json: AsJson = False) -> None:
    """发送发件箱中到时的邮件。"""
    with answering(as_json) as answer, installation() as service:
        from flows.tick import send_mail

        report = send_mail(service)
        answer.say(f"送达{report.sent}封，待重试{report.deferred}封，失败{report.failed}封")
        if report.put_off:
            answer.say(f"现在不是发送时段，{report.put_off}封等到下一个时段")
        for channel, fault in report.faults.items():
            answer.warn(f"发信通道{channel}故障：{fault}")
        if report.failed:
            answer.warn("送不到的，停用的邮箱和原因见 duban address list，更正后恢复")
        if report.faults or report.failed:
            answer.fall_short()
        answer.put(
            sent=report.sent,
            deferred=report.deferred,
            failed=report.failed,
            returned=report.returned,
            put_off=report.put_off,
            faults=dict(report.faults),
        )
