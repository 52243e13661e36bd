"""What the documentation names exists: commands, options, files, settings, words, kill points."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer

from cli.main import build
from config.settings import PREFIX, Settings, load_settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.glob("*.md"), *ROOT.glob("config/**/*.md")]
)
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
COMMAND_LINE = re.compile(r"(?:^|.*/bin/)duban (\S.*)$")
LINK = re.compile(r"\]\(([^)\s]+)\)")
TABLE_ROW = re.compile(r"^\| (.+) \|$", re.MULTILINE)
TOP = "engine|notifications|flows|config|web|cli|tests|docs|benchmarks"
PATH = re.compile(rf"(?:{TOP})/[\w./-]*")


def fenced(text: str) -> str:
    return "\n".join(match[2] for match in FENCE.finditer(text))


def inline(text: str) -> list[str]:
    return INLINE.findall(FENCE.sub("", text))


def rows_of(page: str) -> list[list[str]]:
    """The rows of all tables of a page, cell by cell."""
    return [row.split(" | ") for row in TABLE_ROW.findall(TEXTS[page])]


def examples() -> Iterator[Any]:
    """Every whole command line in an example, ready to be parsed."""
    for page, text in TEXTS.items():
        for line in fenced(text).splitlines():
            if match := COMMAND_LINE.match(line):
                yield pytest.param(match[1], id=f"{page}: {match[1][:40]}")


def mentions() -> Iterator[Any]:
    """Every command named in running text, perhaps without its arguments."""
    for page, text in TEXTS.items():
        for line in dict.fromkeys(code for code in inline(text) if code.startswith("duban ")):
            yield pytest.param(line.removeprefix("duban "), id=f"{page}: {line[6:46]}")


@cache
def command_line() -> Any:
    return typer.main.get_command(build())


def find_command(line: str) -> tuple[Any, list[str]]:
    """The command a line names, and what is left for it."""
    command = command_line()
    rest = shlex.split(line, comments=True)
    while rest and hasattr(command, "commands") and not rest[0].startswith("-"):
        name = rest.pop(0)
        assert name in command.commands, f"there is no command {name!r} in: duban {line}"
        command = command.commands[name]
    return command, rest


@pytest.mark.parametrize("line", list(examples()))
def test_every_example_is_a_command_line_that_is_understood(line: str) -> None:
    command, rest = find_command(line)
    if rest == ["--help"]:
        return
    command.make_context(command.name, rest)


@pytest.mark.parametrize("line", list(mentions()))
def test_every_command_named_in_the_text_exists_with_its_options(line: str) -> None:
    command, rest = find_command(line)
    known = {option for p in command.params for option in (*p.opts, *p.secondary_opts)} | {"--help"}
    assert {word for word in rest if word.startswith("--")} <= known


def test_the_readme_names_every_command() -> None:
    named = {line.removeprefix("duban ") for line in inline(TEXTS["README.md"])}
    every = set()
    for name, command in command_line().commands.items():
        every |= {f"{name} {verb}" for verb in getattr(command, "commands", {})} or {name}
    assert every <= named


@pytest.mark.parametrize("page", list(TEXTS))
def test_every_relative_link_leads_somewhere(page: str) -> None:
    for target in LINK.findall(FENCE.sub("", TEXTS[page])):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = unquote(target).partition("#")
        file = (ROOT / page).parent / name if name else ROOT / page
        assert file.exists(), f"{page} links to {target}"
        if heading:
            assert heading in _anchors(file.read_text(encoding="utf-8")), f"{page}: {target}"


def _anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", list(TEXTS))
def test_every_path_of_the_project_named_in_code_exists(page: str) -> None:
    named = {code for code in inline(TEXTS[page]) if PATH.fullmatch(code)}
    missing = {name for name in named if not (ROOT / name).exists()}
    assert not missing


def test_every_module_in_the_table_of_nouns_exists() -> None:
    table = (
        TEXTS["docs/architecture.md"].partition("## The verbs, by noun")[2].partition("\n## ")[0]
    )
    nouns = [row.split(" | ") for row in TABLE_ROW.findall(table) if "`" in row][1:]
    named = {name for row in nouns for name in re.findall(r"`(\w+)`", " ".join(row[1:]))}
    assert named
    assert named - {module.stem for module in (ROOT / "engine").rglob("*.py")} == set()


def test_every_make_target_named_in_the_readme_exists() -> None:
    text = TEXTS["README.md"] + TEXTS["docs/operations.md"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(VENV)", ".venv")
    named = set(re.findall(r"(?:^|`)make ([\w./]+)", text, re.MULTILINE))
    assert {"run", "test"} <= named
    assert {name for name in named if f"\n{name}:" not in makefile} == set()


def test_the_table_of_settings_equals_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    expected = [
        (f"`{PREFIX}{name.upper()}`", _shown(getattr(settings, name), tmp_path))
        for name in Settings.model_fields
    ]
    table = [row for row in rows_of("docs/operations.md") if row[0].startswith(f"`{PREFIX}")]
    assert [(name, default) for name, default, _ in table] == expected


def _shown(value: Any, here: Path) -> str:
    """A default as the table shows it: relative to where one stands, or to the project."""
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    text = ",".join(value) if isinstance(value, tuple) else str(value or "")
    for folder in (here, ROOT):
        text = text.replace(f"{folder}/", "")
    return f"`{text}`" if text else "无"


def test_every_kill_point_is_in_the_table_of_guarantees() -> None:
    sources = [p for top in ("engine", "notifications") for p in (ROOT / top).rglob("*.py")]
    points = {
        point
        for source in sources
        for point in re.findall(r'reached\("([\w.]+)"\)', source.read_text(encoding="utf-8"))
    }
    told = {row[0].strip("`") for row in rows_of("docs/guarantees.md")}
    assert points
    assert points <= told
