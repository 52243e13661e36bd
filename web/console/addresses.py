"""停用的邮箱: addresses that a server has refused, put back in use."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from engine.staff.addresses import DisabledAddress, disabled_addresses, restore_address
from web.access import OFFICE, Role
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Given, MaybeLine, Nothing
from web.console.visit import Visit

HERE = "/addresses"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses to which nothing is sent."""

    addresses: list[DisabledAddress]


class RightAddress(Given):
    """The right one."""

    email: MaybeLine = Field("", title="更正后的邮箱", description="没有写错的可不填")


def show(visit: Visit, _: Nothing) -> Addresses:
    """The addresses to which nothing is sent."""
    return Addresses(disabled_addresses(visit.session))


def restore(visit: Visit, given: RightAddress, name: str) -> Done:
    """Put an address back in use."""
    address = restore_address(visit.desk, name, visit.by, given.email)
    return Done(f"{name.partition('@')[0]}的邮箱已恢复：{address}", HERE)


def _offer(visit: Visit, name: str) -> Offer:
    found = (a for a in disabled_addresses(visit.session) if f"{a.person}@{a.unit}" == name)
    return Offer(
        facts=[
            line
            for one in found
            for line in (
                ("人员", f"{one.unit} {one.person}"),
                ("邮箱", one.email),
                ("原因", one.why),
            )
        ]
    )


PAGES = (
    Page(
        "addresses",
        HERE,
        "停用的邮箱",
        OFFICE | {Role.ADMINISTRATOR},
        show,
        "addresses.html",
        menu=Menu.RULES,
    ),
)
ACTS = (
    Act(
        "address-restore",
        "/addresses/{name}/restore",
        "恢复邮箱",
        OFFICE,
        restore,
        RightAddress,
        about="恢复后的通知照常送达；停用期间已改送他人的不再重发。",
        offer=_offer,
        back=HERE,
    ),
)
