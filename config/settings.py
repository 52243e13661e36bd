"""How this installation runs: every setting, from the environment, typed and checked.

Each field is the variable ``DUBAN_<FIELD>``, for example ``DUBAN_HOME``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config import database_address
from config.channels_loader import SHIPPED as SHIPPED_CHANNELS
from config.errors import ConfigError, fault_of, without_consequences
from config.schedule_loader import SHIPPED as SHIPPED_SCHEDULE
from engine.errors import cause_of
from engine.rules.addresses import is_email
from engine.rules.words import Word
from engine.rules.zone import ZONE

PREFIX = "DUBAN_"
SMTP_SCHEMES = ("smtp://", "smtps://")
HTTP_SCHEMES = ("http://", "https://")
SECRET_LENGTH = 32

_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


class LogForm(Word):
    """How the log is written: for readers, or one JSON object in each line for programs."""

    TEXT = "text", "文字"
    JSON = "json", "每行一个JSON对象"


def _database_in_home(data: dict[str, Any]) -> SecretStr:
    return SecretStr(database_address.of_file(data["home"] / "duban.db"))


def _domain_of_sender(data: dict[str, Any]) -> str:
    return parseaddr(data["sender"])[1].partition("@")[2]


class Settings(BaseSettings):
    """Everything that may differ from one installation to another.

    Attributes:
        home: the folder of all that the program keeps.
        database_url: an SQLAlchemy address; secret, as it may hold a password.
        smtp_url: the mail server; without one, mails are written to files under ``mail_dir``.
        secret: what links and codes are signed with; by default one made at the beginning and kept
            in the store, where every process of the installation finds it.
        sender: the From line of every mail.
        bounce_address: the mailbox that bounces come back to, with plus addressing; empty when
            the mail server offers none, and then they come back to the sender.
        mail_domain: the right-hand side of Message-IDs; by default the sender's domain.
        policy: a shipped policy's name or the path of a .yaml file.
        calendar: calendar layers, the later overriding the earlier.
        proxies: the addresses of the proxies whose word is taken for who asks, and whether over
            https, with commas between.
        schedule: the .yaml file of when the jobs run.
        channels: the .yaml file of the inbox and of the robots of work groups.
        base_url: the address by which readers of a mail reach this program; empty for none,
            and then mails carry no link.
        clock: start the process's clock at this instant (UTC); for rehearsals and tests.
        dispatch_seconds: how often the outbox is looked at.
        shards: among how many workers of a cluster a sweep is shared.
        prefect_api_url: where the Prefect server of a cluster answers.
        prefect_database_url: the Prefect server's own database; secret, as it may hold a password.
            By default a file in the home of the machine that the server runs on.
        board_dir: the folder into which the public board is exported after each publication;
            None exports nothing.
        log: how the log is written.
        heartbeat_url: what is asked for after each audit without findings; secret, since who knows
            it can beat in our place.
        heartbeat_file: what is touched after each audit without findings.
        oidc_issuer: the city's own directory for signing in (OpenID Connect); empty for none.
        oidc_client_id: how that directory knows this program.
        oidc_client_secret: how this program proves itself to that directory; secret.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    home: Path = Path("var")
    database_url: SecretStr = Field(default_factory=_database_in_home)
    smtp_url: SecretStr | None = None
    secret: SecretStr | None = None
    sender: str = "督办系统 <duban@localhost>"
    bounce_address: str = ""
    mail_domain: str = Field(default_factory=_domain_of_sender)
    policy: str = "default"
    calendar: Annotated[tuple[str, ...], NoDecode] = Field(default=("national",), min_length=1)
    host: str = "127.0.0.1"
    port: int = Field(default=8750, ge=1, le=65535)
    proxies: str = "127.0.0.1,::1"
    schedule: Path = SHIPPED_SCHEDULE
    channels: Path = SHIPPED_CHANNELS
    base_url: str = ""
    clock: datetime | None = None
    dispatch_seconds: int = Field(default=15, ge=1, le=3600)
    shards: int = Field(default=4, ge=1, le=64)
    prefect_api_url: str = "http://127.0.0.1:4200/api"
    prefect_database_url: SecretStr | None = None
    board_dir: Path | None = None
    log: LogForm = LogForm.TEXT
    heartbeat_url: SecretStr | None = None
    heartbeat_file: Path | None = None
    oidc_issuer: str = ""
    oidc_client_id: str = "duban"
    oidc_client_secret: SecretStr | None = None

    @property
    def database(self) -> str:
        """The database address in the clear, for opening it; never to be printed."""
        return self.database_url.get_secret_value()

    @property
    def smtp(self) -> str | None:
        """The mail server's address in the clear, for connecting; never to be printed."""
        return self.smtp_url.get_secret_value() if self.smtp_url else None

    @property
    def signing_secret(self) -> str | None:
        """The given secret in the clear, for signing; never to be printed."""
        return self.secret.get_secret_value() if self.secret else None

    @property
    def heart(self) -> str | None:
        """The address of the outside heart in the clear, for asking; never to be printed."""
        return self.heartbeat_url.get_secret_value() if self.heartbeat_url else None

    @property
    def prefect_database(self) -> str | None:
        """The Prefect server's database in the clear, for opening it; never to be printed."""
        return self.prefect_database_url.get_secret_value() if self.prefect_database_url else None

    @property
    def mail_dir(self) -> Path:
        """Where mails are written as files."""
        return self.home / "mail"

    @property
    def backup_dir(self) -> Path:
        """Where backups are kept."""
        return self.home / "backups"

    @field_validator("home", "board_dir", "heartbeat_file")
    @classmethod
    def _absolute(cls, folder: Path | None) -> Path | None:
        return folder and folder.expanduser().absolute()

    @field_validator("database_url", "prefect_database_url")
    @classmethod
    def _a_known_database(cls, url: SecretStr | None) -> SecretStr | None:
        return url and SecretStr(database_address.checked(url.get_secret_value()))

    @field_validator("smtp_url")
    @classmethod
    def _a_mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        return url and _with_scheme(url, SMTP_SCHEMES)

    @field_validator("heartbeat_url")
    @classmethod
    def _a_heart(cls, url: SecretStr | None) -> SecretStr | None:
        return url and _with_scheme(url, HTTP_SCHEMES)

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and len(secret.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"至少{SECRET_LENGTH}个字符；不写则由系统自动生成")
        return secret

    @field_validator("sender")
    @classmethod
    def _one_address(cls, sender: str) -> str:
        name, _, domain = parseaddr(sender)[1].rpartition("@")
        if not name or not domain or "\n" in sender:
            raise ValueError("应为发件人和邮箱，例如：督办系统 <duban@example.gov.cn>")
        return sender

    @field_validator("bounce_address")
    @classmethod
    def _room_for_a_number(cls, address: str) -> str:
        name = address.partition("@")[0]
        if address and (not is_email(address) or "+" in name or len(name) > 25):
            raise ValueError(
                "应为一个邮箱，@前不含“+”、不超过25个字符，例如：bounce@example.gov.cn"
            )
        return address

    @field_validator("calendar", mode="before")
    @classmethod
    def _separated_by_commas(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.replace("，", ",").split(",") if part.strip())

    @field_validator("mail_domain")
    @classmethod
    def _a_domain(cls, domain: str) -> str:
        if not _DOMAIN.fullmatch(domain):
            raise ValueError("应为域名，例如：example.gov.cn")
        return domain

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, proxies: str) -> str:
        """Whoever compares them later takes one that is no address for nobody's."""
        parts = [part.strip() for part in proxies.replace("，", ",").split(",") if part.strip()]
        for part in parts:
            try:
                ip_network(part)
            except ValueError:
                raise ValueError(
                    f"“{part}”不是地址或网段，请写成 10.1.0.5 或 10.1.0.0/24（网段的末尾为0）"
                ) from None
        return ",".join(parts)

    @field_validator("base_url", "prefect_api_url", "oidc_issuer")
    @classmethod
    def _a_page(cls, url: str) -> str:
        if url and not url.startswith(HTTP_SCHEMES):
            raise ValueError("应以 http:// 或 https:// 开头")
        return url.rstrip("/")

    @field_validator("clock")
    @classmethod
    def _in_utc(cls, clock: datetime | None) -> datetime | None:
        """A clock without a zone is local."""
        if clock is None:
            return None
        return (clock if clock.tzinfo else clock.replace(tzinfo=ZONE)).astimezone(UTC)


def load_settings(**given: Any) -> Settings:
    """The settings of the environment; what is given here goes before it.

    Raises:
        ConfigError: in Chinese, naming every variable that is wrong, never showing a secret.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        items = without_consequences(error.errors())
        faults = [f"{PREFIX}{str(item['loc'][0]).upper()}：{fault_of(item)}" for item in items]
        raise ConfigError.of(f"环境变量有 {len(faults)} 处错误：", faults) from None


def make_folder(folder: Path) -> None:
    """Make the home, or a folder in it.

    Raises:
        ConfigError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"工作目录 {folder} 建不了：{cause_of(error)}。请换一个 DUBAN_HOME"
        ) from error


def _with_scheme(url: SecretStr, schemes: tuple[str, ...]) -> SecretStr:
    if not url.get_secret_value().startswith(schemes):
        raise ValueError(f"应以 {'、'.join(schemes)} 之一开头")
    return url
