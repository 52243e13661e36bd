"""Who a letter is for, and who may act on it today: a link goes to one person, and a forwarded
link is recognised by the name that is signed with."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.rules.words import PostKind
from engine.store.directory import load_directory
from engine.store.statements import rows, table_of
from engine.store.tables import Person, Post, Unit


class NotTheReader(DubanError):
    """签收人不是收信人，也不是顶岗的人。"""


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who may act on a letter."""

    name: str
    unit: str

    @property
    def actor(self) -> str:
        """As the verbs take it, also where two people have one name."""
        return f"{self.name}@{self.unit}"


@dataclass(frozen=True, slots=True)
class Reader:
    """The addressee of a letter.

    Attributes:
        unit_ids: the units in which the reader has a post; empty for one who has left.
        stand_ins: who answers for the reader's post today beside the reader (AB角).
        successors: who answers for the post in the unit, for a reader who has left.
        office: whom to ask.
    """

    name: str
    unit: str
    post: PostKind
    unit_ids: frozenset[int]
    stand_ins: tuple[Signer, ...]
    successors: tuple[Signer, ...]
    office: tuple[str, ...]

    @property
    def is_on_duty(self) -> bool:
        return bool(self.unit_ids)

    def signer(self, name: str) -> Signer:
        """The one who signs with this name.

        Raises:
            NotTheReader: no name is given, or that of somebody the letter was not for.
        """
        wanted = "".join(name.split())
        if not wanted:
            raise NotTheReader("请填写办理人姓名")
        own = Signer(self.name, self.unit)
        for signer in (own, *self.stand_ins):
            if wanted in (signer.name, signer.actor):
                return signer
        others = "、".join(signer.name for signer in self.stand_ins)
        instead = f"，或者由今天顶岗的{others}办理" if others else ""
        raise NotTheReader(
            f"这封信是发给{self.unit}{self.name}的，不是“{wanted}”。请由{self.name}本人填写{instead}。"
            f"如果信是别人转给您的，请交还{self.name}，或者问{'、'.join(self.office) or '督查室'}"
        )


def reader_of(desk: Desk, person_id: int, post: PostKind) -> Reader:
    """The reader of a letter that went to a person in a post."""
    own = rows(desk.session, _POSTS_OF, person=person_id).all()
    unit_ids = frozenset(found.unit_id for found in own)
    home = rows(desk.session, _PERSONS, persons=[person_id]).one()
    directory = load_directory(desk.session, desk.day, {home.unit_id, *unit_ids})
    resolved = (directory.by_post.get(found.id) for found in own if found.kind is post)
    beside = {to.person_id for to in resolved if to} - {person_id}
    after = {to.person_id for to in directory.by_unit.get((home.unit_id, post), ())}
    return Reader(
        name=home.name,
        unit=home.unit,
        post=post,
        unit_ids=unit_ids,
        stand_ins=_signers(desk, beside),
        successors=() if unit_ids else _signers(desk, after),
        office=tuple(dict.fromkeys(to.name for to in directory.office)),
    )


def _signers(desk: Desk, persons: set[int]) -> tuple[Signer, ...]:
    found = rows(desk.session, _PERSONS, persons=sorted(persons))
    return tuple(Signer(row.name, row.unit) for row in found)


# The queries, built once.

_PERSON, _POST, _UNIT = table_of(Person).c, table_of(Post).c, table_of(Unit).c

_PERSONS = (
    select(_PERSON.name, _PERSON.unit_id, _UNIT.name.label("unit"))
    .join_from(table_of(Person), table_of(Unit), _PERSON.unit_id == _UNIT.id)
    .where(_PERSON.id.in_(bindparam("persons", expanding=True)))
    .order_by(_PERSON.id)
)

_POSTS_OF = (
    select(_POST.id, _POST.kind, _POST.unit_id)
    .where(or_(_POST.holder_id == bindparam("person"), _POST.deputy_id == bindparam("person")))
    .order_by(_POST.id)
)
