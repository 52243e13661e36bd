"""Why something cannot be done by a link, each with what to do next."""

from __future__ import annotations

from datetime import date, datetime

from engine.notices.readers import Reader
from engine.notices.received import ReceivedNotice
from engine.notices.received_items import ReceivedItem
from engine.rules.conditions import written
from engine.rules.lifecycle import ProjectState
from engine.rules.policy_parts import LinkAct
from engine.rules.words import UNIT_POSTS, NoticeState
from engine.rules.zone import local_day
from notifications.phrases import quoted
from web.stops import Stop
from web.throttle import WINDOW

BUTTON = "请回到邮件，点信里的按钮，或者把链接完整地复制到浏览器里。"
OFFICE = "还有疑问的，请联系督查室。"


def altered() -> Stop:
    return Stop(404, "链接打不开", "这个链接不完整，或者被改动过。", f"{BUTTON}{OFFICE}")


def tried_too_often() -> Stop:
    text = "短时间里打开了太多不存在的链接。"
    after = f"请过{WINDOW // 60}分钟，再从邮件里打开。"
    return Stop(429, "请稍后再试", text, after, headers={"Retry-After": str(WINDOW)})


def expired(last: date) -> Stop:
    return Stop(
        410,
        "链接已过有效期",
        f"这封信的链接到{written(last)}为止有效。",
        "请用最近一封督办邮件里的链接办理；没有新邮件的，请联系督查室。",
    )


def left(reader: Reader) -> Stop:
    names = "、".join(signer.name for signer in reader.successors)
    text = f"{reader.name}已不在{reader.unit}的岗位上，这封信不再由{reader.name}办理。"
    after = f"现在由{names}负责，请转告办理。" if names else ""
    return Stop(403, "岗位已有变动", text, f"{after}登记有误的，请联系督查室更正。")


def not_by_link(act: LinkAct) -> Stop:
    text = f"按本地规定，{act.label}不能凭邮件里的链接办理。"
    return Stop(403, f"{act.label}不能在这里办理", text, "请联系督查室办理。")


def not_in_letter() -> Stop:
    return Stop(404, "这封信里没有这一件", "链接对应的信里，没有要打开的这一件。", BUTTON)


def another_page() -> Stop:
    """A form without its seal."""
    return Stop(403, "请重新打开页面", "这次提交没有办理：页面不完整，或者已经换了链接。", BUTTON)


def when(moment: datetime | None) -> str:
    """The day of a moment, in local time."""
    return written(local_day(moment)) if moment else ""


def of_answer(notice: ReceivedNotice | None, reader: Reader) -> Stop | None:
    """Why a notice cannot be answered; None when it can."""
    if notice is None:
        return not_in_letter()
    if notice.awaits_answer:
        return None
    if notice.answered_at is not None:
        text = f"{notice.answered_by}已在{when(notice.answered_at)}答复：“{notice.answer}”"
        return Stop(200, "这份通知已经答复", text, "还有补充的，请写进进展填报。")
    if notice.state is not NoticeState.ISSUED:
        text = f"这份通知现在是“{notice.state.label}”，不用答复。"
        return Stop(410, "这份通知已经撤回", text, OFFICE)
    stopped = next(filter(None, (_of_item(item, reader) for item in notice.items)), None)
    return stopped or Stop(200, "这份通知不用答复", "这一件只供了解情况，不用答复。")


def of_report(item: ReceivedItem | None, reader: Reader) -> Stop | None:
    """Why an item cannot be reported on; None when it can."""
    if item is None:
        return not_in_letter()
    if item.takes_report:
        return None
    if stopped := _of_item(item, reader):
        return stopped
    if item.awaits_signature:
        text = f"{_named(item)}还没有签收，签收后才能填报。"
        return Stop(409, "请先签收", text)
    text = f"{_named(item)}现在是“{item.state.label}”，暂时不用填报。"
    if item.state is ProjectState.SUSPENDED:
        text = f"{_named(item)}已暂停，时限中止，暂时不用填报。"
    return Stop(409, "现在不用填报", text, OFFICE)


def _of_item(item: ReceivedItem, reader: Reader) -> Stop | None:
    if not item.is_open:
        text = f"{_named(item)}现在是“{item.state.label}”，不用再办理。"
        return Stop(410, f"事项{item.state.label}", text, OFFICE)
    if item.is_led:
        return None
    if reader.post in UNIT_POSTS:
        text = f"{_named(item)}现在由{item.unit}牵头，不用再由{reader.unit}办理。"
        return Stop(403, "事项已改由别的单位办理", text, OFFICE)
    text = f"这一件送您阅知，由{item.unit}办理。"
    return Stop(403, "由责任单位办理", text)


def _named(item: ReceivedItem) -> str:
    return f"{item.code}{quoted(item.title)}"
