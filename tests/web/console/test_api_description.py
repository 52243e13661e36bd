"""How the API describes itself to programs."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from web.console import api
from web.console.catalogue import ACTS
from web.console.doors import Doors


def is_on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def test_others_are_answered_while_the_description_is_put_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept_from_others: list[bool] = []
    describe = api._Described.openapi

    def watched(self: Any) -> dict[str, Any]:
        if self.openapi_schema is None:
            kept_from_others.append(is_on_a_loop())
        return describe(self)

    monkeypatch.setattr(api._Described, "openapi", watched)
    api.create_api.cache_clear()
    answer = TestClient(api.Api(cast("Doors", None))).get("/openapi.json")
    described = answer.raise_for_status().json()
    assert {f"{api.VERSION}{act.path}" for act in ACTS} <= described["paths"].keys()
    assert "Problem" in described["components"]["schemas"]
    assert kept_from_others == [False]
