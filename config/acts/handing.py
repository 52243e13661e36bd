"""Deeds of people and posts, and what congress and leaders hand over."""

from __future__ import annotations

from datetime import date
from typing import Literal

from config.acts.parts import Deed, OfItem, Part
from engine.rules.congress import Satisfaction
from engine.rules.words import PostKind, Urgency


class TakePost(Deed):
    """换岗; ``holder`` takes the place of ``replaces``."""

    do: Literal["take_post"]
    unit: str
    post: PostKind
    replaces: str
    holder: str
    email: str
    title: str


class NameDeputy(Deed):
    """设AB角; ``holder`` has the post, ``deputy`` stands in."""

    do: Literal["name_deputy"]
    unit: str
    post: PostKind
    holder: str
    deputy: str


class ComeBack(Deed):
    """销假, before the leave has ended."""

    do: Literal["come_back"]
    person: str


class HandedOver(Part):
    """A problem of the congress, with its unit and its limit."""

    title: str
    unit: str
    due: date
    content: str
    leader: str = ""


class ReceiveOpinion(Deed):
    """接收审议意见."""

    do: Literal["receive_opinion"]
    title: str
    body: str
    session: str
    document: str
    held_on: date
    unit: str
    report_by: date
    content: str
    leader: str = ""
    problems: tuple[HandedOver, ...] = ()


class Evaluate(OfItem):
    """满意度测评."""

    do: Literal["evaluate"]
    satisfaction: Satisfaction
    votes: str = ""


class Instruct(Deed):
    """批示交办."""

    do: Literal["instruct"]
    title: str
    content: str = ""
    unit: str
    leader: str
    document: str
    due: date | None = None
    urgency: Urgency = Urgency.NORMAL
