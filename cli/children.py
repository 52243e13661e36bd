"""Processes of one machine that are started, watched and ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import DubanError

GRACE = 20.0
"""Seconds until a process that was told to stop is killed."""

LOOK = 0.5
"""Seconds between two looks at them."""


class ChildFailed(DubanError):
    """子进程没有启动起来。"""


@dataclass(slots=True)
class Child:
    """A ``duban`` command that runs until it is told to stop. Its words go to a file."""

    name: str
    arguments: tuple[str, ...]
    file: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes]

    @property
    def last_words(self) -> str:
        """The end of its file."""
        return "\n".join(self.file.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])


class Children:
    """The processes of a folder. Leaving the context ends them, the latest first.

    Args:
        tell: is told what happens to them.
    """

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._tell = tell
        self._children: list[Child] = []

    def start(self, name: str, *arguments: str, **environment: str) -> Child:
        """Start a ``duban`` command; it is started again when it ends."""
        file = self._folder / f"{name}.log"
        child = Child(name, arguments, file, environment, _begin(file, arguments, environment))
        self._children.append(child)
        return child

    def run(self, name: str, *arguments: str) -> None:
        """Let a ``duban`` command come to its end.

        Raises:
            ChildFailed: it was refused.
        """
        file = self._folder / f"{name}.log"
        if _begin(file, arguments, {}).wait() != 0:
            raise ChildFailed(f"duban {' '.join(arguments)} 没有成功，见 {file}")

    def wait_for(self, child: Child, url: str, patience: float = 180) -> None:
        """Wait until the page of a child answers.

        Raises:
            ChildFailed: it has ended, or does not answer in time.
        """
        end = time.monotonic() + patience
        while child.process.poll() is None and time.monotonic() < end:
            if _answers(url):
                return
            time.sleep(LOOK)
        raise ChildFailed(f"{child.name} 没有启动起来：\n{child.last_words}\n详见 {child.file}")

    def watch(self, also: Callable[[], None] = lambda: None) -> None:
        """Start again whoever ends, for ever.

        Args:
            also: looks after what else they need.
        """
        while True:
            also()
            for child in self._children:
                if child.process.poll() is not None:
                    self._tell(f"{child.name} 意外退出（{child.process.returncode}），重新启动")
                    _signal(child.process, signal.SIGKILL)  # what it had started goes with it
                    child.process = _begin(child.file, child.arguments, child.environment)
            time.sleep(LOOK)

    def end(self) -> None:
        """End all of them; who does not go is killed, with what it has started."""
        for child in reversed(self._children):
            _signal(child.process, signal.SIGTERM)
        end = time.monotonic() + GRACE
        for child in reversed(self._children):
            try:
                child.process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._tell(f"{child.name} 没有停下，强行结束")
            _signal(child.process, signal.SIGKILL)
            child.process.wait()


@contextmanager
def children(folder: Path, tell: Callable[[str], None]) -> Iterator[Children]:
    """Processes that end with the context."""
    found = Children(folder, tell)
    try:
        yield found
    finally:
        found.end()


def _begin(
    file: Path, arguments: tuple[str, ...], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """In a group of its own: Ctrl-C is the parent's to hear, and ends them in order."""
    with file.open("ab") as words:
        return subprocess.Popen(
            [sys.executable, "-c", "from cli.main import main; main()", *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """To a process and all that it has started, which may live longer than it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False
