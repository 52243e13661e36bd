"""模板: what an office may put into its own words, and the verbs that do it.

The list is closed: the opening and the request of each kind of notice, the shared requests, and the
greeting and signature of a letter. The layout, the explanation (通知依据) and the link stay as
shipped, so that no change of words can break them (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import wording
from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.rules.words import NoticeKind
from engine.store.tables import Notice
from engine.wording import SHIPPED, Edit, NewVersion, TemplateRefused
from notifications.preview import printed
from notifications.render import Edits, render
from notifications.sample_views import OFFICE, sample_letters
from notifications.wording_lint import faults_of, shipped_source
from notifications.words import Words


class TemplateUnknown(DubanError):
    """没有这个模板。"""


class TemplateFaulty(DubanError):
    """模板有错误; ``faults`` holds them all."""

    def __init__(self, name: str, faults: Sequence[str]) -> None:
        super().__init__(f"模板“{name}”有{len(faults)}处错误：\n" + "\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Template:
    """A wording that an office may change, and the notices that print it."""

    name: str
    title: str
    kinds: tuple[NoticeKind, ...]


_OF_KINDS = [Template(kind.value, kind.label, (kind,)) for kind in NoticeKind]
_SHARED = [
    Template(
        "asks",
        "办理要求的通用说法",
        (NoticeKind.REMINDER, NoticeKind.CHASE, NoticeKind.YELLOW_WARNING),
    ),
    Template("letter", "称呼、引言、落款", tuple(NoticeKind)),
]
TEMPLATES = {template.name: template for template in (*_OF_KINDS, *_SHARED)}


def find_template(name: str) -> Template:
    """A wording by its name or its Chinese title.

    Raises:
        TemplateUnknown: there is none of this name, or it is not for the office to change.
    """
    found = TEMPLATES.get(name) or next((t for t in TEMPLATES.values() if t.title == name), None)
    if found is None:
        raise TemplateUnknown(f"没有可以改的模板“{name}”，请用 duban template list 查看")
    return found


def check(name: str, source: str) -> None:
    """Refuse a wording that is not fit for use.

    Raises:
        TemplateUnknown: see ``find_template``.
        TemplateFaulty: with everything that is wrong with it.
    """
    template = find_template(name)
    faults = faults_of(template.name, source, template.kinds)
    if faults:
        raise TemplateFaulty(template.title, faults)


def set_template(desk: Desk, name: str, source: str, note: str, by: str, seen: int) -> int:
    """Put a wording of the office in force from now on, and answer its version.

    Raises:
        TemplateUnknown, TemplateFaulty: see ``check``.
        PersonUnknown, NotAllowed, TemplateRefused: see ``engine.wording.put``.
    """
    check(name, source)
    return _put(desk, find_template(name).name, source, note, by, seen)


def revert(desk: Desk, name: str, to: int, by: str, note: str = "") -> int:
    """Put an older version in force again as a new one; 0 is the shipped one.

    Raises:
        TemplateUnknown, TemplateFaulty, PersonUnknown, NotAllowed, TemplateRefused: as for
            ``set_template``; an old version may no longer fit the program.
    """
    name = find_template(name).name
    last = wording.latest(desk.session, name)
    source = source_of(desk.session, name, to)
    check(name, source)
    note = note or (f"恢复第{to}版" if to != SHIPPED else "恢复自带")
    return _put(desk, name, source, note, by, last.number if last else SHIPPED)


def _put(desk: Desk, name: str, source: str, note: str, by: str, seen: int) -> int:
    """Put words in force; those that were shipped are kept as such, and so stay up to date."""
    is_shipped = source.strip() == shipped_source(name).strip()
    return wording.put(desk, NewVersion(name, None if is_shipped else source, note, seen), by)


def faults_now(session: Session) -> dict[str, str]:
    """What is wrong with wordings in force: one has failed on a letter, or no longer fits the
    program; by name."""
    found = {}
    for name, last in wording.last_of_each(session).items():
        if last.source is not None and name in TEMPLATES:
            faults = [last.fault] if last.fault else []
            faults += faults_of(name, last.source, TEMPLATES[name].kinds)
            found[name] = "；".join(faults[:1])
    return found


def source_of(session: Session, name: str, number: int | None = None) -> str:
    """A wording's source: of a version, or the one in force.

    Raises:
        TemplateUnknown: see ``find_template``.
        TemplateRefused: there is no such version.
    """
    name = find_template(name).name
    every = {row.number: row.source for row in wording.versions(session, name)}
    chosen = max(every, default=SHIPPED) if number is None else number
    if chosen != SHIPPED and chosen not in every:
        raise TemplateRefused(
            f"模板“{name}”没有第{chosen}版，请用 duban template versions {name} 查看"
        )
    source = every.get(chosen)
    return shipped_source(name) if source is None else source


def try_on(
    session: Session, name: str, source: str | None = None, number: int | None = None
) -> tuple[Words, int | None]:
    """A letter in these words about a notice of the store, and the notice's number; None for an
    invented one, where the store has none.

    Args:
        source: the words; None for those in force.
        number: the notice; None for the last one that prints the wording.

    Raises:
        TemplateUnknown, TemplateFaulty: see ``check``.
        TemplateRefused: there is no such notice, or it does not print this wording.
    """
    template = find_template(name)
    edits = _with(wording.in_force(session), template.name, source)
    notice = _notice(session, template, number)
    if notice is not None:
        return printed(session, notice, edits), notice.id
    return render(sample_letters(template.kinds[0])[0], OFFICE, edits), None


def _with(edits: Edits, name: str, source: str | None) -> Edits:
    if source is None:
        return edits
    check(name, source)
    return frozenset(e for e in edits if e.name != name) | {Edit(name, SHIPPED, source)}


def _notice(session: Session, template: Template, number: int | None) -> Notice | None:
    if number is None:
        return session.scalars(_LAST_OF_KINDS, {"kinds": template.kinds}).first()
    found = session.get(Notice, number)
    if found is None or found.kind not in template.kinds:
        raise TemplateRefused(
            f"通知{number}不存在，或者不用模板“{template.title}”，请用 duban notices 查看"
        )
    return found


_LAST_OF_KINDS = (
    select(Notice)
    .where(Notice.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(Notice.id.desc())
    .limit(1)
)
