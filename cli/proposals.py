"""点单: what ``duban proposal`` does with what the people ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import answering
from cli.installation import desk, installation
from cli.options import AsJson, ByOffice, Reason, to_day, to_figure, to_word
from cli.proposal_lists import draft, list_, since
from engine.rules.proposals import ProposalChannel, ProposalState, Succession, Wish

if TYPE_CHECKING:
    from engine.desk.issuing import Desk

CHANNELS = "、".join(
    f"{channel.value} {channel.label}"
    for channel in ProposalChannel
    if channel is not ProposalChannel.CARRIED_OVER
)

Number = Annotated[
    int, typer.Argument(metavar="建议号", help="用 duban proposal list 查看", show_default=False)
]
Numbers = Annotated[
    list[int], typer.Argument(metavar="建议号…", help="一个或几个", show_default=False)
]
Year = Annotated[
    int, typer.Option("--year", metavar="年", help="为哪一年的清单征集", show_default=False)
]


def office_of(at: Desk, by: str) -> str:
    """Who acts: as named, or the one person of the office; before there is any, the office."""
    from engine.listing import office_person
    from engine.proposals.proposal import OFFICE, has_office

    if by:
        return by
    return office_person(at.session) if has_office(at) else OFFICE


def collect(
    title: Annotated[
        str, typer.Option("--title", metavar="标题", help="建议做什么", show_default=False)
    ],
    channel: Annotated[
        str, typer.Option("--channel", metavar="渠道", help=CHANNELS, show_default=False)
    ],
    on: Annotated[
        date,
        typer.Option(
            "--on", parser=to_day, metavar="年-月-日", help="收到日期", show_default=False
        ),
    ],
    year: Year,
    content: Annotated[str, typer.Option("--content", metavar="文字", help="建议内容")] = "",
    field: Annotated[str, typer.Option("--field", metavar="领域", help="所属领域")] = "",
    proposer: Annotated[str, typer.Option("--proposer", metavar="姓名", help="提出人")] = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """登记一条建议。"""
    wish = Wish(title, to_word(ProposalChannel, channel), on, content, field, proposer)
    with answering(as_json) as answer, desk() as at:
        from engine.proposals import proposing

        [row] = proposing.collect(at, year, [wish], office_of(at, by))
        answer.say(f"已登记为建议 {row.id}")
        answer.put(proposal=row.id, state=row.state)


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="汇总表", help=".xlsx：标题、渠道、收到日期等列", show_default=False
        ),
    ],
    year: Year,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """成批登记建议。有一处问题就全部不登记，问题一次列全。"""
    with answering(as_json) as answer, installation() as service:
        from engine.ledger import LedgerErrors
        from engine.ledger.wishes import read_wishes
        from engine.proposals import proposing

        with service.at_desk() as at:
            try:
                wishes = read_wishes(file, at.day, proposing.collected_in(at.session, year))
            except LedgerErrors as errors:
                answer.faults(errors)
                return
            rows = proposing.collect(at, year, wishes, office_of(at, by))
        answer.say(f"已登记{len(rows)}条建议，编号 {rows[0].id} 至 {rows[-1].id}")
        answer.put(collected=len(rows), proposals=[row.id for row in rows])


def merge(
    numbers: Numbers,
    into: Annotated[
        int, typer.Option("--into", metavar="建议号", help="合并到哪一条", show_default=False)
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为何合并")] = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """把内容相同的建议合并为一条。"""
    with answering(as_json) as answer, desk() as at:
        from engine.proposals import proposing

        proposing.merge(at, numbers, into, office_of(at, by), reason)
        answer.say(f"建议 {'、'.join(map(str, numbers))} 已合并到建议 {into}")
        answer.put(merged=numbers, into=into)


def assess(
    number: Number,
    feasible: Annotated[
        bool, typer.Option("--feasible/--infeasible", help="是否可行", show_default=False)
    ],
    opinion: Annotated[
        str, typer.Option("--opinion", metavar="意见", help="评估意见", show_default=False)
    ],
    funds: Annotated[
        Decimal | None,
        typer.Option(
            "--funds",
            parser=to_figure,
            metavar="万元",
            help="所需资金，单位万元；可行的必填",
            show_default=False,
        ),
    ] = None,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """评估一条建议是否可行、需要多少资金。再次评估的，以后一次为准。"""
    with answering(as_json) as answer, desk() as at:
        from engine.proposals import proposing

        who = office_of(at, by)
        proposing.assess(at, number, who, feasible=feasible, funds=funds, opinion=opinion)
        answer.say(f"建议 {number} 已评估：{'可行' if feasible else '不可行'}")
        answer.put(proposal=number, feasible=feasible, funds=funds)


def decline(number: Number, reason: Reason, by: ByOffice = "", as_json: AsJson = False) -> None:
    """不采纳一条建议，写明理由。"""
    with answering(as_json) as answer, desk() as at:
        from engine.proposals import proposing

        proposing.decline(at, number, office_of(at, by), reason)
        answer.say(f"建议 {number} 未采纳，理由已记录")
        answer.put(proposal=number, state=ProposalState.DECLINED)


def carry_over(
    codes: Annotated[
        list[str], typer.Argument(metavar="编号…", help="上年事项，如 2023-04", show_default=False)
    ],
    year: Year,
    succession: Annotated[
        str,
        typer.Option("--as", metavar="方式", help="continued 延续、extended 拓展"),
    ] = Succession.CONTINUED.value,
    content: Annotated[
        str, typer.Option("--content", metavar="文字", help="今年做什么；拓展的必填")
    ] = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """上年事项（办结与否均可）延续或拓展，作为建议登记，再经评估、审议。"""
    how = to_word(Succession, succession)
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.proposals import carrying_over
        from engine.proposals.adopting import lineage

        projects = [find_project(at, code) for code in codes]
        who = office_of(at, by)
        rows = carrying_over.carry_over(at, projects, year, how, who, content=content)
        told = []
        for row in rows:
            origins = lineage(at.session, row.origin_id)
            answer.say(f"{origins[0]} {how.label}，已登记为建议 {row.id}{since(origins)}")
            told.append({"proposal": row.id, "origins": origins, "succession": how})
        answer.put(proposals=told)


COMMANDS: dict[str, Callable[..., None]] = {
    "collect": collect,
    "import": import_,
    "merge": merge,
    "assess": assess,
    "decline": decline,
    "carry-over": carry_over,
    "list": list_,
    "draft": draft,
}
