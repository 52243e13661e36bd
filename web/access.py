"""Who may see and do what in the console: decided here, denied by default.

Every page and every act of the console names the roles that may (``web/console/catalogue.py``);
nothing else opens anything. What a role may do to a given item is decided once more by the engine,
by posts. ``docs/access.md`` shows the whole matrix.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from engine.accounts.posts_held import PostHeld, full_name, posts_held
from engine.accounts.tokens import Scope
from engine.rules.words import PostKind, Word
from engine.store.statements import Found


class Role(Word):
    """What somebody is to the console."""

    OFFICE = "office", "督查室"
    CHIEF = "chief", "督查室主任"
    SIGNER = "signer", "签发人"
    LEADER = "leader", "领导"
    HEAD = "head", "单位负责人"
    CONTACT = "contact", "单位联系人"
    ADMINISTRATOR = "administrator", "管理员"
    AUDITOR = "auditor", "审计员"


ROLE_OF_POST = {
    PostKind.CONTACT: Role.CONTACT,
    PostKind.SECTION: Role.CONTACT,
    PostKind.UNIT_HEAD: Role.HEAD,
    PostKind.LEADER: Role.LEADER,
    PostKind.PRINCIPAL: Role.LEADER,
    PostKind.OFFICE: Role.OFFICE,
    PostKind.SIGNER: Role.LEADER,
}

Roles = frozenset[Role]

OFFICE: Roles = frozenset({Role.OFFICE, Role.CHIEF})
LEADERS: Roles = frozenset({Role.LEADER, Role.SIGNER})
UNITS: Roles = frozenset({Role.HEAD, Role.CONTACT})
SUPERVISION: Roles = OFFICE | LEADERS | UNITS
"""All who take part in supervision."""
SEE_ALL: Roles = OFFICE | LEADERS | {Role.ADMINISTRATOR, Role.AUDITOR}
"""They see every item; the others those of their units and of the units below."""
EVERYBODY: Roles = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks.

    Attributes:
        by: how verbs know the person, 姓名@单位; the account's name where there is no person.
        units: the units in which they hold a post, by number.
        session_id: of the browser that has signed in; None for a program with a token.
        scopes: what a program's token is good for.
    """

    account_id: int
    login: str
    name: str
    person_id: int | None
    by: str
    roles: Roles
    units: dict[int, str] = field(default_factory=dict)
    session_id: int | None = None
    scopes: frozenset[Scope] = frozenset(Scope)
    must_change: bool = False

    def may(self, roles: Roles) -> bool:
        """Whether one of these roles is theirs; what is everybody's needs none."""
        return roles == EVERYBODY or bool(self.roles & roles)

    @property
    def sees_all(self) -> bool:
        return self.may(SEE_ALL)


def roles_of(
    posts: Iterable[PostHeld], *, chief: bool, administrator: bool, auditor: bool
) -> Roles:
    """The roles that follow from posts, and those that an account was appointed to."""
    held = list(posts)
    roles = {ROLE_OF_POST[post.kind] for post in held}
    if any(post.may_sign for post in held):
        roles.add(Role.SIGNER)
    if chief and Role.OFFICE in roles:  # who leaves the office heads it no longer
        roles.add(Role.CHIEF)
    appointed = {Role.ADMINISTRATOR: administrator, Role.AUDITOR: auditor}
    return frozenset(roles | {role for role, given in appointed.items() if given})


def asker_of(session: Session, found: Found, *, is_browser: bool) -> Asker:
    """Who somebody is, from what ``signed_in`` or ``token_of`` has found."""
    person: int | None = found.person_id
    posts = posts_held(session, person) if person else []
    return Asker(
        account_id=found.account_id,
        login=found.login,
        name=found.name,
        person_id=person,
        by=full_name(session, person) if person else found.name,
        roles=roles_of(
            posts,
            chief=found.is_chief,
            administrator=found.is_administrator,
            auditor=found.is_auditor,
        ),
        units={post.unit_id: post.unit for post in posts},
        session_id=found.id if is_browser else None,
        scopes=frozenset(Scope) if is_browser else frozenset(map(Scope, found.scopes)),
        must_change=found.must_change,
    )
