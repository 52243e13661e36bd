"""暂停、恢复、免督、终止."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from engine.dates import suspending
from engine.results import completing
from engine.rules.changes import Decision
from engine.rules.conditions import written
from web.access import LEADERS, OFFICE
from web.console.declared import Act, Done, Offer, Page
from web.console.given import Given, Line, Text
from web.console.item_facts import ITEM, Fact, item_facts
from web.console.visit import Visit


class Why(Given):
    """Why something is done."""

    reason: Text = Field(title="理由")


class Exemption(Given):
    """Until when the ladder is not climbed, and why."""

    until: date = Field(title="免督至", description="当日仍免督，次日恢复升级")
    reason: Text = Field(title="理由", description="为什么不能按期，属于何种正当理由")


class Ending(Given):
    """The decision by which a promise ends."""

    body: Line = Field(title="决定机关", description="原审议机关，如 市人大常委会")
    document: Line = Field(title="决定文号")
    decided_on: date = Field(title="决定日期")
    reason: Text = Field(title="理由")


def suspend(visit: Visit, given: Why, code: str) -> Done:
    """Stop the clocks of an item."""
    project = visit.project(code)
    suspending.suspend(visit.desk, project, visit.by, given.reason)
    return Done(f"{code} 已暂停，各时限中止", data={"state": project.state.value})


def resume(visit: Visit, given: Why, code: str) -> Done:
    """Let them go on."""
    project = visit.project(code)
    suspending.resume(visit.desk, project, visit.by, given.reason)
    return Done(f"{code} 已恢复，各时限按暂停的工作日数顺延", data={"state": project.state.value})


def exempt(visit: Visit, given: Exemption, code: str) -> Done:
    """Leave an item alone until a day."""
    suspending.exempt(visit.desk, visit.project(code), given.until, visit.by, given.reason)
    return Done(f"{code} 免督至{written(given.until)}", data={"until": given.until.isoformat()})


def terminate(visit: Visit, given: Ending, code: str) -> Done:
    """End a promise."""
    project = visit.project(code)
    decision = Decision(given.body, given.document, given.decided_on)
    completing.terminate(visit.desk, project, decision, given.reason, visit.by)
    return Done(f"{code} 已终止，各时限取消", data={"state": project.state.value})


def _offer(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    more: list[Fact] = []
    if project.suspended_on:
        calendar = visit.desk.rulebook.calendar
        days = calendar.working_days_between(project.suspended_on, visit.day)
        more.append(("暂停于", f"{written(project.suspended_on)}，已停{days}个工作日"))
    if project.exempt_until:
        more.append(("上次免督", f"至{written(project.exempt_until)}：{project.exempt_reason}"))
    return Offer(facts=[*item_facts(visit, project), *more])


PAGES: tuple[Page, ...] = ()
ACTS = (
    Act(
        "suspend",
        f"{ITEM}/suspend",
        "暂停",
        OFFICE,
        suspend,
        Why,
        about="单位的各个时限自明日起中止，当日照计；暂停期间不提示、不升级。",
        offer=_offer,
        back=ITEM,
    ),
    Act(
        "resume",
        f"{ITEM}/resume",
        "恢复",
        OFFICE,
        resume,
        Why,
        about="各时限顺延，剩余的工作日数与暂停时相同，恢复当日不计（参照民法典第二百零一条）；原定日期保留。",
        offer=_offer,
        back=ITEM,
    ),
    Act(
        "exempt",
        f"{ITEM}/exempt",
        "免督",
        LEADERS,
        exempt,
        Exemption,
        about="有正当理由的，到某日之前不逐级升级；各时限不变，理由留存备查（三明三色督查单：无正当理由才升级）。",
        offer=_offer,
        back=ITEM,
    ),
    Act(
        "terminate",
        f"{ITEM}/terminate",
        "终止",
        LEADERS,
        terminate,
        Ending,
        about="须有原审议机关的决定（陕西2025第十八条）。终止后各时限取消，事项不再督办，不能恢复。",
        offer=_offer,
        back=ITEM,
        is_grave=True,
    ),
)
