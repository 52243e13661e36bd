"""How a process is told to stop."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cli.serving import CannotListen, listening

TOLD_AT_ANY_LINE = """
import os, signal, sys
from cli.serving import told_to_stop

for wanted in range(40):
    told, lines = told_to_stop(), iter(range(1_000_000))

    def trace(frame, event, _):
        if event == "line" and next(lines) == wanted:
            os.kill(os.getpid(), signal.SIGTERM)
        return trace

    sys.settrace(trace)
    told.wait()
    sys.settrace(None)
"""


def test_whoever_waits_to_be_told_hears_it_at_whatever_moment_it_comes() -> None:
    """Also between two lines of the waiting itself, in which a lock may be held."""
    program = f"import cli.serving\ncli.serving.LOOK = 0.001\n{TOLD_AT_ANY_LINE}"
    subprocess.run([sys.executable, "-c", program], timeout=60, check=True)


@pytest.mark.parametrize(
    ("host", "why"), [("300.1.1.1", "没有这个地址"), ("192.0.2.1", "本机没有这个地址")]
)
def test_an_address_that_is_none_of_this_machine_is_told(host: str, why: str) -> None:
    told = f"^不能在 {host}:8750 上提供服务：{why}，请核对 --host 和 DUBAN_HOST$"
    with pytest.raises(CannotListen, match=told), listening(host, 8750):
        pass
