"""The one root of the errors that a user may see."""

from __future__ import annotations


class DubanError(Exception):
    """A refusal or a fault told to the user; its message is Chinese and shown as it is."""


def fault_of(error: Exception) -> str:
    """What an error of the program says, in one line. Of a database its own words only: the
    statement, and the people's data in it, are for the log and for nobody's page."""
    told = getattr(error, "orig", None) or error
    return f"{type(error).__name__}: {' '.join(str(told).split())}"
