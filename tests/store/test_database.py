"""One transaction at a time, the same on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.rules.words import PostKind
from engine.store.database import Database
from engine.store.tables import Post, Setting


def names(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Setting.name).order_by(Setting.name)))


def test_what_is_written_in_one_transaction_is_there_afterwards(database: Database) -> None:
    with database.begin() as session:
        session.add(Setting(name="甲", value=""))
    assert names(database) == ["甲"]


def test_an_error_undoes_the_whole_transaction(database: Database) -> None:
    with pytest.raises(RuntimeError), database.begin() as session:
        session.add(Setting(name="甲", value=""))
        session.flush()
        raise RuntimeError
    assert names(database) == []


def test_a_look_does_not_see_what_is_written_after_it_began(database: Database) -> None:
    with database.read() as look:
        assert look.scalars(select(Setting.name)).all() == []
        with database.begin() as session:
            session.add(Setting(name="甲", value=""))
        assert look.scalars(select(Setting.name)).all() == []
    assert names(database) == ["甲"]


def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.begin() as session:
        session.add(Post(unit_id=1, kind=PostKind.CONTACT, title="联系人"))
