"""Deeds of publicity: the list is published, and the public objects."""

from __future__ import annotations

from typing import Literal

from config.acts.parts import Deed, OfItem
from engine.rules.public_objections import PublicObjectionEvent


class PublishBoard(Deed):
    """公示 of the list as it stands."""

    do: Literal["publish_board"]


class ReceivePublicObjection(OfItem):
    """登记公示异议 that came in today."""

    do: Literal["receive_objection"]
    name: str
    contact: str
    text: str


class HandlePublicObjection(OfItem):
    """办理公示异议, the one that waits on the item."""

    do: Literal["handle_objection"]
    result: PublicObjectionEvent
    finding: str
