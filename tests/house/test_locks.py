"""What a newcomer's machine installs is exactly what was locked here."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
LOCKS = pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT], ids=lambda path: path.name)


def _entries(lock: Path) -> dict[str, str]:
    """Each locked requirement by distribution name, with its hashes and comments."""
    blocks = re.split(r"^(?=[A-Za-z])", lock.read_text("utf-8"), flags=re.MULTILINE)
    named = [block for block in blocks if block and not block.startswith((" ", "#"))]
    return {canonicalize_name(re.split(r"[=\[ ]", block, maxsplit=1)[0]): block for block in named}


def _versions(lock: Path) -> dict[str, str]:
    return {name: block.split()[0] for name, block in _entries(lock).items()}


def _direct(*groups: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for group in groups for line in group}


@LOCKS
def test_every_locked_requirement_has_an_exact_version_and_a_hash(lock: Path) -> None:
    entries = _entries(lock)
    assert len(entries) > 50
    pinned = re.compile(r"[\w.-]+(\[[\w,-]+\])?==[\w.!+]+ ")
    assert [name for name, block in entries.items() if not pinned.match(block)] == []
    hashed = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
    assert [name for name, block in entries.items() if not hashed.search(block)] == []


@LOCKS
def test_a_lock_names_no_index_and_no_path(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert (
        re.findall(r"--(?:extra-)?index-url|--find-links|--trusted-host|\w+://|@ |(?<= )/", text)
        == []
    )


def test_every_direct_dependency_is_locked() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = pyproject["project"]
    runtime = _direct(project["dependencies"], pyproject["dependency-groups"]["build"])
    assert runtime - _entries(RUNTIME).keys() == set()
    development = runtime | _direct(project["optional-dependencies"]["dev"])
    assert development - _entries(DEVELOPMENT).keys() == set()


def test_both_locks_agree_on_every_shared_version() -> None:
    runtime, development = _versions(RUNTIME), _versions(DEVELOPMENT)
    assert {name: development.get(name) for name in runtime} == runtime
