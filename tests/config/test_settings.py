"""The settings of an installation, from its environment."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.settings import Settings, load_settings

BROKEN = {
    "DUBAN_DATABASE_URL": ("mysql://duban:geheim@db", "应以 sqlite:///、postgresql://"),
    "DUBAN_SMTP_URL": ("mail.example:geheim", "应以 smtp://、smtps:// 之一开头"),
    "DUBAN_SENDER": ("督办系统", "应为发件人和邮箱"),
    "DUBAN_CALENDAR": (" ，", "不能为空"),
    "DUBAN_PORT": ("99999", "写的是“99999”，不能大于 65535"),
    "DUBAN_BASE_URL": ("duban.example", "应以 http:// 或 https:// 开头"),
    "DUBAN_OIDC_ISSUER": ("sso.example", "应以 http:// 或 https:// 开头"),
    "DUBAN_MAIL_DOMAIN": ("督办 示例", "应为域名"),
    "DUBAN_PROXIES": ("10.1.0.5, 10.1.0.7/24", "“10.1.0.7/24”不是地址或网段"),
    "DUBAN_CLOCK": ("昨天", "写的是“昨天”，应为时刻，请写成 2023-04-01T08:30:00"),
    "DUBAN_DISPATCH_SECONDS": ("半分钟", "写的是“半分钟”，应为整数"),
}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DUBAN_")]:
        monkeypatch.delenv(name)


def test_without_any_variable_everything_lives_in_var(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.home == tmp_path / "var"
    assert settings.database == f"sqlite:///{tmp_path / 'var' / 'duban.db'}"
    assert settings.mail_dir == tmp_path / "var" / "mail"
    assert (settings.smtp, settings.clock, settings.calendar) == (None, None, ("national",))


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_DATABASE_URL", "postgresql://duban@db/duban")
    monkeypatch.setenv("DUBAN_CALENDAR", "national, ningxia-2023")
    monkeypatch.setenv("DUBAN_SENDER", "督查室 <dc@example.gov.cn>")
    settings = load_settings()
    assert settings.database == "postgresql://duban@db/duban"
    assert settings.calendar == ("national", "ningxia-2023")
    assert settings.mail_domain == "example.gov.cn"


def test_what_is_given_goes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_HOME", "/somewhere")
    assert load_settings(home=tmp_path).database == f"sqlite:///{tmp_path / 'duban.db'}"


def test_proxies_may_stand_between_chinese_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_PROXIES", "127.0.0.1，10.1.0.0/24， ::1")
    assert load_settings().proxies == "127.0.0.1,10.1.0.0/24,::1"


def test_an_empty_variable_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_SMTP_URL", "")
    monkeypatch.setenv("DUBAN_PORT", "")
    settings = load_settings()
    assert (settings.smtp, settings.port) == (None, 8750)


@pytest.mark.parametrize(
    "written", ["2023-04-01T08:30:00", "2023-04-01T08:30:00+08:00", "2023-04-01T00:30:00Z"]
)
def test_a_clock_without_a_zone_is_beijing_time(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_CLOCK", written)
    assert load_settings().clock == datetime(2023, 4, 1, 0, 30, tzinfo=UTC)


def test_every_wrong_variable_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (value, _) in BROKEN.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    first, *lines = str(caught.value).split("\n")
    told = dict(line.strip().split("：", 1) for line in lines)
    assert first == f"环境变量有 {len(BROKEN)} 处错误："
    assert {name: told[name][: len(words)] for name, (_, words) in BROKEN.items()} == {
        name: words for name, (_, words) in BROKEN.items()
    }


def test_a_wrong_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_SMTP_URL", "mail.example:geheim")
    monkeypatch.setenv("DUBAN_DATABASE_URL", "mysql://duban:geheim@db")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert "geheim" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_secret_is_not_shown_by_printing_the_settings() -> None:
    settings = Settings.model_validate(
        {
            "smtp_url": "smtp://duban:geheim@mail.example",
            "database_url": "postgresql://duban:geheim@db/duban",
        }
    )
    assert "geheim" not in f"{settings!r}{settings}{settings.model_dump()}"
    assert settings.smtp == "smtp://duban:geheim@mail.example"
