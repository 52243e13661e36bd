"""日历订阅: another address for a unit's feed of dates."""

from __future__ import annotations

from engine.lists.levels import UnitUnknown
from engine.staff.feeds import feed_named, renew
from engine.staff.unit_list import unit_lines
from web.access import OFFICE
from web.console.declared import Act, Done, Page
from web.console.given import Nothing
from web.console.staff import HERE
from web.console.visit import Visit


def renew_feed(visit: Visit, _: Nothing, number: int) -> Done:
    """Give a unit's feed a new address."""
    unit = next((u for u in unit_lines(visit.session) if u.number == number), None)
    if unit is None:
        raise UnitUnknown("没有这个单位")
    serial = renew(visit.desk, unit.name, visit.by, feed_named(visit.session, unit.name).serial)
    address = f"{visit.service.settings.base_url}{visit.service.links.feed(number, serial)}"
    return Done("旧地址已失效，请把新地址交给单位", f"{HERE}/units/{number}", secret=address)


PAGES: tuple[Page, ...] = ()
ACTS = (
    Act(
        "feed-renew",
        "/staff/units/{number}/feed",
        "更换日历订阅地址",
        OFFICE,
        renew_feed,
        about="地址不用登录就能看到本单位的各个时限。外传了就更换，旧地址立即失效。",
        back="/staff/units/{number}",
        is_grave=True,
    ),
)
