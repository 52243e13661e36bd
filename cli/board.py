"""公示: ``duban board publish``, ``list``, ``export``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk, installation
from cli.options import AsJson, ByOffice, ListTitle, ListYear

Confirm = Annotated[
    str,
    typer.Option(
        "--confirm",
        metavar="理由",
        help="内容中有与人名相同的字样时，写明为何可以公示",
        show_default=False,
    ),
]


def publish(
    year: ListYear = None,
    title: ListTitle = "",
    by: ByOffice = "",
    confirm: Confirm = "",
    as_json: AsJson = False,
) -> None:
    """审核并公示清单的现状，以及已签发、主动公开的通报。没有变化的不再公示。"""
    with answering(as_json) as answer, desk() as at:
        from engine.listing import office_person
        from engine.lists.programs import program_of
        from engine.publicity.publishing import kept_state
        from engine.publicity.publishing import publish as make_public

        program = program_of(at.session, at.day, year, title)
        made = make_public(at, program, by or office_person(at.session), confirm)
        state, row = kept_state(made.state), made.state
        if made.is_new:
            answer.say(f"已公示：{row.title}，{row.object_by}前可以提出异议（{row.key}）")
        else:
            answer.say(f"与{row.reviewed_by}本月公示的一样，没有再公示（{row.key}）")
        for change in state.changed if made.is_new else ():
            answer.say(f"  {change.code or '清单'}　{change.text}")
        for notice in made.notices:
            answer.say(f"已公示通知{notice.notice_id}：{notice.title}")
        answer.put(
            key=row.key,
            new=made.is_new,
            object_by=row.object_by,
            items=state.statistics.total.total,
            changed=[change.code for change in state.changed],
            notices=[notice.notice_id for notice in made.notices],
        )


def list_(as_json: AsJson = False) -> None:
    """列出历次公示。"""
    with answering(as_json) as answer, installation() as service:
        from engine.publicity.publication_list import publications

        with service.database.read() as session:
            rows = publications(session)
        if not rows:
            answer.say("还没有公示过。请用 duban board publish 公示")
        answer.table(
            ("编号", "标题", "公示日期", "审核人", "异议截止"),
            [
                (row.key, row.title, str(row.day), row.reviewed_by, str(row.object_by or "—"))
                for row in rows
            ],
        )
        answer.put(
            publications=[
                {
                    "key": row.key,
                    "title": row.title,
                    "published_on": row.day,
                    "reviewed_by": row.reviewed_by,
                    "object_by": row.object_by,
                }
                for row in rows
            ]
        )


def export(
    out: Annotated[
        Path, typer.Argument(metavar="目录", help="网站目录，可反复导出", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """把公示栏导出为网页、数据和订阅源，放到任何网站上都能看；没有变化的文件不动。"""
    with answering(as_json) as answer, installation() as service:
        from notifications.board.export import export as write
        from notifications.board.site import read_site

        files, stamp = read_site(service.database, service.rulebook.policy.publicity)
        done = write(files, out, stamp)
        answer.say(
            f"公示栏已导出到 {out}：更新{done.written}个文件，未变{done.same}个，"
            f"删除{done.removed}个。先看 index.html"
        )
        answer.put(folder=str(out), written=done.written, same=done.same, removed=done.removed)


COMMANDS: dict[str, Callable[..., None]] = {"publish": publish, "list": list_, "export": export}
