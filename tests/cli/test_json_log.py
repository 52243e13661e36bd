"""What a service says where its log is for programs: lines of that log and nothing else."""

from __future__ import annotations

import json
import re
import signal
import time
from pathlib import Path
from typing import Any

from tests.cli.conftest import MAIN, SAMPLE, free_port, start

PATIENCE = 90.0
BEGUN = re.compile(r'"action": "(started|job_failed)"')


def said(*arguments: object, program: str = MAIN, **environment: object) -> tuple[int, list[Any]]:
    """How a service ended that was told to stop once it had begun, and what it said till then."""
    process = start(*arguments, program=program, DUBAN_LOG="json", **environment)
    assert process.stderr is not None
    lines = []
    while line := process.stderr.readline():
        lines.append(json.loads(line))
        if BEGUN.search(line):
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=PATIENCE)
    assert out == ""
    assert all({"time", "level", "action", "message"} <= line.keys() for line in lines)
    return process.returncode, lines


def test_a_service_tells_programs_where_it_is_and_nobody_its_first_passwords(
    tmp_path: Path,
) -> None:
    port = free_port()
    home = tmp_path / "home"
    code, lines = said("up", "--sample", SAMPLE, "--port", port, DUBAN_HOME=home)
    assert code == 0
    told = {line["action"]: line for line in lines}
    assert list(told)[:3] == ["sample", "first_accounts", "started"] and "stopped" in told
    assert told["started"]["address"] == f"http://127.0.0.1:{port}/"
    assert told["started"]["database"] == f"sqlite:///{home}/duban.db"
    assert told["started"]["clock"] == "2023年2月20日 08:29"
    assert "duban user reset admin" in told["first_accounts"]["message"]
    assert not re.search("[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", json.dumps(lines))
    _, again = said("up", "--no-web", "--jobs", "none", DUBAN_HOME=home)
    assert [line["action"] for line in again] == ["started", "stopped"]
    assert again[0]["jobs"] == "都不做"
    assert "address" not in again[0]


def test_a_service_that_cannot_begin_says_why_in_a_line_of_its_log(tmp_path: Path) -> None:
    away = "postgresql://duban:hunter2@127.0.0.1:1/duban"
    code, lines = said("up", "--port", free_port(), DUBAN_HOME=tmp_path, DUBAN_DATABASE_URL=away)
    assert code == 1
    [line] = lines
    assert (line["action"], line["level"]) == ("refused", "ERROR")
    assert "数据库打不开" in line["message"]
    assert "hunter2" not in json.dumps(line)
    _, [line] = said("up", DUBAN_HOME=tmp_path, DUBAN_PORT=80000)
    assert "DUBAN_PORT" in line["message"]


BROKEN = f"""
import cli.running

def place_of(*_):
    raise RuntimeError("password=hunter2")

cli.running.place_of = place_of
{MAIN}
"""


def test_what_a_service_dies_of_is_a_line_of_its_log_without_secrets(tmp_path: Path) -> None:
    code, lines = said("up", "--no-web", program=BROKEN, DUBAN_HOME=tmp_path)
    assert code == 1
    [line] = lines
    assert (line["action"], line["level"]) == ("crashed", "CRITICAL")
    assert "RuntimeError" in line["exception"]
    assert "hunter2" not in json.dumps(line)


ERROR_OF_THE_SERVER = f"""
import cli.cluster

def serve(*_, **__):
    import logging
    for name in ("uvicorn.error", "fastapi", "prefect.server", "prefect._internal"):
        logging.getLogger(name).error("something broke")

cli.cluster.serve = serve
{MAIN}
"""


def test_what_prefect_has_written_in_a_form_of_its_own_is_a_line_like_all_others(
    tmp_path: Path,
) -> None:
    port = free_port()
    arguments = ("cluster", "server", "--port", port)
    process = start(*arguments, program=ERROR_OF_THE_SERVER, DUBAN_LOG="json", DUBAN_HOME=tmp_path)
    out, err = process.communicate(timeout=PATIENCE)
    lines = [json.loads(line) for line in err.splitlines()]
    assert (process.returncode, out) == (0, "")
    assert [line["action"] for line in lines] == ["started", *["library"] * 4, "stopped"]
    assert lines[0]["address"] == f"http://127.0.0.1:{port}/"
