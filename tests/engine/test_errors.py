"""What goes wrong with files is told in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import cause_of


def test_why_a_file_cannot_be_read_or_written_is_said_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("x", encoding="utf-8")
    for path, cause in (
        (tmp_path / "无", "没有这个文件或目录"),
        (tmp_path, "这是目录，不是文件"),
        (tmp_path / "文件" / "下", "路径中有一段不是目录"),
        (tmp_path / ("长" * 300), "文件名太长"),
    ):
        with pytest.raises(OSError) as refused:
            path.read_bytes()
        assert cause_of(refused.value) == cause


def test_a_rare_cause_keeps_the_words_of_the_system() -> None:
    assert cause_of(OSError(9999, "strange")) == "strange"
    assert cause_of(OSError("strange")) == "strange"
