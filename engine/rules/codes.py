"""一事一码: the code on a document, by which its reader can confirm or refute it."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that are not mistaken for each other: no I, L, O, U (after Crockford)."""

LENGTH = 16
_GROUP = 4
_MISREAD = str.maketrans("OIL", "011")
_BLANKS = re.compile(r"[\s\-－—]")

PATTERN = "-".join([f"[{ALPHABET}]{{{_GROUP}}}"] * (LENGTH // _GROUP))
"""How a code is printed, as a regular expression."""


def code_of(secret: str, key: str, content: str) -> str:
    """The code of a document: 80 bits that follow from the notice's key and the text's hash, and
    that nobody makes who does not know the secret."""
    given = f"document\n{key}\n{content}".encode()
    number = int.from_bytes(hmac.digest(secret.encode(), given, sha256)[: LENGTH * 5 // 8], "big")
    digits = "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))
    return grouped(digits)


def grouped(digits: str) -> str:
    """As it is printed: 7K2M-9Q4R-0ABC-X3YZ."""
    return "-".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def read(text: str) -> str:
    """A code as typed or scanned, as it is printed; empty when it cannot be one."""
    digits = _BLANKS.sub("", text).upper().translate(_MISREAD)
    is_one = len(digits) == LENGTH and set(digits) <= set(ALPHABET)
    return grouped(digits) if is_one else ""
