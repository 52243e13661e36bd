"""One document of every kind, from the samples that the mails are tested with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from engine.notices.documents import Formalities
from engine.rules import codes
from engine.rules.contents import Content, digest, lines
from engine.rules.words import NoticeState
from notifications.documents.press import Paper, content_of, paper_of
from notifications.documents.wording import Wording
from notifications.words import Matter, Office
from tests.notifications import samples

OFFICE = Office("吴忠市人民政府督查室", "")
SECRET = "s" * 32
WORDING = Wording()


def signed(matter: Matter) -> Matter:
    """The draft as it is after its signature."""
    notice = matter.notice
    notice.state, notice.issued_at = NoticeState.ISSUED, datetime(2023, 7, 31, 2, tzinfo=UTC)
    notice.signed_by, notice.signed_basis = "示例·领导甲", "市政府第12次常务会议纪要"
    return Matter(notice, matter.program, matter.policy, matter.unit, "吴政督〔2023〕3号")


MATTERS: Mapping[str, Callable[[], Matter]] = {
    "交办单": samples.an_assignment,
    "提示函": samples.a_reminder,
    "提示函（催办）": samples.a_chase,
    "督办函": samples.a_yellow_warning,
    "督办函（一月一促）": samples.a_monthly_push,
    "督办通知单": samples.a_red_warning,
    "整改通知书": lambda: samples.a_conclusion(("2023-07-改1", "泵站漏水", date(2023, 7, 14))),
    "督查结论反馈书": samples.a_conclusion,
    "约谈建议": lambda: signed(samples.a_summons_proposal()),
    "督查通报": lambda: signed(samples.a_circular()),
    "督查专报": samples.a_monthly_brief,
}


def written(matter: Matter, **formalities: str) -> Content:
    """What a notice says as a document."""
    return content_of(matter, OFFICE, Formalities(**formalities), WORDING)


def printed(matter: Matter) -> Paper:
    """The document of a notice under its code; a draft has none."""
    content = written(matter)
    text = digest(lines(content))
    code = "" if content.is_draft else codes.code_of(SECRET, matter.notice.key, text)
    return paper_of(content, code)
