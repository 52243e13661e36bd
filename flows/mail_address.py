"""Where mails go, in words."""

from __future__ import annotations

from config.settings import Settings
from notifications.channels.smtp_settings import parse


def mail_address(settings: Settings) -> str:
    """Where mails go, without the password."""
    if not settings.smtp:
        return f"写入文件夹 {settings.mail_dir}"
    server = parse(settings.smtp)
    return f"经 {server.host}:{server.port} 发出"
