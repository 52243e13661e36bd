"""岗位与离岗: ``duban post list|hold|deputy`` and ``duban leave add|end|list``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from cli.answer import Answer, answering
from cli.installation import desk
from cli.options import AsJson, By, ByOffice, to_day

PostNumber = Annotated[
    int, typer.Argument(metavar="岗位号", help="用 duban post list 查看", show_default=False)
]
LeaveNumber = Annotated[
    int, typer.Argument(metavar="登记号", help="用 duban leave list 查看", show_default=False)
]
Name = Annotated[
    str,
    typer.Argument(metavar="姓名", help="同名的写“姓名@单位”", show_default=False),
]
Replaces = Annotated[
    str,
    typer.Option("--replaces", metavar="姓名", help="接替谁；空缺的岗位不写", show_default=False),
]


def _day(option: str, help_text: str) -> typer.models.OptionInfo:
    return typer.Option(
        option, parser=to_day, metavar="年-月-日", help=help_text, show_default=False
    )


def _warn(answer: Answer, warnings: Iterable[str]) -> None:
    found = list(warnings)
    for warning in found:
        answer.warn(warning)
    answer.put(warnings=found)


def list_posts(
    unit: Annotated[
        str, typer.Option("--unit", metavar="单位", help="只看一个单位", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """列出岗位：谁担任，谁是B角，今天找谁。"""
    with answering(as_json) as answer, desk() as at:
        from engine.staff.post_list import post_lines

        lines = post_lines(at, unit)
        answer.table(
            ("岗位号", "单位", "岗位", "职务", "A角", "B角", "签发权", "今天找谁"),
            [
                (
                    str(line.number),
                    line.unit,
                    line.kind.label,
                    line.title,
                    line.holder or "空缺",
                    line.deputy,
                    "有" if line.may_sign else "",
                    line.today or "无人",
                )
                for line in lines
            ],
        )
        if not lines:
            answer.say("没有岗位，请在台账的责任单位联系表中补上")
        answer.put(posts=[asdict(line) for line in lines])


def hold(
    number: PostNumber,
    holder: Annotated[
        str,
        typer.Option(
            "--holder",
            metavar="姓名",
            help="新任人员；其他单位兼任的写“姓名@单位”",
            show_default=False,
        ),
    ],
    replaces: Replaces = "",
    email: Annotated[
        str, typer.Option("--email", metavar="邮箱", help="新任人员的邮箱", show_default=False)
    ] = "",
    title: Annotated[
        str, typer.Option("--title", metavar="职务", help="新任人员的职务", show_default=False)
    ] = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """换人：新任人员接手岗位，在办事项不变，未发的通知改送。"""
    with answering(as_json) as answer, desk() as at:
        from engine.listing import office_person
        from engine.staff import posts

        actor = by or office_person(at.session)
        told = posts.hold(at, number, holder, actor, replaces=replaces, email=email, title=title)
        answer.say(f"岗位 {number} 已由{holder.partition('@')[0]}担任，在办事项随岗位不变")
        if told.readdressed:
            answer.say(f"未发出的邮件{told.readdressed}封已改送")
        if told.items:
            answer.say(f"领办领导已随之变更：{'、'.join(told.items)}")
        answer.put(post=number, readdressed=told.readdressed, items=list(told.items))
        _warn(answer, told.warnings)


def deputy(
    number: PostNumber,
    name: Annotated[
        str,
        typer.Option("--deputy", metavar="姓名", help="B角；不设的写空", show_default=False),
    ],
    replaces: Replaces = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """设定B角：A角离岗期间由其顶岗。"""
    with answering(as_json) as answer, desk() as at:
        from engine.listing import office_person
        from engine.staff import posts

        actor = by or office_person(at.session)
        warnings = posts.set_deputy(at, number, name, actor, replaces=replaces)
        said = f"岗位 {number} 的B角为{name.partition('@')[0]}" if name else "已不设B角"
        answer.say(said)
        answer.put(post=number, deputy=name)
        _warn(answer, warnings)


def add_leave(
    name: Name,
    by: By,
    first: Annotated[date, _day("--from", "第一天")],
    last: Annotated[date | None, _day("--until", "最后一天；未定的不写")] = None,
    post: Annotated[
        int | None,
        typer.Option(
            "--post", metavar="岗位号", help="只离开这个岗位；不写为全部岗位", show_default=False
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="事由", help="事由", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """离岗登记：期间由B角顶岗。"""
    with answering(as_json) as answer, desk() as at:
        from engine.staff import leaves

        told = leaves.add(at, name, first, last, by, post_id=post, reason=reason)
        until = f"至{last}" if last else "起"
        answer.say(f"{name.partition('@')[0]}{first}{until}离岗，登记号 {told.number}")
        answer.put(leave=told.number)
        _warn(answer, told.warnings)


def end_leave(
    number: LeaveNumber,
    by: By,
    back: Annotated[date | None, _day("--back", "哪天回岗；不写为今天")] = None,
    as_json: AsJson = False,
) -> None:
    """销假：回岗，B角不再顶岗。"""
    with answering(as_json) as answer, desk() as at:
        from engine.staff import leaves

        leaves.end(at, number, by, back)
        answer.say(f"离岗登记 {number} 已销假，{back or at.day}起回岗")
        answer.put(leave=number, back=(back or at.day).isoformat())


def list_leaves(
    all_: Annotated[bool, typer.Option("--all", help="包括已经结束的")] = False,
    as_json: AsJson = False,
) -> None:
    """列出现在和将来的离岗登记。"""
    with answering(as_json) as answer, desk() as at:
        from engine.staff.leaves import leave_lines

        lines = leave_lines(at, all_=all_)
        answer.table(
            ("登记号", "姓名", "单位", "岗位", "从", "到", "事由", "登记人"),
            [
                (
                    str(line.number),
                    line.person,
                    line.unit,
                    line.post or "全部",
                    line.starts_on.isoformat(),
                    line.ends_on.isoformat() if line.ends_on else "未定",
                    line.reason,
                    line.recorded_by,
                )
                for line in lines
            ],
        )
        if not lines:
            answer.say("没有离岗登记")
        answer.put(leaves=[asdict(line) for line in lines])


POSTS: dict[str, Callable[..., None]] = {"list": list_posts, "hold": hold, "deputy": deputy}
LEAVES: dict[str, Callable[..., None]] = {
    "add": add_leave,
    "end": end_leave,
    "list": list_leaves,
}
