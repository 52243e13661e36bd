"""Signing in through the city's own directory, a real one on loopback."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pydantic import SecretStr

from flows.clock import system_clock
from flows.runner import Runner
from tests.engine.builders import CONTACT
from tests.engine.conftest import give_out
from tests.stores import SqliteStore
from tests.web.conftest import opened
from tests.web.console.conftest import BASE, ConsoleOffice
from web.app import create_app


@dataclass
class Directory:
    """A directory in which one person is known. ``spoil`` changes what it vouches for."""

    address: str = ""
    name: str = CONTACT
    spoil: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))

    def answer(self, path: str, body: str) -> dict[str, Any]:
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.address,
                    "authorization_endpoint": f"{self.address}/authorize",
                    "token_endpoint": f"{self.address}/token",
                    "jwks_uri": f"{self.address}/keys",
                }
            case "/keys":
                return dict(KeySet([self.key]).as_dict(private=False))
            case "/token":
                sent = {name: values[0] for name, values in parse_qs(body).items()}
                digest = sha256(sent["code_verifier"].encode()).digest()
                challenge = urlsafe_b64encode(digest).decode().rstrip("=")
                assert challenge == self.asked["code_challenge"]
                return {"access_token": "a", "token_type": "Bearer", "id_token": self.vouch()}
        return {}

    def vouch(self) -> str:
        now = int(system_clock().timestamp())
        claims = {
            "iss": self.address,
            "aud": "duban",
            "sub": "u-1",
            "exp": now + 60,
            "iat": now,
            "nonce": self.asked["nonce"],
            "preferred_username": self.name,
        }
        header = {"alg": "RS256", "kid": self.key.kid}
        return jwt.encode(header, claims | self.spoil, self.key, algorithms=["RS256"])


@contextmanager
def served(directory: Directory) -> Iterator[Directory]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            content = json.dumps(directory.answer(urlsplit(self.path).path, body)).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        directory.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield directory
        server.shutdown()
        thread.join()


@pytest.fixture
def directory() -> Iterator[Directory]:
    with served(Directory()) as directory:
        yield directory


@pytest.fixture
def client(sqlite_store: SqliteStore, tmp_path: Path, directory: Directory) -> Iterator[TestClient]:
    with opened(sqlite_store, give_out, tmp_path) as office:
        yield _client(ConsoleOffice(office), directory)


def _client(assigned: ConsoleOffice, directory: Directory) -> TestClient:
    settings = assigned.service.settings.model_copy(
        update={"oidc_issuer": directory.address, "oidc_client_secret": SecretStr("geheim")}
    )
    service = replace(assigned.service, settings=settings)
    assigned.account(CONTACT)
    return TestClient(create_app(service, Runner(service)), base_url=BASE, follow_redirects=False)


def go_through(client: TestClient, directory: Directory, **changed: str) -> Any:
    sent = client.get("/login/directory?to=/me")
    assert sent.status_code == 303, sent.text
    directory.asked = {
        n: v[0] for n, v in parse_qs(urlsplit(sent.headers["location"]).query).items()
    }
    back = {"state": directory.asked["state"], "code": "c"} | changed
    return client.get("/login/back", params=back)


def test_who_is_known_to_the_directory_signs_in_without_a_password(
    client: TestClient, directory: Directory
) -> None:
    assert "统一身份认证" in client.get("/login").text
    answer = go_through(client, directory)
    assert answer.headers["location"] == "/me"
    assert CONTACT in client.get("/me").text


def test_later_they_are_known_by_their_number_and_not_by_their_name(
    client: TestClient, directory: Directory
) -> None:
    go_through(client, directory)
    directory.name = "改了名"
    assert go_through(client, directory).status_code == 303
    directory.spoil, directory.name = {"sub": "u-2"}, CONTACT
    assert "联系管理员开通" in go_through(client, directory).text


@pytest.mark.parametrize(
    "spoil",
    [{"nonce": "other"}, {"aud": "other"}, {"iss": "http://other"}, {"exp": 1}],
    ids=lambda spoil: next(iter(spoil)),
)
def test_what_was_not_said_to_us_now_opens_nothing(
    client: TestClient, directory: Directory, spoil: dict[str, Any]
) -> None:
    directory.spoil = spoil
    answer = go_through(client, directory)
    assert answer.status_code == 403
    assert "没有通过核对" in answer.text


def test_a_token_signed_by_somebody_else_opens_nothing(
    client: TestClient, directory: Directory
) -> None:
    known, directory.key = directory.key, RSAKey.generate_key(2048, auto_kid=True)
    vouch = directory.vouch
    directory.asked = {"nonce": "x"}
    directory.vouch = lambda: vouch().rpartition(".")[0] + ".AAAA"  # type: ignore[method-assign]
    assert known is not directory.key
    assert go_through(client, directory).status_code == 403


def test_who_comes_back_without_having_been_sent_is_sent_again(
    client: TestClient, directory: Directory
) -> None:
    assert go_through(client, directory, state="forged").status_code == 403
    client.cookies.clear()
    assert "重新登录" in client.get("/login/back?state=x&code=y").text


def test_a_directory_that_is_away_is_told_and_the_password_still_opens(
    client: TestClient, directory: Directory
) -> None:
    directory.answer = lambda *_: {}  # type: ignore[method-assign]
    answer = client.get("/login/directory")
    assert answer.status_code == 502
    assert "密码" in answer.text
