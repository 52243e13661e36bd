"""``duban proposal list`` and ``draft``: what was asked for, and what is to become of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import answering
from cli.installation import installation
from cli.options import AsJson, to_word
from engine.errors import DubanError, cause_of
from engine.rules.proposals import ProposalState

if TYPE_CHECKING:
    from engine.proposals.proposal_list import ProposalLine

STATES = "、".join(f"{state.value} {state.label}" for state in ProposalState)


class FileThere(DubanError):
    """输出文件已存在，或不能写入。"""


def list_(
    year: Annotated[
        int | None, typer.Option("--year", metavar="年", help="只看为哪一年征集的")
    ] = None,
    state: Annotated[
        str, typer.Option("--state", metavar="状态", help=STATES, show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """列出建议。"""
    wanted = to_word(ProposalState, state) if state else None
    with answering(as_json) as answer, installation() as service:
        from engine.proposals.proposal_list import proposal_lines

        with service.database.read() as session:
            lines = proposal_lines(session, year, wanted)
        if not lines:
            answer.say("没有建议")
        answer.table(
            ("建议号", "年度", "渠道", "收到日期", "标题", "领域", "状态", "资金（万元）", "说明"),
            [
                (
                    str(line.number),
                    str(line.year),
                    line.channel.label,
                    str(line.received_on),
                    line.title,
                    line.field,
                    line.state.label,
                    "" if line.funds is None else f"{line.funds:f}",
                    _remark(line),
                )
                for line in lines
            ],
        )
        answer.put(proposals=[asdict(line) for line in lines])


def _remark(line: ProposalLine) -> str:
    """What a reader asks of a proposal in this state."""
    parts = []
    if line.merged:
        parts.append(f"并入{line.merged}条")
    if line.origins and line.succession:
        parts.append(f"{line.succession.label}{line.origins[0]}{since(line.origins)}")
    if line.merged_into:
        parts.append(f"并入建议{line.merged_into}")
    if line.feasible is False:
        parts.append("评估为不可行")
    if line.adopted_as:
        parts.append(f"列为{line.adopted_as}")
    if line.declined_reason:
        parts.append(line.declined_reason)
    return "；".join(parts)


def since(origins: Sequence[str]) -> str:
    """The first item of a line that goes on for more than a year."""
    return f"（始于{origins[-1]}）" if len(origins) > 1 else ""


def draft(
    year: Annotated[
        int, typer.Option("--year", metavar="年", help="哪一年的清单", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="文件", help="写到哪个 .xlsx", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """把审议通过的建议排成清单草案，填好目标、单位和时限后用 duban import 导入。"""
    with answering(as_json) as answer, installation() as service:
        from engine.ledger.prefilled import write_prefilled
        from engine.lists.preparing import prepare

        with service.database.read() as session:
            prepared = prepare(session, year)
        try:
            write_prefilled(out, prepared)
        except FileExistsError:
            raise FileThere(f"文件“{out}”已存在，请换一个文件名，以免盖掉已填的内容") from None
        except OSError as error:
            raise FileThere(f"不能写入“{out}”：{cause_of(error)}") from error
        answer.say(f"已写入 {out}：{len(prepared.items)}个事项")
        answer.say("请填写依据、文号、批准机关、批准日期，以及各项的目标、单位和时限，再导入")
        answer.put(file=str(out), items=len(prepared.items), batch=prepared.batch)
