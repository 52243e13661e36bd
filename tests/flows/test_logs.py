"""The log: one line for each event, one action in each line, nothing secret in any."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.settings import LogForm, load_settings
from engine.log_actions import LogAction
from flows.logs import FORMS, OnceAMinute, log_to_stderr
from flows.redaction import Redaction, redacted
from flows.service import open_service
from flows.telling import hearing, tell

ROOT = Path(__file__).parents[2]
PACKAGES = ("engine", "notifications", "flows", "config", "web", "cli")
SAYING = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def say(form: LogForm, *arguments: object, **more: object) -> str:
    """What one event looks like."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FORMS[form]())
    log = logging.Logger("duban.test")
    log.addHandler(handler)
    log.error(*arguments, **more)  # type: ignore[arg-type]
    return stream.getvalue()


def test_a_line_for_readers_has_time_level_and_action():
    line = say(LogForm.TEXT, "送达%d封", 3, extra={"action": LogAction.DISPATCH})
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ERROR \[dispatch\] 送达3封\n", line)


def test_a_line_for_programs_is_one_object_with_the_fields_of_the_event_and_the_traceback():
    try:
        raise ValueError("不\n成")
    except ValueError:
        told = {"action": LogAction.JOB_FAILED, "job": "board", "files": 3, "day": None}
        line = say(LogForm.JSON, "失败", exc_info=True, extra=told)
    assert line.count("\n") == 1
    told_back = json.loads(line)
    assert re.fullmatch(r"[\d-]+T[\d:.]+\+00:00", told_back.pop("time"))
    assert "ValueError: 不\n成" in told_back.pop("exception")
    assert told_back == {
        "level": "ERROR",
        "action": "job_failed",
        "message": "失败",
        "logger": "duban.test",
        "job": "board",
        "files": 3,
        "day": None,
    }


def test_a_library_that_says_the_same_again_and_again_is_told_once_a_minute() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(OnceAMinute())
    told = [(second, "database away") for second in (0, 1, 30, 59, 60, 61)]
    for second, word in sorted([*told, (31, "something else")]):
        record = logging.makeLogRecord({"msg": word, "levelno": logging.ERROR, "created": second})
        handler.handle(record)
        own = {"msg": "督办", "action": LogAction.DISPATCH, "created": second}
        handler.handle(logging.makeLogRecord(own))
    lines = stream.getvalue().splitlines()
    assert lines.count("督办") == 7
    assert [line for line in lines if line != "督办"] == [
        "database away",
        "something else",
        "database away（此前另有3次）",
    ]


@pytest.mark.parametrize("extra", [None, {"action": "their own"}])
def test_what_a_library_says_has_an_action_too(extra):
    assert json.loads(say(LogForm.JSON, "x", extra=extra))["action"] == LogAction.LIBRARY


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://duban:hunter2@db/duban",
        "GET https://duban.example/l/hunter2.signed HTTP/1.1",
        "/feeds/12-hunter2.ics",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=hunter2&x=1",
        "https://oapi.dingtalk.com/robot/send?access_token=hunter2",
        "https://open.feishu.cn/open-apis/bot/v2/hook/hunter2",
        "{'password': 'hunter2'}",
        "Authorization: Bearer hunter2hunter2",
    ],
)
def test_what_looks_like_a_secret_is_hidden_in_either_form(text):
    extra = {"action": LogAction.JOB_FAULT, "url": text}
    for form in LogForm:
        try:
            raise OSError(text)
        except OSError:
            assert "hunter2" not in say(form, "%s", text, exc_info=True, extra=extra)


def test_the_secrets_of_the_installation_are_hidden_wherever_they_stand():
    hide = Redaction(["correct horse", "correct horse battery"])
    assert hide("a correct horse battery staple") == "a *** staple"
    hide.add(["", "short"])
    assert hide("a short word") == "a short word"


def test_an_installation_that_is_opened_hides_its_own_secrets(tmp_path):
    settings = load_settings(
        home=tmp_path,
        smtp_url=SecretStr("smtp://me:p%40ss-word@mail.example"),
        secret=SecretStr("s3cret" * 6),
        heartbeat_url=SecretStr("https://heart.example/ping/0b1d-77aa"),
    )
    open_service(settings).database.close()
    assert redacted("p@ss-word p%40ss-word " + "s3cret" * 6) == "*** *** ***"
    assert redacted("no answer from ping/0b1d-77aa") == "no answer from ***"


@pytest.fixture
def as_before() -> Iterator[None]:
    """The log of the tests stays as it was, and begins as that of a new process."""
    logging.captureWarnings(False)
    root, ours = logging.getLogger(), logging.getLogger("duban")
    handlers, levels = list(root.handlers), (root.level, ours.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])
    logging.captureWarnings(False)


def test_libraries_speak_up_only_when_something_is_wrong(as_before, capsys):
    log_to_stderr(LogForm.TEXT)
    logging.getLogger("sqlalchemy").info("chatter")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("soon to go", DeprecationWarning, stacklevel=1)
    tell(LogAction.BOARD, "公示栏：更新3个文件")
    told = capsys.readouterr().err
    assert "chatter" not in told
    assert "[library]" in told and "soon to go" in told
    assert "INFO [board] 公示栏：更新3个文件" in told


def test_what_is_told_is_heard_by_the_history_of_the_job_it_is_told_in():
    with hearing() as outer:
        tell(LogAction.BOARD, "甲")
        with hearing() as inner:
            tell(LogAction.BOARD, "乙")
    assert (outer, inner) == (["甲"], ["乙"])


def sources() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def events(source: str) -> Iterator[ast.Call]:
    """Whatever a module says to the log."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        said = ast.unparse(node.func.value) in ("log", "_log", "logging")
        if said and node.func.attr in SAYING:
            yield node


def test_every_event_of_the_program_has_an_action_of_the_list():
    without, seen = [], 0
    for path, source in sources():
        if "getLogger" not in source:
            continue
        for call in events(source):
            seen += 1
            extra = [ast.unparse(word.value) for word in call.keywords if word.arg == "extra"]
            if path != "flows/telling.py" and not any("LogAction." in told for told in extra):
                without.append(f"{path}:{call.lineno}")
    assert seen > 5
    assert without == []


def test_every_action_of_the_list_is_used_and_explained():
    text = "".join(source for _, source in sources())
    assert [a.value for a in LogAction if f"LogAction.{a.name}" not in text] == []
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [a.value for a in LogAction if f"| `{a.value}` | {a.label} |" not in page] == []
