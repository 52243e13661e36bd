"""The address of a database: whether one can be used, and how it is shown."""

from __future__ import annotations

from pathlib import Path

SCHEMES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
SECRET = ("password", "sslpassword")
HIDDEN = "***"


def of_file(file: Path) -> str:
    """The address of a database in a file, whatever signs its path has."""
    path = str(file).replace("%", "%25").replace("?", "%3F")
    return f"sqlite:///{path}"


def checked(address: str) -> str:
    """The address, as it was given.

    Raises:
        ValueError: in Chinese, without a password.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    if not address.startswith(SCHEMES):
        raise ValueError(f"应以 {'、'.join(SCHEMES)} 之一开头")
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise ValueError(_MISSPELT) from None
    if "@" in (url.host or ""):  # half of a password
        raise ValueError(_MISSPELT)
    if url.get_backend_name() == "sqlite":
        _check_file(url.database)
    return address


def _check_file(file: str | None) -> None:
    if not file:
        raise ValueError("网址中没有写哪个库或哪个文件")
    if file.startswith((":memory:", "file:")):
        raise ValueError("应写一个文件的路径，例如 sqlite:////var/lib/duban/duban.db")


def shown(address: str) -> str:
    """An address for readers: without its passwords, a file by its path."""
    from sqlalchemy import make_url

    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{url.database}"
    hidden = {name: HIDDEN for name in url.query if name in SECRET}
    query = "&".join(f"{name}={value}" for name, value in sorted({**url.query, **hidden}.items()))
    bare = url.set(query={}).render_as_string(hide_password=True)
    return f"{bare}?{query}" if query else bare


_MISSPELT = "网址写错了；密码中的 @ : / ? # % 要用百分号编码"
