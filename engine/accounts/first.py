"""The first accounts of an installation: an administrator, and in a sample everybody."""

from __future__ import annotations

from sqlalchemy import select

from engine.accounts.account_list import unserved
from engine.accounts.accounts import LOGIN, Appointments, open_account
from engine.accounts.passwords import hashed_one_time, one_time
from engine.accounts.posts_held import posts_held
from engine.desk.desk import ENGINE, Desk
from engine.rules.words import PostKind
from engine.store.tables import Account

ADMINISTRATOR = "admin"


def open_first(desk: Desk) -> str | None:
    """Open an administrator's account where there is no account at all.

    Returns:
        Its password to begin with, which is told once; None when there are accounts.
    """
    if desk.session.scalar(select(Account.id).limit(1)) is not None:
        return None
    _, password = open_account(
        desk, ADMINISTRATOR, ENGINE, appointed=Appointments(administrator=True)
    )
    return password


def open_for_sample(desk: Desk) -> str:
    """Open an account for everybody who holds a post in a sample, called by their names, so that
    the console can be looked at through the eyes of each.

    Returns:
        The password of all of them, which is told once. No installation in earnest has such.
    """
    password = one_time()
    kept, chief = hashed_one_time(password), True
    for person in unserved(desk.session):
        if not LOGIN.fullmatch(person.name):
            continue
        is_office = PostKind.OFFICE in {p.kind for p in posts_held(desk.session, person.person_id)}
        account, _ = open_account(
            desk,
            person.name,
            ENGINE,
            person_id=person.person_id,
            appointed=Appointments(chief=is_office and chief),
            kept=kept,
        )
        account.must_change = False
        chief = chief and not is_office
    return password
