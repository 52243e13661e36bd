"""(f) Documents: laying them out, and the words that they and the mails are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO

from docx import Document
from jinja2 import Environment

from benchmarks.letters import OFFICE, made_letters
from benchmarks.measure import Figure, Plan, by_turns, stopwatch
from benchmarks.outbox import filled_outbox
from engine.rules.contents import Annex, Block, Content, Field, Form, Paragraph, Table, lines
from engine.rules.documents import DocumentKind
from engine.store.database import Database
from notifications.documents.layout import lay_out
from notifications.render import render

CODE = "7K2M-9Q4R-0ABC-X3YZ"
SENTENCE = "截至2023年9月30日，计划进度75%，实际进度60%，落后15个百分点，请抓紧推进。"
ITEMS = 20
NOTICE = "{% for name, text in rows %}{{ name }}：{{ text | trim }}\n{% endfor %}"
"""Prints some 500 characters, as a notice has; the peer does nothing but print them."""


def documents(plan: Plan) -> Iterator[Figure]:
    """A form of one page, a circular with an annex, and the words of mails."""
    count = 20 if plan.quick else 60
    yield _laid_out(plan, "公文：督办通知单", "document: a form", _form(), count)
    yield _laid_out(
        plan, "公文：通报附表", "document: circular with annex", _circular(), count // 4
    )
    yield _words(plan, 10 * count)


def _laid_out(plan: Plan, subject: str, english: str, content: Content, count: int) -> Figure:
    size = len(lay_out(content, CODE))
    mine, theirs = by_turns(
        plan, _timed(count, lambda: lay_out(content, CODE)), _timed(count, lambda: _plain(content))
    )
    return Figure(
        subject,
        english,
        "份/秒",
        count / mine,
        count / theirs,
        "python-docx 自带模板，同样的段落和表格，不排版",
        f"{size // 1024} KB，{len(lines(content))}段",
    )


def _timed(count: int, work: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        with stopwatch() as watch:
            for _ in range(count):
                work()
        return watch.seconds

    return run


def _plain(content: Content) -> bytes:
    """The same words by python-docx as it comes: its template, its paragraphs, its tables."""
    document, saved = Document(), BytesIO()
    document.add_paragraph(content.title)
    for block in (*content.body, *(b for annex in content.annexes for b in annex.blocks)):
        match block:
            case Paragraph(text):
                document.add_paragraph(text)
            case Form(fields):
                _table(document, [(field.label, "\n".join(field.lines)) for field in fields])
            case Table(heading, rows):
                _table(document, (heading, *rows))
    document.save(saved)
    return saved.getvalue()


def _table(document: object, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]))  # type: ignore[attr-defined]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def _words(plan: Plan, count: int) -> Figure:
    store = filled_outbox(plan.folder, 200)
    database = Database(f"sqlite:///{store}")
    with database.read() as session:
        made = made_letters(session, count)
    database.close()
    template = Environment().from_string(NOTICE)
    rows = [(f"事项{number}", SENTENCE) for number in range(10)]
    mine, theirs = by_turns(
        plan,
        _timed(1, lambda: [render(one, OFFICE) for one in made]),
        _timed(count, lambda: template.render(rows=rows)),
    )
    return Figure(
        "通知套印成邮件文字",
        "render: notice to mail words",
        "件/秒",
        count / mine,
        count / theirs,
        "Jinja2 套印一个缓存的模板，约500字",
        "文本和网页各一份",
    )


def _form() -> Content:
    fields = tuple(Field(f"栏目{number}", (SENTENCE,)) for number in range(14))
    return _content(DocumentKind.SUPERVISION, "督办通知单", (Paragraph(SENTENCE), Form(fields)))


def _circular() -> Content:
    item = (
        "2023-05",
        f"新建改扩建学校\n{SENTENCE}",
        "市教育局",
        "黄灯",
        "落后15个百分点",
        "11月30日",
    )
    table = Table(
        ("编号", "实事项目和承诺", "责任单位", "灯色", "进度", "时限"),
        (item,) * ITEMS,
        (22, 58, 26, 18, 42, 26),
    )
    body = tuple(Paragraph(SENTENCE, level) for level in (0, 1, 0, 1, *(2, 0) * 6, 1, 0))
    return replace(
        _content(DocumentKind.CIRCULAR, "督查通报（截至9月底）", body),
        annexes=(Annex("情况表", (table,)),),
    )


def _content(kind: DocumentKind, title: str, body: tuple[Block, ...]) -> Content:
    issuer = "吴忠市人民政府督查室"
    return Content(kind, issuer, f"2023年度民生实事{title}", issuer, date(2023, 10, 9), body)
