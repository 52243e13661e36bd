"""``/metrics``: the installation in figures for Prometheus.

The figures come from the store, which all processes share: any of them tells the same. Only the
requests, and what begins with ``process_``, are this process's own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Lock

from prometheus_client import (
    CollectorRegistry,
    Counter,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.census import Census, census
from flows.service import Service
from web import figures
from web.figures import gauge

CONTENT_TYPE = CONTENT_TYPE_LATEST
LEAST_AGE, SHARE = 60.0, 100
"""What is counted by the million is told again for so many seconds at least, and for so many times
as long as it took to count: counting takes a hundredth of the time at most, however many."""
disable_created_metrics()  # which nobody reads, and which doubles what is told
METHODS = ("GET", "HEAD", "POST")


class Metrics:
    """The figures of an installation, and the requests that this process has answered.

    Args:
        faults: what keeps the installation from doing its duty, as the health check tells it.
    """

    def __init__(self, service: Service, faults: Callable[[], list[str]]) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(_Store(service, faults))
        self._requests = Counter(
            "duban_http_requests",
            "本进程答复的网页请求",
            ("method", "status"),
            registry=self._registry,
        )

    def answered(self, method: str, status: int) -> None:
        """Count a request."""
        self._requests.labels(method if method in METHODS else "other", str(status)).inc()

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)


class _Store(Collector):
    """Reads the store whenever it is asked, in a few queries over indexes."""

    def __init__(self, service: Service, faults: Callable[[], list[str]]) -> None:
        self._service = service
        self._faults = faults
        self._held = _Held()

    def describe(self) -> list[Metric]:
        """Nothing beforehand: the store is not asked before somebody wants to know."""
        return []

    def collect(self) -> Iterator[Metric]:
        begun = time.perf_counter()
        try:
            yield from self._read()
        except SQLAlchemyError:
            yield gauge("duban_store_up", "数据库读得出为1", 0)
        else:
            yield gauge("duban_store_up", "数据库读得出为1", 1)
        seconds = time.perf_counter() - begun
        yield gauge("duban_scrape_duration_seconds", "读出这些数字用的秒数", seconds)

    def _read(self) -> list[Metric]:
        service, now = self._service, self._service.now()
        faults = len(self._faults())
        with service.database.read() as session:
            return [
                gauge("duban_clock_timestamp_seconds", "本系统的时钟", now.timestamp()),
                gauge("duban_faults", "运行异常的条数，同 /healthz", faults),
                *figures.counts(self._held.census(session)),
                *figures.outbox(session, now),
                *figures.sweeps(session, service),
                *figures.journal(session, now),
                *figures.jobs(session),
                *figures.audit(session),
            ]


class _Held:
    """The last census; of many who ask at once, one counts."""

    def __init__(self) -> None:
        self._census: Census | None = None
        self._until = 0.0
        self._lock = Lock()

    def census(self, session: Session) -> Census:
        with self._lock:
            begun = time.monotonic()
            if self._census is None or begun >= self._until:
                self._census = census(session)
                ended = time.monotonic()
                self._until = ended + max(LEAST_AGE, SHARE * (ended - begun))
            return self._census
