"""From rows of the outbox to finished mails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, NoticeState, PostKind, ProjectKind
from engine.store.database import Database
from engine.store.tables import (
    Deadline,
    Delivery,
    DeliveryNotice,
    DeliveryState,
    Notice,
    Person,
    PolicyVersion,
    Post,
    Program,
    Project,
    Unit,
)
from notifications.compose import Composer
from notifications.links import LetterLink, Links
from notifications.message import Mail, Mailbox, message_id
from notifications.outbox import Compose
from notifications.words import Matter, WordsError
from tests.notifications import samples

SENDER = Mailbox("督办系统", "duban@example.gov.cn")
LINKS = Links("s" * 32, "https://duban.example.gov.cn")
LEAVES_AT = datetime(2023, 6, 27, 1, 0, tzinfo=UTC)
CONTACT, HEAD, INSPECTOR = 1, 2, 3


class Registry:
    """A store with one office, one unit, two items, and whatever is put into its outbox."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.begin() as session:
            session.add_all([Unit(id=1, name="市教育局"), Unit(id=2, name="市政府督查室")])
            session.add(Program(id=1, year=2023, title="民生实事", issuer="市政府", basis="决议"))
            session.add(
                PolicyVersion(
                    version=samples.POLICY.version,
                    title=samples.POLICY.title,
                    content=samples.POLICY.to_data(),
                    first_used_at=LEAVES_AT,
                )
            )
            session.flush()
            session.add_all(
                [
                    Person(id=CONTACT, unit_id=1, name="马晓明", email="ma@example.gov.cn"),
                    Person(id=HEAD, unit_id=1, name="杨局长", email="yang@example.gov.cn"),
                    Person(id=INSPECTOR, unit_id=2, name="督查甲", email="ducha@example.gov.cn"),
                    _project(7),
                    _project(8),
                ]
            )
            session.flush()
            session.add(Post(unit_id=2, kind=PostKind.OFFICE, title="主任", holder_id=INSPECTOR))
            session.add_all([_deadline(11, 7), _deadline(12, 7, "3"), _deadline(13, 8)])

    def put(self, *matters: Matter, person: int = CONTACT, **columns: Any) -> int:
        """Queue one letter with notices like the given ones; answers the delivery's id."""
        with self.database.begin() as session:
            number = len(session.scalars(select(Delivery.id)).all()) + 1
            row = Delivery(
                **{
                    "key": f"daily:2023-06-27/mail/{number}",
                    "person_id": person,
                    "post_kind": PostKind.CONTACT,
                    "channel": "mail",
                    "address": "ma@example.gov.cn",
                    "state": DeliveryState.QUEUED,
                    "created_at": LEAVES_AT,
                    "next_attempt_at": LEAVES_AT,
                    **columns,
                }
            )
            notices = [_copy(matter.notice) for matter in matters]
            session.add_all([row, *notices])
            session.flush()
            session.add_all(
                DeliveryNotice(delivery_id=row.id, notice_id=notice.id) for notice in notices
            )
            return row.id

    def put_sent(self, *matters: Matter, person: int = CONTACT) -> str:
        """A letter that has gone out; answers its Message-ID."""
        number = self.put(*matters, person=person)
        with self.database.begin() as session:
            row = session.get_one(Delivery, number)
            row.state, row.sent_at = DeliveryState.SENT, LEAVES_AT
            row.message_id = message_id(row.key, "example.gov.cn")
            return row.message_id

    def compose(self) -> dict[int, Mail]:
        """The mails of everything that is queued, by a composer that is new each time."""
        composer: Compose = Composer(SENDER, "example.gov.cn", LINKS)
        with self.database.read() as session:
            return dict(composer(session, self.queued(session)))

    def queued(self, session: Session) -> Sequence[Delivery]:
        """What waits in the outbox."""
        waiting = select(Delivery).where(Delivery.state == DeliveryState.QUEUED)
        return session.scalars(waiting.order_by(Delivery.id)).all()


def _project(number: int) -> Project:
    return Project(
        id=number,
        program_id=1,
        kind=ProjectKind.PROJECT,
        code=str(number),
        title="新建学校",
        lead_unit_id=1,
        state=ProjectState.UNDERWAY,
        starts_on=date(2023, 1, 1),
    )


def _deadline(number: int, project: int, slot: str = "2") -> Deadline:
    due = date(2023, 6, 30)
    return Deadline(
        id=number,
        project_id=project,
        kind=DeadlineKind.MILESTONE,
        slot=slot,
        name="主体封顶",
        due=due,
        original_due=due,
    )


_keys = iter(range(1_000_000))


def _copy(notice: Notice) -> Notice:
    """A row of its own, so that one sample can be issued many times."""
    names = [column.key for column in Notice.__table__.columns if column.key != "id"]
    values = {name: getattr(notice, name) for name in names} | {"key": f"key-{next(_keys)}"}
    return Notice(**values | {"unit_id": 1, "answered_by": "", "answer": ""})


@pytest.fixture
def registry(database: Database) -> Registry:
    return Registry(database)


def opened(mail: Mail) -> EmailMessage:
    message = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    content: str = part.get_content()
    return content


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that the database is sent meanwhile."""
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_notice_becomes_a_mail_to_its_reader(registry: Registry) -> None:
    number = registry.put(samples.a_reminder())
    mail = registry.compose()[number]
    message = opened(mail)

    assert mail.message_id == message_id("daily:2023-06-27/mail/1", "example.gov.cn")
    assert message["From"] == "督办系统 <duban@example.gov.cn>"
    assert message["To"] == "马晓明 <ma@example.gov.cn>"
    assert (
        message["Subject"].startswith("【提示】2023-07“") and "还有3个工作日" in message["Subject"]
    )
    assert message["Date"] == "Tue, 27 Jun 2023 09:00:00 +0800"
    assert "References" not in message
    for subtype in ("plain", "html"):
        assert "市教育局：" in body(message, subtype)
        assert "节点时限" in body(message, subtype)


def test_the_letter_is_signed_by_the_unit_of_the_supervision_office(registry: Registry) -> None:
    number = registry.put(samples.a_chase())

    text = body(opened(registry.compose()[number]), "plain")
    assert "前向市政府督查室书面答复" in text


def test_without_a_supervision_office_the_sender_signs(registry: Registry) -> None:
    number = registry.put(samples.a_chase())
    with registry.database.begin() as session:
        session.delete(session.scalars(select(Post)).one())

    assert "前向督办系统书面答复" in body(opened(registry.compose()[number]), "plain")


def test_all_notices_of_a_delivery_go_into_one_mail(registry: Registry) -> None:
    number = registry.put(samples.a_reminder(), samples.a_yellow_warning())
    message = opened(registry.compose()[number])

    assert message["Subject"] == "【督办提醒】市教育局：2件通知需要办理"
    assert "第2件，共2件" in body(message, "plain")


def test_composing_again_gives_the_same_bytes(registry: Registry) -> None:
    registry.put(samples.a_reminder(), samples.a_chase())
    registry.put(samples.a_circular(**samples.SIGNED))

    assert registry.compose() == registry.compose()


def on_another_item() -> Matter:
    matter = samples.a_reminder()
    matter.notice.project_id, matter.notice.deadline_id = 8, None
    return matter


def test_letters_on_one_item_to_one_person_are_one_thread(registry: Registry) -> None:
    first = registry.put_sent(samples.a_reminder())
    second = registry.put_sent(samples.a_reminder())
    registry.put_sent(samples.a_reminder(), person=HEAD)
    other_deadline = samples.a_reminder()
    other_deadline.notice.deadline_id = 12
    third = registry.put_sent(other_deadline)
    fourth = registry.put_sent(samples.a_reminder(), samples.a_reminder())
    registry.put_sent(samples.a_reminder(), on_another_item())
    registry.put(samples.a_reminder(), state=DeliveryState.CANCELLED)
    number = registry.put(samples.a_red_warning())

    message = opened(registry.compose()[number])
    assert message["In-Reply-To"] == fourth
    assert message["References"].split() == [first, second, third, fourth]


def test_two_notices_on_one_item_belong_to_its_thread(registry: Registry) -> None:
    first = registry.put_sent(samples.a_reminder())
    number = registry.put(samples.a_reminder(), samples.a_red_warning())

    assert opened(registry.compose()[number])["References"] == first


def test_a_long_thread_names_its_first_letter_and_the_latest(registry: Registry) -> None:
    sent = [registry.put_sent(samples.a_reminder()) for _ in range(25)]
    number = registry.put(samples.a_red_warning())

    message = opened(registry.compose()[number])
    assert message["References"].split() == [sent[0], *sent[-19:]]


def test_a_bundle_on_several_items_and_a_paper_refer_to_no_earlier_letter(
    registry: Registry,
) -> None:
    registry.put_sent(samples.a_reminder())
    bundle = registry.put(samples.a_reminder(), on_another_item())
    paper = registry.put(samples.a_monthly_brief())

    mails = registry.compose()
    assert "References" not in opened(mails[bundle])
    assert "References" not in opened(mails[paper])


def test_a_signed_circular_is_dated_by_its_signature(registry: Registry) -> None:
    number = registry.put(samples.a_circular(**samples.SIGNED))

    assert "2023年7月31日" in body(opened(registry.compose()[number]), "plain")


def test_a_letter_carries_a_link_for_its_reader_that_opens_from_its_date_on(
    registry: Registry,
) -> None:
    number = registry.put(samples.a_reminder())
    message = opened(registry.compose()[number])
    text, html = body(message, "plain"), body(message, "html")
    token = text.partition("签收、回复、填报：https://duban.example.gov.cn/l/")[2].split()[0]
    assert f'href="https://duban.example.gov.cn/l/{token}"' in html
    assert "只供马晓明本人使用，请勿转发；2023年7月11日前有效" in text
    assert LINKS.read(token) == LetterLink(number, CONTACT, date(2023, 7, 11))


def test_a_reader_outside_the_unit_is_offered_to_look(registry: Registry) -> None:
    number = registry.put(samples.a_reminder(), person=INSPECTOR, post_kind=PostKind.OFFICE)
    text = body(opened(registry.compose()[number]), "plain")
    assert "查看办理情况：https://" in text
    assert "签收、回复、填报" not in text


def test_a_delivery_without_a_notice_is_refused(registry: Registry) -> None:
    registry.put()

    with pytest.raises(WordsError, match="没有附任何通知"):
        registry.compose()


def test_the_number_of_queries_does_not_grow_with_the_number_of_letters(
    registry: Registry,
) -> None:
    registry.put(samples.a_reminder())
    with counted(registry.database) as few:
        registry.compose()
    for person in (CONTACT, HEAD, INSPECTOR):
        registry.put(samples.a_chase(), samples.a_weekly_digest(), person=person)
        registry.put(samples.a_yellow_warning(), person=person)
    with counted(registry.database) as many:
        assert len(registry.compose()) == 7

    assert len(many) == len(few)


def test_a_draft_is_not_mistaken_for_a_signed_notice(registry: Registry) -> None:
    number = registry.put(samples.a_circular())
    with registry.database.read() as session:
        assert session.scalars(select(Notice.state)).all() == [NoticeState.DRAFT]

    assert opened(registry.compose()[number])["Subject"].startswith("【拟稿·待签发】")
