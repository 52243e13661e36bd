"""The command line, run in this process or as users run it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.main import run

SAMPLE = Path(__file__).parents[2] / "config" / "examples" / "wuzhong-2023"
OFFICE = "示例·督查甲"
CLOCK = "2023-03-29T08:29:00"


@dataclass(frozen=True)
class Result:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded


class Duban:
    """``duban("list")`` runs a command on an installation of this test alone."""

    def __init__(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.home = home
        self.monkeypatch = monkeypatch
        self.capsys = capsys
        monkeypatch.setenv("DUBAN_HOME", str(home))
        self.at(CLOCK)

    def at(self, clock: str) -> None:
        """Set the clock of the commands that follow."""
        self.monkeypatch.setenv("DUBAN_CLOCK", clock)

    def __call__(self, *arguments: object) -> Result:
        self.capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = self.capsys.readouterr()
        return Result(code, out, err)

    def json(self, *arguments: object) -> dict[str, Any]:
        """Run a command that must succeed, and take its JSON object."""
        result = self(*arguments, "--json")
        assert result.code == 0, result.err
        return result.data


@pytest.fixture
def duban(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Duban:
    return Duban(tmp_path / "home", monkeypatch, capsys)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two homes made once and then copied: with the sample list imported, and given out too."""
    folder = tmp_path_factory.mktemp("homes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUBAN_CLOCK", CLOCK)
        patch.setenv("DUBAN_HOME", str(folder / "imported"))
        assert run(["import", str(SAMPLE / "ledger.yaml")]) == 0
        shutil.copytree(folder / "imported", folder / "assigned")
        patch.setenv("DUBAN_HOME", str(folder / "assigned"))
        assert run(["assign", "--all", "--by", OFFICE]) == 0
    return folder


@pytest.fixture
def imported(duban: Duban, homes: Path) -> Duban:
    """The sample list, imported on 29 March 2023."""
    shutil.copytree(homes / "imported", duban.home)
    return duban


@pytest.fixture
def assigned(duban: Duban, homes: Path) -> Duban:
    """The sample list, imported and given to its units on 29 March 2023."""
    shutil.copytree(homes / "assigned", duban.home)
    return duban


MAIN = "from cli.main import main; main()"


def start(
    *arguments: object, program: object = MAIN, **environment: object
) -> subprocess.Popen[str]:
    """Start ``duban`` as users do, in a process of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    return subprocess.Popen(
        [sys.executable, "-c", str(program), *map(str, arguments)],
        cwd=SAMPLE.parents[2],
        env=own | {name: str(value) for name, value in environment.items()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number
