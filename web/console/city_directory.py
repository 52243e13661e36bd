"""统一身份认证: signing in through the city's own directory (OpenID Connect 1.0, code flow
with PKCE).

The directory says who somebody is; what they may do is decided here, by posts, as for everybody.
An account is known by the directory's ``sub``; at the first time, by the name it bears in both.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.settings import Settings
from engine.errors import DubanError
from flows.clock import system_clock

WAIT, LEEWAY = 10.0, 60
"""Seconds that we wait for the directory, and that its clock may differ from ours."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures with public keys only, so that nobody passes our secret off as a key."""


class DirectoryRefused(DubanError):
    """统一身份认证没有成功。"""


@dataclass(frozen=True, slots=True)
class Errand:
    """What must come back as it was sent: the browser carries it while it is at the directory."""

    state: str
    nonce: str
    verifier: str
    to: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the directory says that somebody is."""

    subject: str
    name: str


class CityDirectory:
    """The directory of a city, as the settings name it.

    Args:
        address: where it sends browsers back to.
    """

    def __init__(self, settings: Settings, address: str) -> None:
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._client_id = settings.oidc_client_id
        secret = settings.oidc_client_secret
        self._secret = secret.get_secret_value() if secret else None
        self._address = address

    def send(self, to: str) -> tuple[str, dict[str, str]]:
        """Where the browser is sent, and the errand that it carries, signed, meanwhile.

        Raises:
            DirectoryRefused: the directory does not answer, or not as one.
        """
        errand = Errand(token_urlsafe(24), token_urlsafe(24), token_urlsafe(48), to)
        with self._client() as client:
            where = self._told(client)["authorization_endpoint"]
            address, _ = client.create_authorization_url(
                where, state=errand.state, nonce=errand.nonce, code_verifier=errand.verifier
            )
        return address, asdict(errand)

    def receive(self, carried: dict[str, str], state: str, code: str) -> tuple[Identity, str]:
        """Who comes back from an errand, and where they wanted to go.

        Raises:
            DirectoryRefused: it is nobody whom we sent, or the directory does not vouch for them.
        """
        errand = Errand(**carried)
        if not code or state != errand.state:
            raise DirectoryRefused("统一身份认证没有完成，请重新登录")
        with self._client() as client:
            told = self._told(client)
            claims = self._claims(client, told, errand, code)
        name = claims.get("preferred_username") or claims.get("name") or ""
        return Identity(str(claims["sub"]), str(name).strip().lower()), errand.to

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self._client_id,
            self._secret,
            scope="openid profile",
            redirect_uri=self._address,
            code_challenge_method="S256",
            timeout=WAIT,
        )

    def _told(self, client: OAuth2Client) -> dict[str, Any]:
        """What the directory tells of itself (OpenID Connect Discovery 1.0)."""
        told = _json(client, f"{self._issuer}/.well-known/openid-configuration")
        places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if str(told.get("issuer", "")).rstrip("/") != self._issuer or any(
            urlsplit(str(told.get(place, ""))).scheme not in ("http", "https") for place in places
        ):
            raise DirectoryRefused("统一身份认证的配置不对，请联系管理员核对 DUBAN_OIDC_ISSUER")
        return told

    def _claims(
        self, client: OAuth2Client, told: dict[str, Any], errand: Errand, code: str
    ) -> CodeIDToken:
        try:
            token = client.fetch_token(
                told["token_endpoint"], code=code, code_verifier=errand.verifier
            )
            keys = KeySet.import_key_set(_json(client, told["jwks_uri"]))  # type: ignore[arg-type]
            signed = jwt.decode(str(token.get("id_token", "")), keys, algorithms=ALGORITHMS)
            options = {
                "iss": {"essential": True, "value": told["issuer"]},
                "aud": {"essential": True, "value": self._client_id},
            }
            params = {"nonce": errand.nonce, "client_id": self._client_id}
            claims = CodeIDToken(signed.claims, signed.header, options, params)
            claims.validate(now=int(system_clock().timestamp()), leeway=LEEWAY)
        except (AuthlibBaseError, JoseError, httpx.HTTPError, ValueError) as error:
            raise DirectoryRefused("统一身份认证没有通过核对，请重新登录") from error
        return claims


def _json(client: OAuth2Client, address: str) -> dict[str, Any]:
    try:
        answer = client.request("GET", address, withhold_token=True)
        answer.raise_for_status()
        told = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise DirectoryRefused("统一身份认证系统没有应答，请稍后再试，或用密码登录") from error
    if not isinstance(told, dict):
        raise DirectoryRefused("统一身份认证系统的应答读不懂，请联系管理员")
    return told
