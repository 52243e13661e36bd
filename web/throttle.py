"""How often somebody may try an address that does not exist."""

from __future__ import annotations

import time
from collections import OrderedDict, deque

TRIES, WINDOW, REMEMBERED = 20, 600, 4096
"""So many in so many seconds, for each of so many senders."""


class Throttle:
    """Counts bad addresses by sender, in memory. Good ones are never refused, so that one who
    guesses locks out nobody behind the same proxy."""

    def __init__(self, tries: int = TRIES, window: float = WINDOW) -> None:
        self._most, self._window = tries, window
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    def is_over(self, sender: str) -> bool:
        """Count a bad address; whether there were too many."""
        now = time.monotonic()
        tries = self._tries.setdefault(sender, deque(maxlen=self._most + 1))
        self._tries.move_to_end(sender)
        if len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)
        tries.append(now)
        return len(tries) > self._most and now - tries[0] < self._window
