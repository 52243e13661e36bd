"""The board as data: one object for the whole, one for each item."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from engine.publicity.board import Board, ShownNotice, ShownObjection, ShownState
from engine.rules.public_facts import PublicProject, notice_to_data, project_to_data, state_to_data


def index_data(
    boards: Sequence[Board],
    page_of: Callable[[str], str],
    notice_page: Callable[[ShownNotice], str],
) -> dict[str, Any]:
    """Every list with its statistics, and where its items and notices are."""
    return {
        "lists": [
            {
                **_head(board.now),
                "items": [
                    {
                        "code": item.code,
                        "title": item.title,
                        "lead": item.lead,
                        "due": item.due and item.due.isoformat(),
                        "light": item.light,
                        "standing": item.standing,
                        "page": page_of(item.code),
                        "data": page_of(item.code).removesuffix("html") + "json",
                    }
                    for item in board.now.state.projects
                ],
                "notices": [_notice(shown, notice_page(shown)) for shown in board.notices],
                "objections": [_objection(objection) for objection in board.objections],
            }
            for board in boards
        ]
    }


def project_data(board: Board, item: PublicProject) -> dict[str, Any]:
    """All that is public about an item."""
    return {
        "item": project_to_data(item),
        "publications": [
            {
                "published_on": shown.day.isoformat(),
                "object_by": shown.object_by.isoformat(),
                "light": was.light,
                "standing": was.standing,
                "actual": str(was.actual),
                "planned": str(was.planned),
                "changed": shown.changes_of(item.code),
                "corrections": shown.corrections_of(item.code),
            }
            for shown, was in board.history_of(item.code)
        ],
        "objections": [_objection(objection) for objection in board.objections_to(item.code)],
    }


def json_bytes(data: dict[str, Any]) -> bytes:
    """The same data always as the same bytes."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _head(shown: ShownState) -> dict[str, Any]:
    """A publication without its items, which have files of their own."""
    data = state_to_data(shown.state)
    del data["projects"]
    return {
        "published_on": shown.day.isoformat(),
        "object_by": shown.object_by.isoformat(),
        "revision": shown.revision,
        **data,
    }


def _notice(shown: ShownNotice, page: str) -> dict[str, Any]:
    if shown.withdrawn_at:
        return {"title": shown.notice.title, "withdrawn": True, "page": page}
    return {**notice_to_data(shown.notice), "withdrawn": False, "page": page}


def _objection(objection: ShownObjection) -> dict[str, Any]:
    return {
        "number": objection.number,
        "code": objection.code,
        "received_on": objection.received_on.isoformat(),
        "handle_by": objection.handle_by.isoformat(),
        "state": objection.state,
        "finding": objection.finding,
    }
