"""A policy in plain Chinese: each part as labelled words, for comparison and for the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.rules.conditions import written
from engine.rules.policy import InstructionLimits, LightRule, Limits, Policy, ReportCadence, Rule
from engine.rules.policy_conditions import Condition
from engine.rules.policy_parts import (
    AtOnce,
    Budget,
    Frequency,
    Links,
    Papers,
    Silencing,
    Span,
    Standing,
)
from engine.rules.words import ChannelKind, Light, ProjectKind, Urgency, Word


def setting_words(policy: Policy) -> dict[str, tuple[str, str]]:
    """The figures outside the rules, each with its source."""
    limits, hours, weekly = policy.limits, policy.hours, policy.weekly
    return {
        "签收时限": (f"交办后{span_words(limits.sign_for)}", limits.sign_for.source),
        "首报时限": (f"交办后{span_words(limits.first_report)}", limits.first_report.source),
        "填报日": (_report_words(limits), limits.report_source),
        "退回时限": (f"交办后{span_words(limits.return_within)}", limits.return_within.source),
        "实施方案时限": _plan_words(limits.plan_within),
        "答复后暂缓升级": (span_words(limits.answer_holds), limits.answer_holds.source),
        "发送时段": (f"工作日{hours.start:%H:%M}至{hours.end:%H:%M}", hours.source),
        "不分时段": (_at_once_words(hours.at_once), hours.at_once.source),
        "减负额度": _budget_words(policy.budget),
        "一周一督前瞻": (f"{weekly.look_ahead}个工作日", weekly.source),
        "一周一督必列": (f"未办结的{_listed(weekly.every)}", weekly.every_source),
        "批示办理时限": (_instruction_words(limits.instruction), limits.instruction.source),
        "督查频次": (_frequency_words(policy.inspections), policy.inspections.source),
        "邮件链接": (_links_words(policy.links), policy.links.source),
        "暂缓提醒": (_silencing_words(policy.silences), policy.silences.source),
        "申请复核": (
            f"收到后{span_words(limits.review_request)}",
            limits.review_request.source,
        ),
        "复核决定": (
            f"申请后{span_words(limits.review_decision)}",
            limits.review_decision.source,
        ),
        "考核异议": (
            f"得分送达后{span_words(limits.score_objection)}",
            limits.score_objection.source,
        ),
        "公文": (_papers_words(policy.papers), policy.papers.source),
        "常设授权": _standing_words(policy.papers.standing),
        "公示异议": (
            f"公示后{span_words(policy.publicity.object_within)}",
            policy.publicity.object_within.source,
        ),
        "公示异议办结": (
            f"收到后{span_words(policy.publicity.handle_within)}",
            policy.publicity.handle_within.source,
        ),
    }


def _at_once_words(urgent: AtOnce) -> str:
    if not (urgent.notices and urgent.urgency):
        return "没有，一律在发送时段内发出"
    return f"{_listed(urgent.urgency)}事项的{_listed(urgent.notices)}立即发出"


def _budget_words(budget: Budget | None) -> tuple[str, str]:
    if budget is None:
        return "不限", ""
    limit = f"每个单位每月{budget.letters_per_unit_per_month}封，其余并入下一次一周一督"
    exempt = f"；{_listed(budget.exempt)}照发" if budget.exempt else ""
    return limit + exempt, budget.source


def _papers_words(papers: Papers) -> str:
    issuer = f"{papers.issuer}，" if papers.issuer else ""
    lengths = f"通报最多{papers.general_length}字，约谈建议最多{papers.special_length}字"
    return f"{issuer}机关代字“{papers.code}”；{lengths}"


def _standing_words(standing: Standing | None) -> tuple[str, str]:
    if standing is None:
        return "没有，通报和约谈建议逐件签发", ""
    kinds = f"{_listed(standing.notices)}拟稿即发出（{standing.public.label}）"
    return f"至{written(standing.until)}，{kinds}", f"{standing.signer}签署的{standing.document}"


def _links_words(links: Links) -> str:
    if not links.allow:
        return f"只能查看，{links.days}个自然日内有效"
    return f"凭链接可以{_listed(links.allow)}，{links.days}个自然日内有效"


def _silencing_words(silences: Silencing) -> str:
    return f"最长{span_words(silences.at_most)}；{_listed(silences.never)}照常发出"


def _frequency_words(limits: Frequency) -> str:
    once = f"同一事项{limits.repeat_after}个自然日内不重复"
    return f"同一单位每年不超过{limits.per_unit_per_year}次，{once}"


def _report_words(limits: Limits) -> str:
    if limits.report_every is ReportCadence.WEEKLY:
        day = "一二三四五"[limits.report_weekday - 1]
        return f"每周{day}前（遇节假日顺延至节后第二个工作日）"
    return f"每月{limits.report_day}日前"


def _instruction_words(limits: InstructionLimits) -> str:
    spans = {
        Urgency.CRITICAL.label: limits.critical,
        Urgency.URGENT.label: limits.urgent,
        Urgency.NORMAL.label: limits.normal,
        "难办": limits.difficult,
    }
    return "，".join(f"{name}{span_words(span)}" for name, span in spans.items())


def _plan_words(within: Span | None) -> tuple[str, str]:
    return (f"交办后{span_words(within)}", within.source) if within else ("不要求", "")


def light_words(light: LightRule) -> dict[str, str]:
    """A colour's rule, part by part."""
    return {
        "名称": light.name,
        "灯色": light.light.label,
        "何时": condition_words(light.when),
        "出处": light.source,
    }


def rule_words(rule: Rule) -> dict[str, str]:
    """A step of the ladder, part by part."""
    return {
        "名称": rule.name,
        "阶段": rule.stage.label,
        "检查": rule.cadence.label,
        "何时": condition_words(rule.when),
        "适用": _scope(rule),
        "发什么": rule.notice.label,
        "发给": _listed(rule.audience) + _group_words(rule),
        "答复期": span_words(rule.reply_within) if rule.reply_within else "不要求",
        "要求": rule.ask or "按通知种类的通用要求",
        "出处": rule.source,
    }


def _group_words(rule: Rule) -> str:
    return "，并告知工作群" if ChannelKind.GROUP in rule.channels else ""


def span_words(span: Span) -> str:
    """A length of time, such as 3个工作日."""
    return span.limit.text


def condition_words(condition: Condition) -> str:
    """All parts of a condition, which must hold together."""
    return "，且".join(_parts(condition))


def _parts(when: Condition) -> Iterator[str]:
    if when.days_before:
        yield f"到期前{'、'.join(str(step) for step in when.days_before)}个工作日"
    if when.days_past is not None:
        what = _listed(when.overdue) if when.overdue else "时限"
        yield f"{what}已过满{when.days_past}个工作日"
    if when.unanswered:
        yield f"{when.unanswered.label}逾期未答复（或答复后未见进展）"
    if when.streak:
        worse = "" if when.streak.light is Light.RED else "或更差"
        yield f"连续{when.streak.months}个月为{when.streak.light.label}{worse}"
    if when.count:
        yield f"已发出{when.count.notice.label}满{when.count.at_least}次"
    if when.gate:
        yield f"到{when.gate.month}月{when.gate.day}日仍未办结"
    if when.behind_points is not None:
        yield f"落后序时进度{when.behind_points}个百分点及以上"
    if when.behind_points_over is not None:
        yield f"落后序时进度超过{when.behind_points_over}个百分点"
    if when.below_ratio is not None:
        yield f"实际进度低于计划进度的{when.below_ratio * 100:f}".rstrip("0").rstrip(".") + "%"
    if when.lights:
        yield f"当前为{_listed(when.lights)}"
    if when.within_term:
        yield "承诺时限未到"
    if when.open:
        yield "尚未办结"


def _scope(rule: Rule) -> str:
    kinds = "各类事项" if set(rule.kinds) == set(ProjectKind) else _listed(rule.kinds)
    if rule.program:
        return f"{kinds}，全清单合为一份"
    if rule.unit:
        return f"{kinds}，每个单位合为一份"
    return f"{kinds}的{_listed(rule.deadlines)}" if rule.deadlines else kinds


def _listed(members: Iterable[Word]) -> str:
    return "、".join(member.label for member in members)
