"""模板: ``duban template list``, ``versions``, ``show``, ``diff``, ``check``, ``preview``, ``set``
and ``revert``: the office's own wording."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import Answer, answering
from cli.files import read_text, write_new
from cli.installation import desk, installation
from cli.options import AsJson, ByOffice
from engine.rules.zone import local_day

if TYPE_CHECKING:
    from engine.store.tables import TemplateVersion

Name = Annotated[
    str,
    typer.Argument(metavar="模板", help="名称，如 reminder 或 提示", show_default=False),
]
Source = Annotated[Path, typer.Argument(metavar="文件", help="UTF-8 文本文件", show_default=False)]
Version = Annotated[
    int | None,
    typer.Option("--version", metavar="版次", help="第几版；默认为正在使用的", show_default=False),
]


def list_(as_json: AsJson = False) -> None:
    """列出可以改的模板：自带的还是本地的，谁、何时、为什么改，套印时有没有出过错。"""
    with answering(as_json) as answer, installation() as service:
        from engine import wording
        from notifications.wording import TEMPLATES, faults_now

        with service.database.read() as session:
            changed = wording.last_of_each(session)
            faults = faults_now(session)
        lines = [
            {"name": t.name, "title": t.title, **_stands(changed.get(t.name), faults.get(t.name))}
            for t in TEMPLATES.values()
        ]
        answer.table(
            ("名称", "用于", "正在使用", "修改人", "日期", "说明", "问题"),
            [
                (
                    str(line["name"]),
                    str(line["title"]),
                    f"本地第{line['version']}版" if line["own"] else "自带",
                    str(line["by"]),
                    str(line["on"] or ""),
                    str(line["note"]),
                    str(line["fault"]),
                )
                for line in lines
            ],
        )
        answer.put(templates=lines)


def _stands(last: TemplateVersion | None, fault: str | None) -> dict[str, object]:
    if last is None:
        return {"own": False, "version": 0, "by": "", "on": None, "note": "", "fault": ""}
    return {
        "own": last.source is not None,
        "version": last.number,
        "by": last.author,
        "on": local_day(last.at),
        "note": last.note,
        "fault": fault or "",
    }


def versions(name: Name, as_json: AsJson = False) -> None:
    """列出一个模板的各版：谁、何时、为什么改。"""
    with answering(as_json) as answer, installation() as service:
        from engine import wording
        from notifications.wording import find_template

        with service.database.read() as session:
            found = wording.versions(session, find_template(name).name)
        lines = [{"version": v.number, **_stands(v, v.fault)} for v in found]
        if not lines:
            answer.say("没有改过，用的是自带的")
        answer.table(
            ("版次", "内容", "修改人", "日期", "说明", "问题"),
            [
                (
                    str(line["version"]),
                    "本地" if line["own"] else "自带",
                    *(str(line[key]) for key in ("by", "on", "note", "fault")),
                )
                for line in lines
            ],
        )
        answer.put(template=name, versions=lines)


def show(
    name: Name,
    version: Version = None,
    shipped: Annotated[bool, typer.Option("--shipped", help="看自带的")] = False,
    as_json: AsJson = False,
) -> None:
    """看一个模板的原文；存成文件，改好后用 check、preview、set。"""
    with answering(as_json) as answer, installation() as service:
        from notifications.wording import source_of

        with service.database.read() as session:
            source = source_of(session, name, 0 if shipped else version)
        answer.say(source.rstrip("\n"))
        answer.put(template=name, source=source)


def diff(name: Name, version: Version = None, as_json: AsJson = False) -> None:
    """比较本地的模板与自带的：- 为自带，+ 为本地。"""
    with answering(as_json) as answer, installation() as service:
        from difflib import unified_diff

        from notifications.wording import source_of

        with service.database.read() as session:
            shipped, ours = source_of(session, name, 0), source_of(session, name, version)
        pair = shipped.splitlines(), ours.splitlines()
        lines = list(unified_diff(pair[0], pair[1], "自带", "本地", lineterm=""))
        for line in lines:
            answer.say(line)
        if not lines:
            answer.say("与自带的没有差别")
        answer.put(template=name, differences=lines)


def check(
    source: Source,
    name: Annotated[
        str, typer.Option("--name", metavar="模板", help="用作哪个模板", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """检查一个模板文件：写法、字段、用各种示例通知试印；不改任何内容。"""
    with answering(as_json) as answer, _faults_put(answer):
        from notifications import wording

        wording.check(name, read_text(source))
        answer.say("没有发现问题")
        answer.put(template=name, faults=[])


def preview(
    name: Name,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="文件", help="还没有启用的模板文件", show_default=False),
    ] = None,
    notice: Annotated[
        int | None,
        typer.Option("--notice", metavar="通知号", help="默认为最近一件", show_default=False),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="网页文件", help="另存网页样式", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """用真实的通知看一个模板印出来是什么样；没有这种通知的，用示例。"""
    with answering(as_json) as answer, _faults_put(answer), installation() as service:
        from notifications.wording import try_on

        source = read_text(file) if file else None
        with service.database.read() as session:
            words, number = try_on(session, name, source, notice)
        for spoilt in words.spoilt:
            answer.warn(f"套印出错，下面是自带的文字：{spoilt.why}")
        answer.say(f"通知 {number}" if number else "没有这种通知，以下为示例")
        answer.say(f"主题：{words.subject}\n\n{words.text}")
        if html is not None:
            write_new(html, words.html.encode())
            answer.say(f"网页样式已存入 {html}")
        answer.put(template=name, notice=number, subject=words.subject, text=words.text)


def set_(
    name: Name,
    source: Source,
    note: Annotated[
        str, typer.Option("--note", metavar="说明", help="为什么改", show_default=False)
    ],
    seen: Annotated[int, typer.Option("--from", metavar="版次", help="在第几版上改；0 为自带")] = 0,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """督查室启用改过的模板；已发出、已写好的信不变。"""
    with answering(as_json) as answer, _faults_put(answer), desk() as at:
        from engine.listing import office_person
        from notifications import wording

        who = by or office_person(at.session)
        number = wording.set_template(at, name, read_text(source), note, who, seen)
        answer.say(f"模板“{name}”第{number}版已启用，下一批信起使用")
        answer.put(template=name, version=number)


def revert(
    name: Name,
    to: Annotated[int, typer.Option("--to", metavar="版次", help="恢复第几版；0 为自带")] = 0,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """督查室恢复自带的或以前的一版，作为新的一版。"""
    with answering(as_json) as answer, _faults_put(answer), desk() as at:
        from engine.listing import office_person
        from notifications import wording

        number = wording.revert(at, name, to, by or office_person(at.session))
        answer.say(f"模板“{name}”已恢复{f'第{to}版' if to else '自带'}，记为第{number}版")
        answer.put(template=name, version=number)


@contextmanager
def _faults_put(answer: Answer) -> Iterator[None]:
    """What is wrong with a template goes into the JSON object one by one."""
    from notifications.wording import TemplateFaulty

    try:
        yield
    except TemplateFaulty as refused:
        answer.put(faults=list(refused.faults))
        raise


COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_,
    "versions": versions,
    "show": show,
    "diff": diff,
    "check": check,
    "preview": preview,
    "set": set_,
    "revert": revert,
}
