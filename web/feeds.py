"""日历订阅: a unit's open dates for the calendar of a phone or a computer."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from fastapi.responses import Response

from engine.dates.unit_dates import unit_dates
from engine.staff.feeds import feed_of
from flows.service import Service
from notifications.calendar_feed import feed
from web.stops import Stop
from web.tags import tag_of, tagged

CALENDAR = "text/calendar; charset=utf-8"
NAMED = re.compile(r"([0-9]{1,9})-[a-z2-7]{32}\.ics")


def gone() -> Stop:
    return Stop(
        404,
        "订阅地址不存在",
        "这个日历订阅地址不存在，或者已经更换。",
        "请向督查室要新的地址；旧的订阅可以从日历里删掉。",
    )


def feed_routes(service: Service) -> APIRouter:
    """Where the feeds are. What the reader has already is not sent again."""
    routes = APIRouter()

    @routes.api_route("/feeds/{name}", methods=["GET", "HEAD"])
    def calendar(request: Request, name: str) -> Response:
        content = _content(service, name)
        tag = tag_of(content)
        return tagged(request, content, tag, media_type=CALENDAR, caching="private, no-cache")

    return routes


def _content(service: Service, name: str) -> bytes:
    """The feed at an address.

    Raises:
        Stop: there is none, or it has moved.
    """
    named = NAMED.fullmatch(name)
    if named is None:
        raise gone()
    unit_id = int(named[1])
    with service.database.read() as session:
        found = feed_of(session, unit_id)
        if found is None or not service.links.is_feed(f"/feeds/{name}", unit_id, found.serial):
            raise gone()
        dates = unit_dates(session, unit_id)
    return feed(found.unit, dates, service.rulebook.calendar, service.settings.mail_domain)
