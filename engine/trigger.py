"""Named points at which a crash test may kill the process; a test aid, inert otherwise.

With ``DUBAN_KILL_AT=dispatch.accepted`` in the environment the process kills itself with
SIGKILL the first time it reaches that point, with ``dispatch.accepted:3`` the third time.
Without the variable a point costs one comparison.
"""

from __future__ import annotations

import os
import signal

_NAME, _, _COUNT = os.environ.get("DUBAN_KILL_AT", "").partition(":")
_left = int(_COUNT or 1)


def reached(name: str) -> None:
    """Say that the point ``name`` has been reached."""
    global _left
    if name != _NAME:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
