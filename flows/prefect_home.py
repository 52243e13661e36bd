"""What every process of Prefect is told before it begins: where to keep its things, and to call
nobody.

Prefect reads its settings from the environment when it is imported, so this comes first.
"""

from __future__ import annotations

import os

from config.settings import Settings, make_folder

QUIET = {
    # Counts of flow runs to Prefect's makers: from the server, from its pages, from the first use.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # A command without its server says so instead of starting another in an odd place.
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_WORKER_QUERY_SECONDS": "5",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
}
"""What an operator may set otherwise."""

NOBODY = "http://127.0.0.1:9"
"""A proxy that is not there. The server fetches a catalogue of Prefect's from the network whenever
somebody opens the page of pools, which no setting forbids; refused, it takes the one it brought."""

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


def prepare(settings: Settings) -> None:
    """Tell this process and all that it starts.

    Raises:
        ConfigError: the folder for it cannot be made.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    home = settings.home / "prefect"
    make_folder(home)
    os.environ["PREFECT_HOME"] = str(home)
    os.environ["PREFECT_API_URL"] = settings.prefect_api_url


def prepare_server(settings: Settings) -> None:
    """The same for the server."""
    prepare(settings)
    os.environ.setdefault("HTTPS_PROXY", NOBODY)
    # Its pages are copied before they are shown: to where it is installed if nobody says else,
    # and there a service may not write.
    os.environ.setdefault("PREFECT_UI_STATIC_DIRECTORY", str(settings.home / "prefect" / "ui"))
    os.environ.setdefault("PREFECT_SERVER_DATABASE_TIMEOUT", "60")
    # Whom it was waiting for when it was stopped. Forgotten after a minute, as is its habit, a run
    # that lost its process to the same power cut would run for ever on its pages.
    os.environ.setdefault("PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER", "P7D")
    if settings.prefect_database:
        scheme, separator, rest = settings.prefect_database.partition("://")
        driver = DRIVERS[scheme.partition("+")[0]]
        os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = f"{driver}{separator}{rest}"


def page_of(settings: Settings) -> str:
    """Where Prefect's own pages are."""
    return settings.prefect_api_url.removesuffix("api")
