"""What the console tells of a refusal has no commands in it, and still says what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import DubanError
from web.refusals import told

ENGINE = Path(__file__).parents[2] / "engine"
DANGLING = re.compile(r"[。；，][，。；]|(?:(?<!申)请|请先|更换邮箱|有不同意见|全部|再)$|（$")


def sentences() -> Iterator[str]:
    """What the engine says that names a command or an option of one."""
    for file in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (
                    one.value if isinstance(one, ast.Constant) else "某" for one in node.values
                )
                text = "".join(map(str, parts))
                if re.search(r"[\u4e00-\u9fff]", text) and re.search(r"--[a-z]|duban [a-z]", text):
                    yield text


@pytest.mark.parametrize("sentence", sorted(set(sentences())))
def test_no_sentence_breaks_off_where_a_command_was_left_out(sentence: str) -> None:
    assert not DANGLING.search(told(DubanError(sentence)))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "已改为第2版，请看过后再办理（改写请加 --replace）",
            "已改为第2版，请看过后再办理",
        ),
        (
            "不能换。请另行办理改派（duban reassign），两个单位都会收到通知",
            "不能换。请另行办理改派，两个单位都会收到通知",
        ),
        ("没有督查 7，请用 duban inspection list 查看编号", "没有督查 7"),
        ("重新评分须用 --reason 写明理由", "重新评分须写明理由"),
    ],
)
def test_a_command_is_left_out_and_its_advice_kept(said: str, shown: str) -> None:
    assert told(DubanError(said)) == shown
