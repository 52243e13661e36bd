"""Rules that are well formed and yet cannot do what their author meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

from config.answer_lint import lint_answers
from config.policy_cover import covers
from engine.rules.conditions import written
from engine.rules.limits import LimitUnit
from engine.rules.policy import Policy, Rule
from engine.rules.words import Cadence, DeadlineKind, NoticeKind, ProjectKind, Stage

Ladder = tuple[Rule, ...]


def lint_policy(policy: Policy) -> list[str]:
    """What an office should look at before it adopts the policy; empty when nothing is found."""
    ladders = list(_ladders(policy))
    found = [*_sources(policy), *_at_once(policy), *_lights(policy), *_unreachable(policy, ladders)]
    found += lint_answers(policy)
    for rule in policy.rules:
        found += _alone(rule)
    for ladder in ladders:
        found += [*_hasty(ladder), *_twice(ladder)]
    return list(dict.fromkeys(found))


def lint_dates(policy: Policy, today: date) -> list[str]:
    """What has ceased to hold by ``today``."""
    standing = policy.papers.standing
    if standing is None or standing.until >= today:
        return []
    kinds = "、".join(kind.label for kind in standing.notices)
    return [
        f"papers.standing：常设授权{standing.document}到{written(standing.until)}为止，已经过期，"
        f"{kinds}改为逐件签发；请换上新的文号和有效期，或删去"
    ]


def _ladders(policy: Policy) -> Iterator[Ladder]:
    """Every set of rules of which at most one is taken, highest first."""
    for cadence, deadline, kind in product(Cadence, (None, *DeadlineKind), ProjectKind):
        yield policy.rules_for(cadence, deadline, kind)


def _sources(policy: Policy) -> Iterator[str]:
    limits = policy.limits
    sources = {
        "limits.sign_for": limits.sign_for.source,
        "limits.first_report": limits.first_report.source,
        "limits.report_source": limits.report_source,
        "limits.answer_holds": limits.answer_holds.source,
        "limits.return_within": limits.return_within.source,
        "limits.plan_within": limits.plan_within.source if limits.plan_within else "不要求",
        "hours": policy.hours.source,
        "weekly": policy.weekly.source,
        "weekly.every_source": policy.weekly.every_source,
        "limits.instruction": limits.instruction.source,
        "limits.review_request": limits.review_request.source,
        "limits.review_decision": limits.review_decision.source,
        "inspections": policy.inspections.source,
        "links": policy.links.source,
        "silences": policy.silences.source,
        "papers": policy.papers.source,
        "publicity.object_within": policy.publicity.object_within.source,
        "publicity.handle_within": policy.publicity.handle_within.source,
    }
    if policy.hours.at_once.notices:
        sources["hours.at_once"] = policy.hours.at_once.source
    if policy.budget:
        sources["budget"] = policy.budget.source
    sources |= {light.id: light.source for light in policy.lights}
    sources |= {rule.id: rule.source for rule in policy.rules}
    for name, source in sources.items():
        if not source.strip():
            yield f"{name}：没有写出处（source）；没有公开规定的请写“本地设定”"


def _at_once(policy: Policy) -> Iterator[str]:
    urgent = policy.hours.at_once
    if bool(urgent.notices) != bool(urgent.urgency):
        yield "hours.at_once：notices 和 urgency 须都写，现在没有通知会不分时段发出"
    if any(kind.is_criticism for kind in urgent.notices):
        yield "hours.at_once：约谈建议和督查通报须签发后才发，写在这里不起作用"


def _lights(policy: Policy) -> Iterator[str]:
    for place, low in enumerate(policy.lights):
        for high in policy.lights[:place]:
            if covers(high.when, low.when):
                yield f"{low.id}：永远轮不到，它成立时前面的 {high.id} 总是先成立"


def _alone(rule: Rule) -> Iterator[str]:
    """What is odd about a rule whatever the others say."""
    if rule.notice is NoticeKind.REMINDER and not rule.deadlines:
        yield f"{rule.id}：提示没有写 deadlines，不知道提示哪个时限"
    early = bool(rule.when.days_before)
    if rule.stage is Stage.BEFORE and not early:
        yield f"{rule.id}：事前提示须写 days_before，现在的条件要到时限之后才成立"
    if early and rule.stage is not Stage.BEFORE:
        yield f"{rule.id}：days_before 在时限之前成立，stage 应为 before"
    if rule.notice is NoticeKind.CIRCULAR and not rule.program:
        yield f"{rule.id}：督查通报须写 program: true，全清单合为一份"
    yield from _never_run(rule)


def _never_run(rule: Rule) -> Iterator[str]:
    if rule.program:
        if rule.cadence not in (Cadence.MONTHLY, Cadence.QUARTERLY):
            yield f"{rule.id}：督查通报只在 monthly、quarterly 检查，现在的 cadence 不会运行"
    elif rule.cadence not in (Cadence.DAILY, Cadence.MONTHLY):
        yield f"{rule.id}：单个事项只在 daily、monthly 检查，现在的 cadence 不会运行"
    elif rule.cadence is Cadence.MONTHLY and rule.when.needs_a_deadline:
        yield f"{rule.id}：按天数的规则须每日检查，cadence 应为 daily"


def _unreachable(policy: Policy, ladders: list[Ladder]) -> Iterator[str]:
    """Rules that in every ladder they stand on give way to another one, always."""
    for rule in policy.rules:
        above = [ladder[: ladder.index(rule)] for ladder in ladders if rule in ladder]
        covering = [[r.id for r in part if covers(r.when, rule.when)] for part in above]
        if covering and all(covering):
            others = "、".join(dict.fromkeys(ids[0] for ids in covering))
            yield f"{rule.id}：永远轮不到，它成立时 {others} 总是先成立"


def _hasty(ladder: Ladder) -> Iterator[str]:
    """A step that climbs on before the answer to the one below was due."""
    for low, high in product(ladder, ladder):
        day, limit = _earliest(low, ladder), _reply_days(low)
        past = high.when.days_past
        if day is None or limit is None or past is None:
            continue
        if high.notice.severity > low.notice.severity and day <= past <= day + limit:
            yield (
                f"{low.id}：答复期到逾期第{day + limit}个工作日为止，"
                f"而 {high.id} 在第{past}个工作日就升级，来不及答复"
            )


def _twice(ladder: Ladder) -> Iterator[str]:
    """Both happen; only when the unanswered one stands first does it keep the other silent."""
    for place, later in enumerate(ladder):
        for first in ladder[:place]:
            silent = later.when.unanswered and not first.when.unanswered
            if silent and first.notice is later.notice:
                yield f"{later.id}：请移到 {first.id} 前面，否则{later.notice.label}会发两次"


def _reply_days(rule: Rule) -> int | None:
    """The working days given for the answer."""
    span = rule.reply_within
    return span.days if span and span.unit is LimitUnit.WORKING_DAY else None


def _earliest(rule: Rule, ladder: Ladder) -> int | None:
    """The first working day past the deadline on which the rule can hold."""
    if rule.when.days_past is not None:
        return max(rule.when.days_past, 1)
    days = [
        day + limit + 1
        for asked in ladder
        if asked.notice is rule.when.unanswered
        and asked.notice.severity < rule.notice.severity
        and (day := _earliest(asked, ladder)) is not None
        and (limit := _reply_days(asked)) is not None
    ]
    return min(days, default=None)
