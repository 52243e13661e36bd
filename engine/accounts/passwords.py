"""Passwords: hashed with argon2 (RFC 9106), long rather than odd (NIST SP 800-63B, 5.1.1.2)."""

from __future__ import annotations

from functools import cache
from secrets import choice

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from engine.errors import DubanError

SHORTEST, LONGEST = 10, 128
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is read for something else when it is copied from paper: 0 and o, 1, i and l."""
COMMON = ("1234567890", "password", "qwertyuiop", "admin", "duban")

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_quick = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)


class PasswordWeak(DubanError):
    """密码太容易猜到。"""


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def hashed_one_time(password: str) -> str:
    """What is kept of a password from ``one_time``: what was drawn by lot nobody guesses from its
    hash, be it made in milliseconds; so the accounts of a whole city are opened in a second."""
    return _quick.hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether this is the password. Where none is kept it takes as long and is not."""
    try:
        return _hasher.verify(kept or _nobodys(), password) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def one_time() -> str:
    """A password to begin with, of 60 bits, in groups as people copy them."""
    return "-".join("".join(choice(LETTERS) for _ in range(4)) for _ in range(3))


def check_strength(password: str, *names: str) -> None:
    """See that nobody guesses a password who knows whose it is.

    Raises:
        PasswordWeak: it is too short, too long, common, or made of a name.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordWeak(f"密码须有{SHORTEST}至{LONGEST}个字符，可以用一句好记的话")
    plain = password.lower()
    if len(set(plain)) < 5 or any(plain.startswith(word) for word in COMMON):
        raise PasswordWeak("这个密码太常见，容易被猜到，请换一个")
    if any(name and name.lower() in plain for name in names):
        raise PasswordWeak("密码中不能有账号或姓名，请换一个")


@cache
def _nobodys() -> str:
    return hashed(one_time())
