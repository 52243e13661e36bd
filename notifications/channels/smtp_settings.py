"""The SMTP address, such as ``smtp://user:password@mail.example.gov.cn:587?starttls=required``.

- ``smtp`` is plain, perhaps upgraded by STARTTLS; ``smtps`` is TLS from the first byte.
- ``user:password@`` logs in; percent-encode what an address cannot hold (``@ : / ? # %``).
- ``starttls`` is ``required``, ``auto`` (when the server offers it) or ``no``. It is required
  by default when there is a password, so that one never crosses the wire in the clear unasked.
- ``timeout`` is how many seconds to wait for any one answer; 30 by default.
- ``connections`` is how many to open at once; 4 by default.
- ``ca`` names a PEM file with the certificate authority of a server inside the house.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from engine.errors import DubanError

_OPTIONS = ("starttls", "timeout", "connections", "ca")


class SmtpSettingsError(DubanError):
    """The SMTP address cannot be used. The message never repeats the address: it has a password."""


class StartTls(StrEnum):
    """Whether a plain connection is upgraded to TLS."""

    REQUIRED = "required"
    AUTO = "auto"
    NO = "no"


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where and how to hand over mail. ``timeout`` is in seconds."""

    host: str
    port: int
    tls: bool
    starttls: StartTls
    user: str
    password: str = field(repr=False)
    timeout: float
    connections: int
    ca: str


def parse(url: str) -> SmtpSettings:
    """Read an SMTP address.

    Raises:
        SmtpSettingsError: it is malformed, or has an option that is not known.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SmtpSettingsError("SMTP 地址的端口无效，应为 1 到 65535 之间的数字。") from None
    if parts.scheme not in ("smtp", "smtps"):
        raise SmtpSettingsError("SMTP 地址应以 smtp:// 或 smtps:// 开头。")
    if not parts.hostname:
        raise SmtpSettingsError("SMTP 地址缺少服务器名，应形如 smtp://用户:密码@服务器:端口。")
    if parts.path not in ("", "/") or parts.fragment:
        raise SmtpSettingsError("SMTP 地址的服务器名之后有多余内容；密码中的符号须用百分号编码。")
    options = _options(parts)
    tls, user = parts.scheme == "smtps", unquote(parts.username or "")
    return SmtpSettings(
        host=parts.hostname,
        port=port or (465 if tls else 25),
        tls=tls,
        starttls=_starttls(options.get("starttls"), tls=tls, user=user),
        user=user,
        password=unquote(parts.password or ""),
        timeout=_positive("timeout", options.get("timeout", "30")),
        connections=_positive("connections", options.get("connections", "4")),
        ca=options.get("ca", ""),
    )


def _options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(set(options) - set(_OPTIONS))
    if unknown:
        raise SmtpSettingsError(
            f"SMTP 地址中有不认识的选项 {'、'.join(unknown)}，可用的是 {'、'.join(_OPTIONS)}。"
        )
    return options


def _starttls(value: str | None, *, tls: bool, user: str) -> StartTls:
    if tls:
        if value is not None:
            raise SmtpSettingsError("smtps:// 一开始就加密，不能再用 starttls 选项。")
        return StartTls.NO
    if value is None:
        return StartTls.REQUIRED if user else StartTls.AUTO
    if value not in list(StartTls):
        raise SmtpSettingsError("SMTP 地址的 starttls 选项应为 required、auto 或 no。")
    return StartTls(value)


def _positive(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise SmtpSettingsError(f"SMTP 地址的 {name} 选项应为正整数，现为“{value}”。")
    return int(value)
