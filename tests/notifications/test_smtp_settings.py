"""Reading the SMTP address."""

from __future__ import annotations

import pytest

from notifications.channels.smtp_settings import SmtpSettings, SmtpSettingsError, StartTls, parse


def test_a_full_address_is_read_part_by_part():
    url = "smtp://ducha%40gov.cn:p%40ss%3A%2Fword@mail.gov.cn:587?starttls=no&timeout=5&connections=2&ca=/etc/ca.pem"
    assert parse(url) == SmtpSettings(
        host="mail.gov.cn",
        port=587,
        tls=False,
        starttls=StartTls.NO,
        user="ducha@gov.cn",
        password="p@ss:/word",
        timeout=5,
        connections=2,
        ca="/etc/ca.pem",
    )


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtp://mail.gov.cn", 25, False, StartTls.AUTO),
        ("smtp://user:word@mail.gov.cn", 25, False, StartTls.REQUIRED),
        ("smtp://user:word@mail.gov.cn?starttls=auto", 25, False, StartTls.AUTO),
        ("smtps://user:word@mail.gov.cn", 465, True, StartTls.NO),
    ],
)
def test_what_is_left_out_is_safe_by_default(url, port, tls, starttls):
    settings = parse(url)
    assert (settings.port, settings.tls, settings.starttls) == (port, tls, starttls)


def test_the_password_is_not_shown_with_the_settings():
    assert "secret" not in repr(parse("smtps://user:secret@mail.gov.cn"))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "smtp://"),
        ("http://user:secret@mail.gov.cn", "smtp://"),
        ("smtp://", "缺少服务器名"),
        ("smtp://user:secret@", "缺少服务器名"),
        ("smtp://user:secret@mail.gov.cn:0x19", "端口无效"),
        ("smtp://user:secret@mail.gov.cn:99999", "端口无效"),
        ("smtp://user:secret/x@mail.gov.cn", "端口无效|百分号编码"),
        ("smtp://mail.gov.cn/inbox", "百分号编码"),
        ("smtp://user:secret@mail.gov.cn?tls=yes", "不认识的选项 tls"),
        ("smtp://user:secret@mail.gov.cn?starttls=maybe", "required、auto 或 no"),
        ("smtps://user:secret@mail.gov.cn?starttls=auto", "不能再用 starttls"),
        ("smtp://user:secret@mail.gov.cn?timeout=0", "timeout 选项应为正整数"),
        ("smtp://user:secret@mail.gov.cn?connections=many", "connections 选项应为正整数"),
    ],
)
def test_a_bad_address_is_refused_in_chinese_without_telling_the_password(url, message):
    with pytest.raises(SmtpSettingsError, match=message) as caught:
        parse(url)
    assert "secret" not in str(caught.value)
