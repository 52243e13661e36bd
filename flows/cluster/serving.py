"""The Prefect server, with what it lacks mended."""

from __future__ import annotations

from fastapi import FastAPI
from prefect.server.api.server import create_app
from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.server.database.orm_models import FlowRun

from flows.cluster.asking import WRITTEN_APART
from flows.logs import take_over


def server_app() -> FastAPI:
    """Its interface, its pages, and what it does by itself."""
    # From 2.1 on SQLAlchemy asks what to do with this attribute in a bulk insert, and Prefect does
    # not say: no schedule would ever call anything. What it stands for is inserted beside it.
    vars(FlowRun)["state"].inplace.bulk_dml(lambda cls, mapping, state: None)
    # On SQLite a reader that turns writer cannot wait, and what it was about to write is lost.
    begin = AioSqliteConfiguration.begin_transaction
    AioSqliteConfiguration.begin_transaction = (  # type: ignore[method-assign]
        lambda self, session, with_for_update=False: begin(self, session, with_for_update=True)
    )
    app = create_app(final=True)
    take_over(*WRITTEN_APART)
    return app
