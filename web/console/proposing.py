"""点单: proposals are collected, merged, assessed, declined; items of earlier lists go on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import Field

from engine.ledger.wishes import read_wishes
from engine.proposals import carrying_over, proposing
from engine.proposals.proposal import ProposalRefused
from engine.rules.proposals import WAITING_STATES, ProposalChannel, Succession, Wish
from engine.rules.words import Word
from web.access import OFFICE
from web.console.declared import Act, Done, Offer
from web.console.given import Choice, Figure, Given, Line, MaybeLine, MaybeText, Text, Upload
from web.console.named import names_in
from web.console.proposals import HERE, ONE, line_of, year_of
from web.console.visit import Visit

_COLLECTED_BY = [c for c in ProposalChannel if c is not ProposalChannel.CARRIED_OVER]


class Feasibility(Word):
    """What an assessment comes to."""

    FEASIBLE = "feasible", "可行"
    INFEASIBLE = "infeasible", "不可行"


class Collected(Given):
    """A proposal."""

    title: Line = Field(title="标题", description="用一句话写明建议做什么")
    channel: ProposalChannel = Field(title="渠道")
    received_on: date = Field(title="收到日期")
    year: int = Field(title="为哪一年的清单征集", ge=1990, le=2100)
    content: MaybeText = Field("", title="建议内容")
    field: MaybeLine = Field("", title="所属领域")
    proposer: MaybeLine = Field("", title="提出人")


class Sheet(Given):
    """A workbook of proposals."""

    year: int = Field(title="为哪一年的清单征集", ge=1990, le=2100)
    file: Upload = Field(
        title="建议汇总表", description="Excel（.xlsx），有标题、渠道、收到日期等列"
    )


class Merged(Given):
    """Proposals that ask for the same."""

    numbers: Line = Field(title="合并哪几条", description="建议号，用顿号隔开")
    into: int = Field(title="合并到哪一条", description="建议号", ge=1)
    reason: MaybeText = Field("", title="理由")


class Assessed(Given):
    """An assessment."""

    result: Feasibility = Field(title="评估结果")
    funds: Figure | None = Field(
        None,
        title="所需资金",
        description="可行的必填，不需资金的写0",
        json_schema_extra={"unit": "万元"},
    )
    opinion: Text = Field(title="评估意见")


class Declined(Given):
    """Why a proposal is not taken up."""

    reason: Text = Field(title="理由")


class CarriedOver(Given):
    """Items of an earlier list that go on."""

    codes: Line = Field(title="上年事项", description="编号，如 2023-04，几项用顿号隔开")
    year: int = Field(title="列入哪一年的建议", ge=1990, le=2100)
    succession: Succession = Field(Succession.CONTINUED, title="方式")
    content: MaybeText = Field("", title="今年做什么", description="拓展的必填")


def collect(visit: Visit, given: Collected) -> Done:
    """Register one proposal."""
    wish = Wish(
        given.title, given.channel, given.received_on, given.content, given.field, given.proposer
    )
    [row] = proposing.collect(visit.desk, given.year, [wish], visit.by)
    return Done(f"已登记为建议{row.id}", f"{HERE}/{row.id}", {"proposal": row.id})


def take_in(visit: Visit, given: Sheet) -> Done:
    """Register all proposals of a workbook, or none."""
    known = proposing.collected_in(visit.session, given.year)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"建议汇总表{Path(given.file.name).suffix.lower()[:8]}"
        path.write_bytes(given.file.data)
        wishes = read_wishes(path, visit.day, known)
    rows = proposing.collect(visit.desk, given.year, wishes, visit.by)
    told = f"已登记{len(rows)}条建议，编号{rows[0].id}至{rows[-1].id}"
    return Done(told, f"{HERE}?year={given.year}", {"proposals": [row.id for row in rows]})


def merge(visit: Visit, given: Merged) -> Done:
    """Merge proposals into one."""
    named = names_in(given.numbers)
    wrong = [name for name in named if not name.isdecimal() or len(name) > 9]
    if wrong:
        raise ProposalRefused(f"“{'、'.join(wrong)}”不是建议号，请写数字")
    numbers = [int(name) for name in named]
    proposing.merge(visit.desk, numbers, given.into, visit.by, given.reason)
    return Done(f"建议{'、'.join(named)}已合并到建议{given.into}", f"{HERE}/{given.into}")


def assess(visit: Visit, given: Assessed, number: int) -> Done:
    """Assess a proposal."""
    proposing.assess(
        visit.desk,
        number,
        visit.by,
        feasible=given.result is Feasibility.FEASIBLE,
        funds=given.funds,
        opinion=given.opinion,
    )
    return Done(f"建议{number}已评估：{given.result.label}")


def decline(visit: Visit, given: Declined, number: int) -> Done:
    """Decline a proposal."""
    proposing.decline(visit.desk, number, visit.by, given.reason)
    return Done(f"建议{number}未采纳，理由已记录")


def carry_over(visit: Visit, given: CarriedOver) -> Done:
    """Propose items of an earlier list."""
    projects = [visit.project(code) for code in names_in(given.codes)]
    rows = carrying_over.carry_over(
        visit.desk, projects, given.year, given.succession, visit.by, content=given.content
    )
    told = f"已登记为建议{'、'.join(str(row.id) for row in rows)}，再经评估、审议"
    return Done(told, f"{HERE}?year={given.year}", {"proposals": [row.id for row in rows]})


def _offer_year(visit: Visit) -> Offer:
    return Offer(
        values={"year": year_of(visit), "received_on": visit.day},
        choices={"channel": [Choice(c.value, c.label) for c in _COLLECTED_BY]},
    )


def _offer_sheet(visit: Visit) -> Offer:
    return Offer(values={"year": year_of(visit)})


def _offer_one(visit: Visit, number: int) -> Offer:
    line = line_of(visit, number)
    facts = [
        ("建议", f"{number}　{line.title}（{line.state.label}）"),
        ("内容", line.content or "没有填写"),
    ]
    if line.opinion:
        facts.append(("已有评估", line.opinion))
    if line.state not in WAITING_STATES:
        facts.append(("提示", f"这条建议{line.state.label}，不能再办理"))
    return Offer(facts=facts)


PAGES = ()
ACTS = (
    Act(
        "proposal-collect",
        f"{HERE}/collect",
        "登记建议",
        OFFICE,
        collect,
        Collected,
        about="同一渠道的同一建议只登记一次。登记后评估，再提交会议审议。",
        offer=_offer_year,
        back=HERE,
    ),
    Act(
        "proposal-import",
        f"{HERE}/import",
        "成批登记建议",
        OFFICE,
        take_in,
        Sheet,
        about="有一处问题就全部不登记，问题一次列全。",
        offer=_offer_sheet,
        back=HERE,
        button="上传并登记",
        template="importing_upload.html",
    ),
    Act(
        "proposal-merge",
        f"{HERE}/merge",
        "合并建议",
        OFFICE,
        merge,
        Merged,
        about="把内容相同的建议合并为一条。原建议保留，注明并入哪一条。",
        back=HERE,
    ),
    Act(
        "proposal-carry-over",
        f"{HERE}/carry-over",
        "上年事项延续或拓展",
        OFFICE,
        carry_over,
        CarriedOver,
        about="上年事项办结与否均可，作为建议登记，再经评估、审议；已终止的不能延续。",
        offer=_offer_sheet,
        back=HERE,
        button="登记为建议",
    ),
    Act(
        "proposal-assess",
        f"{ONE}/assess",
        "评估建议",
        OFFICE,
        assess,
        Assessed,
        about="评估可行性和资金。再次评估的，以后一次为准（陕西2025第十七条：资金安排）。",
        offer=_offer_one,
        back=ONE,
    ),
    Act(
        "proposal-decline",
        f"{ONE}/decline",
        "不采纳建议",
        OFFICE,
        decline,
        Declined,
        about="写明理由，不能恢复；需要再提的，作为新建议登记。",
        offer=_offer_one,
        back=ONE,
        is_grave=True,
    ),
)
