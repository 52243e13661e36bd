"""What ``duban report`` shows: the form as it is offered, and what was reported so far."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cli.answer import Answer
from engine.rules.zone import local_day

if TYPE_CHECKING:
    from engine.desk.issuing import Desk
    from engine.reports.last_values import Offer
    from engine.reports.report_versions import KeptDoubt, ReportVersion
    from engine.store.tables import Project


def show_form(answer: Answer, code: str, offer: Offer) -> None:
    """The form of a project: promises with their last figures, open milestones, old doubts."""
    due = f"，请于{offer.due}前填报" if offer.due else ""
    due = "，已经填报，再填即为更正" if offer.is_made else due
    answer.say(f"{code} {offer.period} 填报表（{offer.every.label}填报{due}）")
    last = f"{offer.last_period}：形象进度{_share(offer.percent)}；{offer.text or '无文字说明'}"
    answer.say(f"上次填报 {last}" if offer.last_period else "还没有填报过")
    answer.table(
        ("指标", "目标", "上次累计"),
        [(f.name, f.text, _figure(f.last, f.unit)) for f in offer.figures],
    )
    answer.table(("未完成的节点", "时限"), [(step.name, str(step.due)) for step in offer.steps])
    _say_doubts(answer, offer.doubts)
    answer.put(
        code=code,
        period=offer.period,
        every=offer.every,
        due=offer.due,
        last_period=offer.last_period,
        percent=offer.percent,
        text=offer.text,
        figures=[
            {
                "metric": f.name,
                "unit": f.unit,
                "planned": f.planned,
                "promise": f.text,
                "last": f.last,
            }
            for f in offer.figures
        ],
        milestones=[{"name": step.name, "due": step.due} for step in offer.steps],
        doubts=_doubts(offer.doubts),
    )


def show_history(answer: Answer, at: Desk, project: Project) -> None:
    """All versions of all reports, with the doubts that were explained."""
    from engine.reports.report_versions import doubts_kept
    from engine.reports.stating import form_of

    form = form_of(at, project)
    names = {target.id: name for target, name in zip(form.targets, form.names, strict=True)}
    units = {target.id: target.unit for target in form.targets}
    doubts = doubts_kept(at.session, [version.id for version in form.versions])
    if not form.versions:
        answer.say(f"{project.code} 还没有填报过")
    for v in form.versions:
        figures = "，".join(
            f"{names[t]}{_figure(value, units[t])}" for t, value in v.values.items()
        )
        again = f"第{v.version}次" if v.version > 1 else ""
        answer.say(
            f"{v.period}{again}　{local_day(v.reported_at)} {v.reported_by}："
            f"形象进度{_share(v.percent)}；{figures or '无数据'}；{v.text or '无文字说明'}"
        )
        _say_doubts(answer, tuple(doubts[v.id]))
    answer.put(
        code=project.code,
        reports=[_version(v, names) | {"doubts": _doubts(doubts[v.id])} for v in form.versions],
    )


def _version(version: ReportVersion, names: dict[int, str]) -> dict[str, Any]:
    return {
        "period": version.period,
        "version": version.version,
        "reported_on": local_day(version.reported_at),
        "reported_by": version.reported_by,
        "percent": version.percent,
        "text": version.text,
        "values": {names[target]: value for target, value in version.values.items()},
    }


def _say_doubts(answer: Answer, doubts: tuple[KeptDoubt, ...]) -> None:
    for doubt in doubts:
        answer.say(f"　疑点（{doubt.check.label}）：{doubt.text}")
        answer.say(f"　单位说明：{doubt.explanation}")


def _doubts(doubts: tuple[KeptDoubt, ...] | list[KeptDoubt]) -> list[dict[str, str]]:
    return [
        {"check": doubt.check, "text": doubt.text, "explanation": doubt.explanation}
        for doubt in doubts
    ]


def _share(percent: Decimal | None) -> str:
    return "未填" if percent is None else f"{_plain(percent)}%"


def _figure(value: Decimal | None, unit: str) -> str:
    return "未填" if value is None else f"{_plain(value)}{unit}"


def _plain(value: Decimal) -> str:
    from engine.rules.honesty import plain

    return plain(value)
