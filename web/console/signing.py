"""签发台: drafts changed, checked, sent back, signed or dismissed; and the numbers that signatures
give."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from engine.notices import checking, drafting, numbering, signing
from engine.notices.answering import find_notice
from engine.notices.drafting import doubts_left
from engine.notices.numbering import NumberLine, SeriesLine, number_lines, series_lines
from engine.rules.drafts import PublicAttribute
from engine.store.numbers import numbers_of
from notifications.preview import paper_length
from web.access import OFFICE, Role
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.drafts import HERE, READERS, found_draft, length_of
from web.console.given import Given, Line, MaybeText, Nothing, Text
from web.console.visit import Visit
from web.refusals import NotFound

SIGNERS = frozenset({Role.SIGNER})
NUMBERS = "/numbers"
_SEEN = Field(title="看过的版次", json_schema_extra={"kind": "hidden"}, ge=0)


class Amended(Given):
    """The words of a draft."""

    title: str = Field(title="标题", min_length=1, max_length=300)
    remark: MaybeText = Field("", title="补充说明", description="督查室加写的一段，最多2000字")
    ask: MaybeText = Field("", title="要求", description="不填的，用规则中的要求；最多1000字")
    confirm: MaybeText = Field(
        "",
        title="数字无误的理由",
        description="比例、合计重新核算后有疑点而确认无误的，写明理由",
        json_schema_extra={"lines": 2},
    )
    seen: int = _SEEN


class Checked(Given):
    """What checking has found."""

    public: PublicAttribute = Field(title="公开属性")
    reason: MaybeText = Field(
        "", title="理由", description="不主动公开的须写明理由", json_schema_extra={"lines": 2}
    )
    seen: int = _SEEN


class Comment(Given):
    """What is to be changed."""

    comment: Text = Field(title="退回意见", description="要改什么")


class Signed(Given):
    """What a signature rests on."""

    basis: Line = Field(title="签发依据", description="批示、会议纪要或文号")
    seen: int = _SEEN


class Reason(Given):
    """Why."""

    reason: Text = Field(title="理由", json_schema_extra={"lines": 2})


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers given, and whether each series is without gaps."""

    numbers: list[NumberLine]
    series: list[SeriesLine]
    verdicts: list[str]


def show_numbers(visit: Visit, _: Nothing) -> Numbers:
    """The registry of numbers."""
    series = series_lines(visit.session)
    return Numbers(number_lines(visit.session), series, [one.verdict for one in series])


def amend(visit: Visit, given: Amended, number: int) -> Done:
    """Change the words of a draft."""
    words = drafting.Wording(given.title, given.remark, given.ask)
    drafting.amend(visit.desk, number, words, visit.by, given.confirm, given.seen)
    version = drafting.versions_of(visit.session, number)[-1].number
    return Done(f"已改为第{version}版，待核稿", _page(number), {"version": version})


def check(visit: Visit, given: Checked, number: int) -> Done:
    """Pass a draft on to its signer."""
    length = paper_length(visit.session, find_notice(visit.session, number))
    found = checking.Check(given.public, length, given.reason, given.seen)
    checking.check(visit.desk, number, found, visit.by)
    text = f"已核稿（{given.public.label}，全文{length}字），待签发"
    return Done(text, _page(number), {"length": length})


def send_back(visit: Visit, given: Comment, number: int) -> Done:
    """Give a draft back to be changed."""
    checking.send_back(visit.desk, number, visit.by, given.comment)
    return Done("已退回修改", _page(number))


def sign(visit: Visit, given: Signed, number: int) -> Done:
    """Sign a draft, which gives it its number and sends it."""
    signing.sign(visit.desk, number, visit.by, given.basis, given.seen)
    document = numbers_of(visit.session, [number])[number]
    return Done(f"已签发，文号{document}，随即发出", _page(number), {"document": document})


def dismiss(visit: Visit, given: Reason, number: int) -> Done:
    """Decide that a draft does not go out."""
    signing.dismiss(visit.desk, number, visit.by, given.reason)
    return Done("已决定不予发出", _page(number))


def void(visit: Visit, given: Reason, number: int) -> Done:
    """Declare the number of a notice void."""
    document = _number_of(visit, number)
    voided = numbering.void(visit.desk, document, visit.by, given.reason)
    told = f"；已收到原件的，请告知作废并收回：{'、'.join(voided.reached)}"
    text = f"{document}已作废，通知撤回{told if voided.reached else ''}"
    return Done(text, NUMBERS, {"document": document, "reached": list(voided.reached)})


def _page(number: int) -> str:
    return f"{HERE}/{number}"


def _number_of(visit: Visit, number: int) -> str:
    document = numbers_of(visit.session, [number]).get(number)
    if document is None:
        raise NotFound(f"通知{number}没有文号")
    return document


def _offer(visit: Visit, number: int) -> Offer:
    """The draft as it stands, with what keeps it from going on."""
    notice, draft = found_draft(visit, number)
    doubts = [("数字疑点", doubt.text) for doubt in doubts_left(notice)]
    facts = [
        ("拟稿", f"{notice.kind.label}：{notice.title}"),
        ("版次", f"第{draft.number}版" if draft.number else "原稿"),
    ]
    length = length_of(visit, notice)
    if length is not None:
        limit = visit.desk.rulebook.policy.papers.limit_of(notice.kind)
        facts.append(("字数", f"全文{length}字，最多{limit}字"))
    if draft.public:
        facts.append(("公开属性", draft.public.label))
    if draft.checked_by:
        facts.append(("核稿", draft.checked_by))
    values = {
        "title": notice.title,
        "remark": notice.remark,
        "ask": notice.ask,
        "confirm": notice.remark_confirmed,
        "seen": draft.number,
    }
    return Offer(values=values, facts=[*facts, *doubts])


def _offer_void(visit: Visit, number: int) -> Offer:
    notice = find_notice(visit.session, number)
    return Offer(facts=[("文号", _number_of(visit, number)), ("通知", notice.title)])


PAGES = (Page("numbers", NUMBERS, "文号", READERS, show_numbers, "numbers.html", menu=Menu.PAPERS),)
ACTS = (
    Act(
        "draft-amend",
        HERE + "/{number}/amend",
        "修改拟稿",
        OFFICE,
        amend,
        Amended,
        about="改后的比例和合计会重新核算；核过的稿改后须重新核稿。各版都留存。",
        offer=_offer,
        back=HERE + "/{number}",
        button="保存为新的一版",
    ),
    Act(
        "draft-check",
        HERE + "/{number}/check",
        "核稿",
        OFFICE,
        check,
        Checked,
        about="核数字、字数，定公开属性；核过的送领导签发。核稿人不能再签发。",
        offer=_offer,
        back=HERE + "/{number}",
        button="核稿通过",
    ),
    Act(
        "draft-send-back",
        HERE + "/{number}/send-back",
        "退回修改",
        OFFICE | SIGNERS,
        send_back,
        Comment,
        offer=_offer,
        back=HERE + "/{number}",
    ),
    Act(
        "draft-sign",
        HERE + "/{number}/sign",
        "签发",
        SIGNERS,
        sign,
        Signed,
        about="签发后编文号，随即发给规则写明的岗位。核稿人和最后的修改人不能签发。",
        offer=_offer,
        back=HERE + "/{number}",
        is_grave=True,
    ),
    Act(
        "draft-dismiss",
        HERE + "/{number}/dismiss",
        "不予发出",
        SIGNERS,
        dismiss,
        Reason,
        offer=_offer,
        back=HERE + "/{number}",
        is_grave=True,
    ),
    Act(
        "number-void",
        NUMBERS + "/{number}/void",
        "文号作废",
        SIGNERS,
        void,
        Reason,
        about="号不再用，通知撤回；没发出的信取消，已收到的会列出姓名，须告知收回。",
        offer=_offer_void,
        back=NUMBERS,
        is_grave=True,
    ),
)
