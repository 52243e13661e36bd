"""督办日志: looked through, explained, checked and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field, model_validator

from engine.desk.transition import find_project
from engine.log_exporting import log_records, log_workbook
from engine.log_pages import LogEntry, log_page
from engine.log_state import LogState, log_state
from engine.logbook import Choice as LogChoice
from engine.rules.evidence import XLSX
from engine.rules.words import Reason
from engine.store.event_kinds import EventKind
from engine.store.journal import project_chain, verify_chain
from web.access import OFFICE, SEE_ALL, Role
from web.console.declared import Act, Done, Download, Menu, Page
from web.console.given import Choice, Given, Line, MaybeLine, Nothing
from web.console.numbered_units import numbered_units
from web.console.visit import Visit
from web.console.whole_check import WholeCheck, begin_check, last_check

HERE = "/log"
CHECKERS = OFFICE | {Role.ADMINISTRATOR, Role.AUDITOR}

FAULTS_TOLD = 3


class LogAsked(Given):
    """Which events of the log."""

    first: date | None = Field(None, title="从")
    last: date | None = Field(None, title="到")
    project: MaybeLine = Field("", title="事项编号")
    unit: int | None = Field(None, title="单位")
    kind: EventKind | None = Field(None, title="种类")
    person: MaybeLine = Field("", title="办理人")
    reason: Reason | None = Field(None, title="理由")

    @model_validator(mode="after")
    def _in_order(self) -> LogAsked:
        if self.first and self.last and self.first > self.last:
            raise ValueError("开始日期晚于结束日期")
        return self

    def choice(self, visit: Visit) -> LogChoice:
        """The same for the engine.

        Raises:
            ProjectUnknown: there is no such item.
        """
        return LogChoice(
            project=find_project(visit.desk, self.project) if self.project else None,
            first=self.first,
            last=self.last,
            kinds=(self.kind,) if self.kind else (),
            person=self.person.partition("@")[0],
            unit=self.unit,
            reason=self.reason,
        )


class LogPageAsked(LogAsked):
    """Which page of them."""

    before: int | None = Field(None, title="此前一页")
    after: int | None = Field(None, title="此后一页")


@dataclass(frozen=True, slots=True)
class Log:
    """A page of the log, what there is to choose from, and how sure one may be of it."""

    entries: list[LogEntry]
    before: int | None
    after: int | None
    units: list[Choice]
    kinds: list[Choice]
    reasons: list[Choice]
    state: LogState
    check: WholeCheck | None


@dataclass(frozen=True, slots=True)
class LogCheck:
    """How sure one may be of the log."""

    state: LogState
    check: WholeCheck | None


class ItemChecked(Given):
    """The item whose log is checked."""

    project: Line = Field(title="事项编号", description="如 2023-01")


def show(visit: Visit, asked: LogPageAsked) -> Log:
    """A page of the log."""
    found = log_page(visit.session, asked.choice(visit), asked.before, asked.after)
    return Log(
        entries=found.entries,
        before=found.before,
        after=found.after,
        units=numbered_units(visit.session),
        kinds=[Choice(kind.value, kind.label) for kind in EventKind],
        reasons=[Choice(reason.value, reason.label) for reason in Reason],
        state=log_state(visit.session),
        check=last_check(visit.service),
    )


def show_check(visit: Visit, _: Nothing) -> LogCheck:
    """How sure one may be of the log."""
    return LogCheck(log_state(visit.session), last_check(visit.service))


def workbook(visit: Visit, asked: LogAsked) -> Download:
    """The chosen events as a workbook."""
    content = log_workbook(visit.session, asked.choice(visit), visit.day)
    return Download(f"督办日志{visit.day:%Y%m%d}.xlsx", content, XLSX.name)


def lines(visit: Visit, asked: LogAsked) -> Download:
    """The chosen events as JSON lines."""
    content = log_records(visit.session, asked.choice(visit))
    return Download(f"督办日志{visit.day:%Y%m%d}.jsonl", content, "application/jsonl")


def check_item(visit: Visit, given: ItemChecked) -> Done:
    """Check the log of one item, at once."""
    project = find_project(visit.desk, given.project)
    faults = [str(fault) for fault in verify_chain(visit.session, project_chain(project.id))]
    data = {"project": project.code, "faults": faults}
    if not faults:
        return Done(f"{project.code} 的日志完整，与写入时一致", HERE + "/check", data)
    told = "；".join(faults[:FAULTS_TOLD])
    more = f"等{len(faults)}处" if len(faults) > FAULTS_TOLD else ""
    return Done(f"{project.code} 的日志与写入时不符：{told}{more}", HERE + "/check", data)


def check_all(visit: Visit, _: Nothing) -> Done:
    """Begin to check the whole log."""
    begun = begin_check(visit.service, visit.asker.name)
    text = "已开始核对全部日志，不影响其他工作" if begun else "正在核对，请等它结束"
    return Done(text, HERE + "/check")


PAGES = (
    Page("log", HERE, "督办日志", SEE_ALL, show, "log.html", LogPageAsked, Menu.SYSTEM),
    Page("log-check", HERE + "/check", "日志核对", SEE_ALL, show_check, "log_check.html"),
    Page("log-workbook", "/log.xlsx", "导出督办日志（Excel）", SEE_ALL, workbook, asks=LogAsked),
    Page("log-lines", "/log.jsonl", "导出督办日志（逐行 JSON）", SEE_ALL, lines, asks=LogAsked),
)
ACTS = (
    Act(
        "log-check-item",
        "/log/check/item",
        "核对一个事项的日志",
        CHECKERS,
        check_item,
        ItemChecked,
        about="逐条核对这个事项的日志与写入时是否一致，有没有缺号、改动、调换。",
        back=HERE + "/check",
        button="核对",
    ),
    Act(
        "log-check-all",
        "/log/check/all",
        "核对全部日志",
        CHECKERS,
        check_all,
        about="在后台逐条核对，百万条约需一两分钟，期间照常办理。系统每小时另行自动核对新增的日志。",
        back=HERE + "/check",
        button="开始核对",
    ),
)
