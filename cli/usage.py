"""Wrong usage told in Chinese, and the Chinese titles of the help pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from typer.exceptions import TyperException

TITLES = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "DEFAULT_STRING": "[默认：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
}
USAGE = {"Usage:": "用法：", "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 …"}

BAD = {
    "valid integer": "应为整数",
    "greater than or equal to": "不能小于{}",
    "less than or equal to": "不能大于{}",
}


class _Chinese:
    """The English texts of a help page that typer does not let one set."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from typer import rich_utils

        for name, text in TITLES.items():
            setattr(rich_utils, name, text)
        super().format_help(ctx, formatter)  # type: ignore[misc]

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示本说明"
        return option

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        for english, chinese in USAGE.items():
            usage = usage.replace(english, chinese)
        return usage


class Command(_Chinese, TyperCommand):
    """A command."""


class Group(_Chinese, TyperGroup):
    """A group of commands."""


def words_of(error: TyperException) -> str:
    """What was wrong with the command line, and where to look; empty when help was shown."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return ""  # the help page has been shown
    context: Any = getattr(error, "ctx", None)
    lines = [f"用法有误：{_fault(error)}"]
    if context is not None:
        lines.append(f"查看用法：{context.command_path} --help")
    return "\n".join(lines)


def _fault(error: Any) -> str:
    """typer tells its faults in English and by class; the classes are not all public."""
    kind = type(error).__name__
    name = _name_of(error)
    if kind == "MissingParameter":
        return f"缺少 {name}"
    if kind == "NoSuchOption":
        close = "、".join(sorted(error.possibilities or ()))
        return f"没有选项 {error.option_name}" + (f"，是否想写 {close}" if close else "")
    if kind == "BadParameter":
        message = _bad(str(error.message))
        return f"{name}：{message}" if name else message
    if kind == "BadOptionUsage":
        return f"选项 {error.option_name} 后面缺少内容或内容多余"
    if error.message.startswith("No such command"):
        return f"没有命令 {error.message.split(chr(39))[1]}"
    if error.message.startswith("Missing command"):
        return "缺少命令"
    if error.message.startswith("Got unexpected extra argument"):
        return f"多余的参数：{error.message.rpartition('(')[2].rstrip(')')}"
    return str(error.format_message())


def _bad(message: str) -> str:
    bound = message.rpartition(" ")[2]
    for english, chinese in BAD.items():
        if english in message:
            return chinese.format(bound)
    return message


def _name_of(error: Any) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return ""
    metavar = getattr(param, "metavar", None)
    return (param.opts[0] if param.opts[0].startswith("-") else metavar) or str(param.name)
