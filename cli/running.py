"""``duban up``: console, checks and dispatch in one process, until it is told to stop."""

from __future__ import annotations

import logging
import socket
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import Answer, answering
from cli.beginning import begin_sample_list, first_accounts
from cli.installation import address_of, installation
from cli.options import Sample, to_word
from cli.serving import listening, serve, wait_until_told
from engine.log_actions import LogAction
from engine.rules.words import Word
from engine.rules.zone import written_at

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
    with answering(as_json=False) as answer:
        from config.settings import load_settings
        from flows.logs import log_to_stderr

        settings = load_settings(**given)
        log_to_stderr(settings.log)
        place = nullcontext() if no_web else listening(settings.host, settings.port)
        with place as listener:
            if sample is not None:
                begin_sample_list(answer, settings, sample)
            with installation(**given) as service:
                _run(answer, service, which, listener)
        answer.say("已停止")


def _run(answer: Answer, service: Service, jobs: Jobs, listener: socket.socket | None) -> None:
    """``listener`` is where the web pages are; None for none."""
    from flows.catalogue import catalogue
    from flows.runner import Runner

    runner = Runner(service, [job for job in catalogue(service) if jobs.has(job)])
    _tell_where(answer, service, jobs, has_web=listener is not None)
    if listener is not None:
        for line in first_accounts(service):
            answer.say(line)
    runner.start()
    log.info("启动", extra={"action": LogAction.STARTED})
    try:
        if listener is None:
            wait_until_told()
        else:
            from web.app import create_app

            proxies = service.settings.proxies
            serve(create_app(service, runner), listener, proxies=proxies)
    finally:
        answer.say("正在停止…")
        runner.stop()
        log.info("停止", extra={"action": LogAction.STOPPED})


def _tell_where(answer: Answer, service: Service, jobs: Jobs, *, has_web: bool) -> None:
    from flows.clock import ShiftedClock
    from flows.mail_address import mail_address

    settings, rulebook = service.settings, service.rulebook
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    answer.say(f"督办已启动：http://{host}:{settings.port}/" if has_web else "督办已启动，不开网页")
    if jobs is not Jobs.ALL:
        answer.say(f"  任务      {jobs.label}")
    answer.say(f"  工作目录  {settings.home}")
    answer.say(f"  数据库    {address_of(settings.database)}")
    answer.say(f"  邮件      {mail_address(settings)}")
    answer.say(f"  规则      {rulebook.policy.title}（版本 {rulebook.policy.version}）")
    layers = "、".join(layer.title for layer in rulebook.calendar.layers)
    answer.say(f"  日历      {layers}（版本 {rulebook.calendar.version}）")
    if isinstance(service.now, ShiftedClock):
        answer.say(f"  演示时钟  现在是 {written_at(service.now())}，不是实际时间")
    answer.say("按 Ctrl-C 停止")
