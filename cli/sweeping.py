"""``duban sweep`` and ``duban dispatch``: by hand what ``duban up`` does by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

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
        typer.Argument(metavar="daily|weekly|monthly|quarterly", help="哪一种检查"),
    ],
    as_of: Annotated[
        str,
        typer.Option("--as-of", metavar="时间", help="按哪一刻检查；默认现在", show_default=False),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """检查一期：该发的通知在此产生。同一期只运行一次。"""
    which = to_word(Cadence, cadence)
    moment = to_moment(as_of) if as_of else None
    with answering(as_json) as answer, installation() as service:
        from engine.sweeps.sweep import run_sweep

        at = _instant(service, which, moment)
        if local_day(at) > local_day(service.now()):
            raise SweepRefused("不能按将来的日期检查；要看以后会发什么，请用 duban simulate 预演")
        report = run_sweep(
            service.database,
            service.rulebook,
            which,
            scheduled_at=_scheduled(service, which, local_day(at)),
            as_of=at,
            now=service.now,
        )
        _tell(answer, report)


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


def _tell(answer: Answer, report: SweepReport) -> None:
    answer.put(
        cadence=report.cadence,
        period=report.period,
        claimed=report.claimed,
        counts=report.counts,
        issued=report.issued,
        held=report.held,
    )
    title = f"{report.cadence.label} {report.period}"
    if not report.claimed:
        answer.say(f"{title}：本期已由其他进程完成或正在运行")
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
