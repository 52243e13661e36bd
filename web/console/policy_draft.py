"""规则草稿: written, rehearsed on the real past, and put in force by the head of the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import yaml
from pydantic import Field

from config.policy_diff import diff_policies
from config.policy_lint import lint_dates, lint_policy
from config.policy_loader import policy_of, policy_text
from engine.errors import DubanError
from engine.hindsight.comparing import Comparison
from engine.rule_drafts import (
    Drafted,
    draft_of,
    drop_draft,
    put_in_force,
    source_in_force,
    write_draft,
)
from engine.rules.policy import Policy
from flows.hindsight import AT_WORK, Rehearsed, rehearse, rehearsed
from web.access import LEADERS, OFFICE
from web.console.declared import Act, Done, Offer, Page
from web.console.given import Given, Line, Nothing, Upload
from web.console.policy import HERE
from web.console.rule_drafting import CHIEFS, SEE_DRAFT, Seen, text_of
from web.console.visit import Visit

DRAFT = "/policy/draft"
LONGEST = 100_000
"""Characters of the longest policy."""


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft, how it differs, what is doubtful about it, and what it would have sent."""

    version: str
    title: str
    note: str
    author: str
    written_at: datetime | None
    differences: list[str]
    doubts: list[str]
    rehearsed: Rehearsed | None
    comparison: Comparison | None
    is_at_work: bool
    fault: str


class NewPolicy(Given):
    """A policy as it is written."""

    source: str = Field(
        "",
        title="规则原文",
        description="数字、出处都在这里改；写法不对的会指出第几行、怎样改",
        max_length=LONGEST,
        json_schema_extra={"lines": 30},
    )
    file: Upload | None = Field(None, title="或者上传文件", description="上传的代替上面的文字")
    note: Line = Field(title="为什么改")


def edit(visit: Visit, given: NewPolicy) -> Done:
    """Make a draft."""
    visit.service.rules.check_can_choose_policy()
    source = text_of(given.file) if given.file else given.source.replace("\r\n", "\n")
    if not source.strip():
        raise DubanError("请填写规则原文，或者上传文件")
    policy = policy_of(source)
    write_draft(visit.desk, policy, policy.title, source, given.note, visit.by)
    return Done("草稿已存，还没有启用。请看改了什么，预演之后再决定", DRAFT)


def show_draft(visit: Visit, _: Nothing) -> DraftPage:
    """A draft."""
    draft = draft_of(visit.session, Drafted.POLICY)
    if draft is None:
        return DraftPage("", "", "", "", None, [], [], None, None, False, "")
    now, new = visit.desk.rulebook.policy, Policy.from_data(draft.content)
    done = rehearsed(visit.session, now.version, draft.version)
    background = visit.runner.background
    return DraftPage(
        draft.version,
        draft.title,
        draft.note,
        draft.author,
        draft.written_at,
        diff_policies(now, new),
        [*lint_policy(new), *lint_dates(new, visit.day)],
        done,
        done.comparison if done else None,
        background.is_at_work(AT_WORK),
        background.fault(AT_WORK),
    )


def try_out(visit: Visit, _: Nothing) -> Done:
    """Begin to rehearse the draft."""
    draft = _draft(visit)
    policy, service = Policy.from_data(draft), visit.service
    if not visit.runner.background.start(AT_WORK, lambda: rehearse(service, policy)):
        return Done("正在预演，不必再点", DRAFT)
    return Done("已开始预演，结果列在下面", DRAFT)


def adopt(visit: Visit, given: Seen) -> Done:
    """Put the draft in force."""
    put_in_force(visit.desk, Drafted.POLICY, given.seen, visit.by)
    return Done("新规则已启用，下一次检查起照此办理", HERE)


def drop(visit: Visit, _: Nothing) -> Done:
    """Do without the draft."""
    drop_draft(visit.desk, Drafted.POLICY, visit.by)
    return Done("草稿已放弃", HERE)


def _draft(visit: Visit) -> dict[str, object]:
    draft = draft_of(visit.session, Drafted.POLICY)
    if draft is None:
        raise DubanError("没有等待启用的规则草稿")
    return draft.content


def _offer_source(visit: Visit) -> Offer:
    """The draft to go on with; otherwise the text of what is in force."""
    draft = draft_of(visit.session, Drafted.POLICY)
    policy = visit.desk.rulebook.policy
    source = (
        draft.source if draft else source_in_force(visit.session, Drafted.POLICY, policy.version)
    )
    named = visit.service.rules.named.policy
    if not source and policy.version == named.version:
        source = policy_text(visit.service.settings.policy)
    if not source:
        source = yaml.safe_dump(policy.to_data(), allow_unicode=True, sort_keys=False, width=100)
    return Offer({"source": source, "note": draft.note if draft else ""})


def _offer_seen(visit: Visit) -> Offer:
    page = show_draft(visit, Nothing())
    if not page.version:
        raise DubanError("没有等待启用的规则草稿")
    facts = [("草稿", f"{page.title}（{page.author}：{page.note}）")]
    facts += [("改动", "\n".join(page.differences) or "只有文字出处不同")]
    told = page.comparison.words if page.comparison else "还没有预演，建议先预演"
    return Offer({"seen": page.version}, facts=[*facts, ("预演", told)])


PAGES = (Page("policy-draft", DRAFT, "规则草稿", SEE_DRAFT, show_draft, "policy_draft.html"),)
ACTS = (
    Act(
        "policy-edit",
        "/policy/edit",
        "修改规则",
        OFFICE,
        edit,
        NewPolicy,
        about="改好的先成为草稿，不影响正在使用的；预演之后，由督查室主任启用。",
        offer=_offer_source,
        back=HERE,
        button="存为草稿",
    ),
    Act(
        "policy-rehearse",
        "/policy/rehearse",
        "预演草稿",
        OFFICE | LEADERS,
        try_out,
        about="用去年和今年真实的填报、时限，各按现行规则和草稿走一遍，比较会发出哪些通知。"
        "不产生任何通知，最多几分钟。",
        back=DRAFT,
    ),
    Act(
        "policy-adopt",
        "/policy/adopt",
        "启用规则",
        CHIEFS,
        adopt,
        Seen,
        about="启用后全部进程随即照新规则办理；签收、首报、实施方案的期限从原起算日重算，"
        "不因缩短而逾期；已发的通知不变。",
        offer=_offer_seen,
        back=DRAFT,
        is_grave=True,
    ),
    Act("policy-drop", "/policy/drop", "放弃规则草稿", OFFICE, drop, back=DRAFT, is_grave=True),
)
