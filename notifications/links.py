"""Signed addresses: the link of a letter for its reader, and the feed of a unit's dates.

Both rest on the installation's secret. Nothing is kept of a link: it says itself which letter it
opens, for whom, and until which day.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from itsdangerous import BadData, Signer, URLSafeSerializer

from engine.errors import DubanError

LETTER, FORM, FEED = "duban.letter", "duban.form", "duban.feed"
"""What a signature is for, so that one made for one thing opens no other."""


class LinkAltered(DubanError):
    """链接不完整，或者被改动过。"""


@dataclass(frozen=True, slots=True)
class LetterLink:
    """What a link says: a letter, the person it is for, and the last day on which it opens."""

    delivery_id: int
    person_id: int
    last: date


class Links:
    """The addresses of one installation.

    Args:
        base_url: where readers reach the program; empty for nowhere, and then letters have no link.
    """

    def __init__(self, secret: str, base_url: str) -> None:
        self.base_url = base_url
        self._secret = secret
        self._letters = URLSafeSerializer(
            secret, salt=LETTER, signer_kwargs={"digest_method": sha256, "key_derivation": "hmac"}
        )
        self._forms = Signer(secret, salt=FORM, key_derivation="hmac", digest_method=sha256)

    def letter(self, link: LetterLink) -> str:
        """The address that a letter carries; empty where there is none. The same letter has the
        same address, whenever it is asked for."""
        return f"{self.base_url}/l/{self.token(link)}" if self.base_url else ""

    def token(self, link: LetterLink) -> str:
        """A link as it stands in an address."""
        said = [link.delivery_id, link.person_id, link.last.toordinal()]
        token = self._letters.dumps(said)
        return token if isinstance(token, str) else token.decode()

    def read(self, token: str) -> LetterLink:
        """What a link says.

        Raises:
            LinkAltered: it is not one of ours, or not whole.
        """
        try:
            delivery, person, last = self._letters.loads(token)
            link = LetterLink(delivery, person, date.fromordinal(last))
        except (BadData, ValueError, TypeError):
            raise LinkAltered("链接不完整，或者被改动过") from None
        if self.token(link) != token:  # the last character holds bits that nobody reads
            raise LinkAltered("链接不完整，或者被改动过")
        return link

    def form(self, path: str) -> str:
        """What a form on a page must send back with it."""
        return self._forms.get_signature(path).decode()

    def is_form(self, path: str, given: str) -> bool:
        """Whether a form comes from the page of this path."""
        return self._forms.verify_signature(path, given)

    def feed(self, unit_id: int, serial: int) -> str:
        """The address of a unit's feed, as a path; nobody can guess it who was not given it."""
        said = f"{FEED}:{unit_id}:{serial}".encode()
        seal = hmac.new(self._secret.encode(), said, sha256).digest()[:20]
        return f"/feeds/{unit_id}-{b32encode(seal).decode().lower()}.ics"

    def is_feed(self, path: str, unit_id: int, serial: int) -> bool:
        """Whether this is where a unit's feed now is."""
        return hmac.compare_digest(path.encode(), self.feed(unit_id, serial).encode())
