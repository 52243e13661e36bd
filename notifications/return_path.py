"""退信地址: the envelope sender of each letter, by which a bounce names the letter it is about.

``bounce@example.gov.cn`` becomes ``bounce+31.5f0c…@example.gov.cn`` (plus addressing): the number
of the delivery and a signature, so that nobody who has not seen the letter's envelope can disable
an address.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

_SIGNED = 20
"""Hexadecimal digits of the signature, 80 bits; a local part holds 64 characters (RFC 5321)."""


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """The bounce addresses of one installation.

    Args:
        address: the mailbox that the mail server hands to ``duban bounce``.
        secret: the installation's.
    """

    address: str
    secret: str = field(repr=False)

    def of(self, delivery: int) -> str:
        """The envelope sender of a letter."""
        name, _, domain = self.address.partition("@")
        return f"{name}+{delivery}.{self._signature(delivery)}@{domain}"

    def find(self, addresses: Iterable[str]) -> int | None:
        """The delivery that one of these addresses was made for; None when none was made here."""
        return next((n for n in map(self._read, addresses) if n is not None), None)

    def _read(self, address: str) -> int | None:
        name, _, domain = self.address.lower().partition("@")
        local, _, at = address.lower().rpartition("@")
        number, _, signature = local.removeprefix(f"{name}+").partition(".")
        if at != domain or not (number.isascii() and number.isdigit()) or len(number) > 15:
            return None
        right = hmac.compare_digest(signature.encode(), self._signature(int(number)).encode())
        return int(number) if right else None

    def _signature(self, delivery: int) -> str:
        given = f"duban.bounce\n{delivery}".encode()
        return hmac.digest(self.secret.encode(), given, sha256).hex()[:_SIGNED]
