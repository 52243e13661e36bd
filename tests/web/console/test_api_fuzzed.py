"""The API asked everything that its schema allows, and some that it does not: no server error, and
every answer as the schema says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from engine.accounts.tokens import Scope, issue
from tests.engine.builders import CONTACT, SECOND_OFFICER, SIGNER
from tests.engine.conftest import begin
from tests.stores import SqliteStore
from tests.web.conftest import opened
from tests.web.console.conftest import ConsoleOffice
from web.access import Role
from web.console.catalogue import ENTRIES
from web.console.declared import Act, Page

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 5


@pytest.fixture(scope="module")
def office(
    sqlite_store: SqliteStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ConsoleOffice]:
    with opened(sqlite_store, begin, tmp_path_factory.mktemp("api")) as office:
        yield ConsoleOffice(office)


@pytest.fixture(scope="module")
def api(office: ConsoleOffice) -> Any:
    app = office.office.client.app
    return schemathesis.openapi.from_asgi("/api/openapi.json", app)


@pytest.fixture(scope="module")
def tokens(office: ConsoleOffice) -> dict[Role, str]:
    """Of the head of the office, who may most, of an administrator, a signer and a unit."""
    accounts = {
        Role.CHIEF: office.account(SECOND_OFFICER, chief=True),
        Role.SIGNER: office.account(SIGNER),
        Role.CONTACT: office.account(CONTACT),
        Role.ADMINISTRATOR: office.account(administrator=True),
    }
    with office.service.at_desk() as desk:
        last = desk.day.replace(month=12)
        return {
            role: issue(desk, number, "测试", tuple(Scope), last)
            for role, number in accounts.items()
        }


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_no_request_breaks_the_server(api: Any, tokens: dict[Role, str], entry: Page | Act) -> None:
    operation = api.find_operation_by_id(entry.name)
    token = next(token for role, token in tokens.items() if role in entry.may)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy())
    def ask(case: Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    ask()
