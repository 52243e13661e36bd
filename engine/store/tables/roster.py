"""Units, posts, persons, and who is away."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.words import PostKind, UnitLevel
from engine.store.tables.base import Base, Id, key


class Unit(Base):
    """单位. Only organs of government are supervised (条例 733, art. 5).

    A unit sees its own items and those of the units below it (地区抓总、县市落实).
    """

    __tablename__ = "units"

    id: Id = key()
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(50), default="")
    level: Mapped[UnitLevel | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))


class Person(Base):
    """人员. ``email_fault`` is set when a server has refused the address for good."""

    __tablename__ = "persons"
    __table_args__ = (UniqueConstraint("unit_id", "name"), Index("ix_persons_name", "name"))

    id: Id = key()
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(50))
    title: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    email_fault: Mapped[str] = mapped_column(Text, default="")


class Post(Base):
    """岗位. Duties belong to posts; a post resolves to its holder or, while away, the deputy."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("unit_id", "kind", "title"),
        Index("ix_posts_kind", "kind"),
        Index("ix_posts_holder_id", "holder_id"),
        Index("ix_posts_deputy_id", "deputy_id"),
    )

    id: Id = key()
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[PostKind]
    title: Mapped[str] = mapped_column(String(100))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    may_sign: Mapped[bool] = mapped_column(default=False)


class Leave(Base):
    """离岗: a person is away, from one post or, without one, from all of them.

    ``ends_on`` is the last day away; None until it is known.
    """

    __tablename__ = "leaves"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", "ends_after_start"),
        Index("ix_leaves_person_id", "person_id"),
        Index("ix_leaves_ends_on", "ends_on"),
    )

    id: Id = key()
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[str] = mapped_column(String(100))
