"""``chain.py``, alone with the standard library, finds what was altered in an export."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from itertools import pairwise, product
from pathlib import Path

import pytest

from engine.store import chain
from tests.store.journals import exported, write_small_journal
from tests.stores import SqliteStore, lend

Lines = tuple[bytes, ...]

RUN_EACH = """
import sys
sys.path.insert(0, sys.argv[1])
import chain
sys.exit("\\n".join(path for path in sys.argv[2:] if chain.main([path]) != 1))
"""


@pytest.fixture(scope="session")
def lines(sqlite_store: SqliteStore) -> Lines:
    """The lines of the export of a small journal."""
    with lend(sqlite_store) as database, database.begin() as session:
        write_small_journal(session)
        return tuple(exported(session))


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The verifier, alone in a folder, as it would be carried to another machine."""
    return Path(shutil.copy(chain.__file__, tmp_path / "chain.py"))


def run(script: Path, content: bytes) -> tuple[int, str, str]:
    """The verifier's exit code and words, without site packages and without our environment."""
    export = script.with_name("export.jsonl")
    export.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", script, export], capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


def passed(script: Path, exports: dict[str, list[bytes]]) -> list[str]:
    """The exports that the verifier does not object to, found in one process for all of them."""
    for name, content in exports.items():
        script.with_name(name).write_bytes(b"".join(content))
    paths = [script.with_name(name) for name in exports]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", RUN_EACH, script.parent, *paths],
        capture_output=True,
        text=True,
    )
    assert done.stdout.count("核验") == len(exports)
    return done.stderr.split()


def event_lines(lines: Lines) -> list[int]:
    return [n for n, line in enumerate(lines) if json.loads(line)["record"] == "event"]


def test_a_sound_export_passes(script: Path, lines: Lines) -> None:
    code, words, _ = run(script, b"".join(lines))
    assert code == 0
    assert "事件 7 条，链 3 条，检查点 2 个" in words
    assert "核验通过" in words


def test_every_edited_field_of_an_event_is_found(script: Path, lines: Lines) -> None:
    exports = {}
    for number, field in product(event_lines(lines), chain.SHAPES["event"]):
        record = json.loads(lines[number])
        old = record[field]
        new = {"学位": 8040} if field == "data" else old + (1 if isinstance(old, int) else "1")
        edited = chain.canonical({**record, field: new}) + b"\n"
        exports[f"{field}-{number}"] = [*lines[:number], edited, *lines[number + 1 :]]
    assert len(exports) == 7 * 9
    assert passed(script, exports) == []


def test_every_removed_line_is_found(script: Path, lines: Lines) -> None:
    exports = {str(n): [*lines[:n], *lines[n + 1 :]] for n in range(1, len(lines))}
    assert len(exports) == 7 + 2 + 3
    assert passed(script, exports) == []


def test_every_repeated_line_is_found(script: Path, lines: Lines) -> None:
    exports = {str(n): [*lines[: n + 1], *lines[n:]] for n in range(1, len(lines))}
    assert passed(script, exports) == []


def test_every_swapped_pair_of_events_is_found(script: Path, lines: Lines) -> None:
    exports = {}
    for one, other in pairwise(event_lines(lines)):
        swapped = list(lines)
        swapped[one], swapped[other] = lines[other], lines[one]
        exports[str(one)] = swapped
    assert passed(script, exports) == []


def test_what_was_altered_is_told_in_words(script: Path, lines: Lines) -> None:
    number = event_lines(lines)[2]
    code, words, _ = run(script, b"".join([*lines[:number], *lines[number + 1 :]]))
    assert code == 1
    assert "不符：project:1 第 3 号：此前缺少第 2 号" in words
    assert "核验未通过" in words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"not json\n", "本行无法读取"),
        (b"\xff\xfe\n", "本行无法读取"),
        (b"[]\n", "字段不全"),
        (b'{"record":"event"}\n', "字段不全"),
        (b'{"record":"secret"}\n', "字段不全"),
    ],
)
def test_a_line_that_is_no_record_is_found(
    script: Path, lines: Lines, line: bytes, words: str
) -> None:
    code, said, _ = run(script, b"".join([*lines, line]))
    assert (code, words in said) == (1, True)


def test_a_name_given_twice_is_found(script: Path, lines: Lines) -> None:
    """A reader that takes the first value would see another journal than the one verified."""
    number = event_lines(lines)[0]
    changed = list(lines)
    changed[number] = changed[number].replace(b"{", '{"actor":"某人",'.encode(), 1)
    code, words, _ = run(script, b"".join(changed))
    assert (code, "不是规范写法" in words) == (1, True)


def test_a_file_that_is_no_export_is_refused(script: Path) -> None:
    code, _, words = run(script, b"{}\n")
    assert (code, "不是督办日志的导出文件" in words) == (2, True)


def test_a_missing_file_and_a_missing_argument_are_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chain.main([str(tmp_path / "none")]) == 2
    assert "无法读取" in capsys.readouterr().err
    assert chain.main([]) == 2
    assert "用法" in capsys.readouterr().err
