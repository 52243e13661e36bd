"""``duban up``: console, checks and dispatch in one process, until it is told to stop."""

from __future__ import annotations

import logging
import socket
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from cli.beginning import FirstAccounts, begin_sample_list, first_accounts
from cli.installation import installation
from cli.options import Sample, to_word
from cli.place import place_of
from cli.serving import listening, serve, told_to_stop
from cli.speaking import Speech, speaking
from engine.log_actions import LogAction
from engine.rules.words import Word

if TYPE_CHECKING:
    from flows.catalogue import Job
    from flows.service import Service

log = logging.getLogger("duban")


class Jobs(Word):
    """Which jobs of the catalogue a process looks at."""

    ALL = "all", "全部"
    RESIDENT = "resident", "只做常驻的（发信、公示栏导出），其余由集群做"
    NONE = "none", "都不做"

    def has(self, job: Job) -> bool:
        """Whether it is one of them."""
        return self is Jobs.ALL or (self is Jobs.RESIDENT and job.is_resident)


def up(
    sample: Sample = None,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="地址", help="默认 127.0.0.1，只限本机", show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="端口", help="默认 8750", show_default=False),
    ] = None,
    jobs: Annotated[
        str,
        typer.Option(
            "--jobs",
            metavar="|".join(Jobs),
            help="做哪些任务：" + "；".join(f"{word.value} {word.label}" for word in Jobs),
        ),
    ] = Jobs.ALL.value,
    no_web: Annotated[bool, typer.Option("--no-web", help="不开网页")] = False,
) -> None:
    """启动服务：按时检查、发信，并打开工作台。按 Ctrl-C 停止。"""
    which = to_word(Jobs, jobs)
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    with speaking(**given) as (settings, speech):
        place = nullcontext() if no_web else listening(settings.host, settings.port)
        with place as listener:
            if sample is not None:
                speech.tell(LogAction.SAMPLE, begin_sample_list(settings, sample))
            with installation(**given) as service:
                _run(speech, service, which, listener)
        speech.say("已停止")


def _run(speech: Speech, service: Service, jobs: Jobs, listener: socket.socket | None) -> None:
    """``listener`` is where the web pages are; None for none."""
    from flows.catalogue import catalogue
    from flows.runner import Runner

    runner = Runner(service, [job for job in catalogue(service) if jobs.has(job)])
    told = told_to_stop()
    place = place_of(service, "" if jobs is Jobs.ALL else jobs.label, listener is not None)
    for line in place.lines:
        speech.say(line)
    if listener is not None:
        _tell_of_accounts(speech, first_accounts(service))
    runner.start()
    log.info("启动", extra={"action": LogAction.STARTED, **place.fields})
    try:
        if listener is None:
            told.wait()
        else:
            from web.app import create_app

            proxies = service.settings.proxies
            serve(create_app(service, runner), listener, told, proxies=proxies)
    finally:
        speech.say("正在停止…")
        runner.stop()
        log.info("停止", extra={"action": LogAction.STOPPED})


def _tell_of_accounts(speech: Speech, accounts: FirstAccounts) -> None:
    if speech.is_logged and accounts.without_passwords:
        speech.tell(LogAction.FIRST_ACCOUNTS, accounts.without_passwords)
    for line in accounts.lines:
        speech.say(line)
