"""The one root of the errors that a user may see."""

from __future__ import annotations


class DubanError(Exception):
    """A refusal or a fault told to the user; its message is Chinese and shown as it is."""
