"""(e) Printing letters, and writing them out as mails, without sending them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from jinja2 import Environment, Template
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.measure import Figure, Plan, by_turns, stopwatch
from benchmarks.outbox import composer, filled_outbox
from benchmarks.seeding import rulebook
from engine.rules.words import PostKind
from engine.store.database import Database
from engine.store.tables import Delivery, Notice, Program, Unit
from engine.wording import Edit
from notifications.letter import Letter, letter, view_of
from notifications.render import AS_SHIPPED, Edits, render
from notifications.wording import TEMPLATES
from notifications.wording_lint import shipped_source
from notifications.words import Addressee, Matter, Office

OFFICE = Office("督查室", "")
LINES = "{% for line in lines %}{{ line }}\n{% endfor %}"


def letters(plan: Plan) -> Iterator[Figure]:
    """The templates by themselves, then all that makes a mail of a notice."""
    count = 100 if plan.quick else 400
    store = filled_outbox(plan.folder, 200 if plan.quick else 1_000)
    database = Database(f"sqlite:///{store}")
    with database.read() as session:
        made = made_letters(session, count)
        yield _rendering(plan, made)
        yield _in_own_words(plan, made)
        yield _writing(plan, session, count, store)
    database.close()


def made_letters(session: Session, count: int) -> list[Letter]:
    """Letters with one notice each, as they are before they are printed."""
    rows = session.execute(
        select(Notice, Unit.name).join(Unit, Unit.id == Notice.unit_id).order_by(Notice.id)
    ).all()
    program = session.get_one(Program, 1)
    chosen = [rows[n % len(rows)] for n in range(count)]
    return [
        letter(
            Addressee("联系人", unit, PostKind.CONTACT),
            [view_of(Matter(notice, program, rulebook().policy, unit))],
        )
        for notice, unit in chosen
    ]


def _rendering(plan: Plan, made: Sequence[Letter]) -> Figure:
    printed = [render(one, OFFICE) for one in made]
    plain = Environment().from_string(LINES)
    marked = Environment(autoescape=True).from_string(LINES)

    def ours() -> float:
        with stopwatch() as watch:
            for one in made:
                render(one, OFFICE)
        return watch.seconds

    def peer() -> float:
        texts = [(words.text.splitlines(), words.html.splitlines()) for words in printed]
        with stopwatch() as watch:
            for text, html in texts:
                _print(plain, text)
                _print(marked, html)
        return watch.seconds

    mine, theirs = by_turns(plan, ours, peer)
    size = sum(len(w.text) + len(w.html) for w in printed) // len(printed)
    return Figure(
        "套印：文本和网页",
        "render: text and HTML",
        "封/秒",
        len(made) / mine,
        len(made) / theirs,
        "Jinja2 逐行印同样的字",
        f"平均{size}字",
    )


def _in_own_words(plan: Plan, made: Sequence[Letter]) -> Figure:
    """Every wording edited by the office, against the shipped ones."""
    edits = frozenset(Edit(name, 1, f"{{# 本地 #}}{shipped_source(name)}") for name in TEMPLATES)

    def printing(wording: Edits) -> float:
        render(made[0], OFFICE, wording)
        with stopwatch() as watch:
            for one in made:
                render(one, OFFICE, wording)
        return watch.seconds

    mine, theirs = by_turns(plan, lambda: printing(edits), lambda: printing(AS_SHIPPED))
    return Figure(
        "套印：本地改过的模板",
        "render: edited templates",
        "封/秒",
        len(made) / mine,
        len(made) / theirs,
        "自带的模板",
        f"{len(edits)}个模板全部改过",
    )


def _print(template: Template, lines: Sequence[str]) -> str:
    return template.render(lines=lines)


def _writing(plan: Plan, session: Session, count: int, store: Path) -> Figure:
    rows = session.scalars(select(Delivery).order_by(Delivery.id).limit(count)).all()
    contents = [mail.content for mail in composer()(session, rows).values()]
    parsed = [message_from_bytes(content, policy=policy.default) for content in contents]
    bodies = [
        (
            str(one["subject"]),
            *(part.get_content() for part in one.walk() if not part.is_multipart()),
        )
        for one in parsed
        if isinstance(one, EmailMessage)
    ]

    def ours() -> float:
        session.expire_all()
        with stopwatch() as watch:
            composer()(session, rows)
        return watch.seconds

    def peer() -> float:
        with stopwatch() as watch:
            for subject, text, html in bodies:
                _with_email_package(subject, text, html)
        return watch.seconds

    mine, theirs = by_turns(plan, ours, peer)
    return Figure(
        "成文：查库、套印、编码",
        "compose: query, render, encode",
        "封/秒",
        count / mine,
        count / theirs,
        "email 标准库只编码",
        f"{count}封一批，库 {store.stat().st_size // 2**20} MB",
    )


def _with_email_package(subject: str, text: str, html: str) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "a@example.cn", "b@example.cn"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message.as_bytes()
