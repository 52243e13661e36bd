"""Addresses of databases: which can be used, and what of them is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from config.database_address import checked, of_file, shown

ODD = Path("/srv/督办 100%?#/a%20b.db")


def test_a_file_is_found_whatever_signs_its_path_has() -> None:
    assert make_url(checked(of_file(ODD))).database == str(ODD)
    assert shown(of_file(ODD)) == f"sqlite:///{ODD}"
    assert of_file(Path("/var/lib/督办/duban.db")) == "sqlite:////var/lib/督办/duban.db"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://u:geheim@h/d", "应以 sqlite:///、postgresql://"),
        ("postgresql://u:geheim@h:九/d", "密码中的 @"),
        ("postgresql://u:ge@heim@h/d", "密码中的 @"),
        ("sqlite:///", "没有写哪个库"),
        ("sqlite:///:memory:", "应写一个文件的路径"),
    ],
)
def test_what_cannot_be_an_address_is_told_without_its_password(address: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        checked(address)
    assert "heim" not in str(refused.value)


def test_no_password_is_shown_wherever_it_stands() -> None:
    told = shown("postgresql://h/d?user=u&password=geheim&sslpassword=geheim&sslmode=require")
    assert told == "postgresql://h/d?password=***&sslmode=require&sslpassword=***&user=u"
    assert shown("postgresql://u:geheim@h:5433/d") == "postgresql://u:***@h:5433/d"
