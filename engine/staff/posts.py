"""岗位: who holds a post and who stands in. Duties stay with the post, whoever comes or goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, update

from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, acting, find_person
from engine.desk.readdressing import readdress
from engine.errors import DubanError
from engine.rules.addresses import is_email
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import Role
from engine.rules.texts import EMAIL_LENGTH, NAME_LENGTH, POST_TITLE_LENGTH, too_long
from engine.staff.standing_in import uncovered
from engine.store.event_kinds import EventKind
from engine.store.journal import PEOPLE_CHAIN, Event, append
from engine.store.tables import JournalEvent, Person, Post, Project, Unit

ENDED = (ProjectState.CLOSED, ProjectState.TERMINATED)


class PostRefused(DubanError):
    """岗位任职登记有误。"""


@dataclass(frozen=True, slots=True)
class Held:
    """A change of holder.

    Attributes:
        readdressed: how many unsent messages now go to the new holder.
        items: codes of open items whose sponsoring leader the new holder now is.
        warnings: what to be careful of.
    """

    readdressed: int
    items: tuple[str, ...]
    warnings: tuple[str, ...]


def hold(
    desk: Desk,
    number: int,
    holder: str,
    by: str,
    *,
    replaces: str = "",
    email: str = "",
    title: str = "",
) -> Held:
    """A new holder takes a post. What is open stays with it; unsent messages go to the new one.

    Args:
        number: the post's, as ``duban post list`` gives it.
        holder: a person of the post's unit, added when new; 姓名@单位 for one of another unit.
        replaces: the present holder by name; empty for a vacant post. So nobody replaces whom
            somebody else has just put there.
        email: needed for a new person; replaces the address of a known one.
        title: the person's title, when it is not the post's.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office, or would give themself authority
            to sign.
        PostRefused: something is wrong or missing; all of it is named.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    post = _locked(desk, number)
    person = _find(desk, holder, post)
    _refuse_own_signature(desk, post, by, person.id if person else None)
    faults = [*_faults_of_change(desk, post, post.holder_id, replaces, EventKind.POST_HELD)]
    faults += _faults_of_person(person, holder, email.strip(), title.strip())
    if person and person.id == post.holder_id:
        faults.append(f"{person.name}现已担任该岗位")
    if faults:
        raise PostRefused("岗位任职未登记：" + "；".join(faults))
    person = person or _add_person(desk, holder, post)
    _update(person, post, email.strip(), title.strip())
    before = desk.session.get(Person, post.holder_id) if post.holder_id else None
    post.holder_id = person.id
    if post.deputy_id == person.id:
        post.deputy_id = None
    desk.session.flush()
    moved = readdress(desk, post, before, person, actor) if before else 0
    items = _take_over_items(desk, post, before, person) if before else ()
    _record(desk, EventKind.POST_HELD, actor, post, before, person, items=list(items))
    return Held(moved, items, tuple(uncovered(desk, [post], desk.day)))


def set_deputy(
    desk: Desk, number: int, deputy: str, by: str, *, replaces: str = ""
) -> tuple[str, ...]:
    """Name who stands in while the holder is away (B角); an empty name leaves nobody.

    Returns:
        Days on which holder and deputy are both away, in words.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office, or would give themself authority
            to sign; or there is no such person.
        PostRefused: as for ``hold``.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    post = _locked(desk, number)
    person = _find(desk, deputy, post) if deputy.strip() else None
    _refuse_own_signature(desk, post, by, person.id if person else None)
    faults = [*_faults_of_change(desk, post, post.deputy_id, replaces, EventKind.DEPUTY_SET)]
    if deputy.strip() and person is None:
        faults.append(f"通讯录中没有“{deputy}”，请先为其登记岗位或导入联系表")
    elif person and person.id == post.holder_id:
        faults.append(f"{person.name}担任该岗位，不能做自己的B角")
    if faults:
        raise PostRefused("B角未设定：" + "；".join(faults))
    before = desk.session.get(Person, post.deputy_id) if post.deputy_id else None
    post.deputy_id = person.id if person else None
    desk.session.flush()
    _record(desk, EventKind.DEPUTY_SET, actor, post, before, person)
    return tuple(uncovered(desk, [post], desk.day))


def _locked(desk: Desk, number: int) -> Post:
    post = desk.session.scalars(
        select(Post).where(Post.id == number).with_for_update()
    ).one_or_none()
    if post is None:
        raise PostRefused(f"没有编号为 {number} 的岗位，请用 duban post list 查看编号")
    return post


def _find(desk: Desk, name: str, post: Post) -> Person | None:
    """A person of the post's unit, or the one that 姓名@单位 names."""
    if "@" in name:
        return desk.session.get_one(Person, find_person(desk.session, name).id)
    return desk.session.scalars(
        select(Person).where(Person.unit_id == post.unit_id, Person.name == name.strip())
    ).one_or_none()


def _refuse_own_signature(desk: Desk, post: Post, by: str, person_id: int | None) -> None:
    """Authority to sign is given by others (条例 733 art. 21)."""
    actor = find_person(desk.session, by)
    if post.may_sign and person_id == actor.id:
        raise NotAllowed(f"{actor.name}不得为自己登记有签发权的岗位，请由督查室其他人员办理")


def _faults_of_change(
    desk: Desk, post: Post, now: int | None, replaces: str, kind: EventKind
) -> Iterator[str]:
    """Whether the one to be replaced is the one who is there."""
    what = "由{}担任" if kind is EventKind.POST_HELD else "B角为{}"
    name = desk.session.get_one(Person, now).name if now else ""
    if name == replaces.strip():
        return
    who = _last_actor(desk, post, kind)
    told = f"（{who}登记）" if who else ""
    state = what.format(name) if name else "空缺"
    cure = (
        f"请看过再登记（接替的写 --replaces {name}）" if name else "请看过再登记（不写 --replaces）"
    )
    yield f"岗位 {post.id}（{post.title}）现{state}{told}，{cure}"


def _last_actor(desk: Desk, post: Post, kind: EventKind) -> str:
    events = desk.session.execute(
        select(JournalEvent.actor, JournalEvent.data)
        .where(JournalEvent.chain == PEOPLE_CHAIN, JournalEvent.kind == kind.value)
        .order_by(JournalEvent.seq.desc())
    )
    return next((actor for actor, data in events if data["post"] == post.id), "")


def _faults_of_person(person: Person | None, name: str, email: str, title: str) -> Iterator[str]:
    if not name.strip():
        yield "请写明新任人员的姓名"
    if not email and (person is None or not person.email):
        yield "请写明邮箱（--email），否则通知无法送达；其他单位的人员请写“姓名@单位”"
    elif email and not is_email(email):
        yield f"邮箱“{email}”格式不对，请写成 name@example.com 的形式"
    limits = (
        ("姓名", name.strip(), NAME_LENGTH),
        ("职务", title, POST_TITLE_LENGTH),
        ("邮箱", email, EMAIL_LENGTH),
    )
    yield from (fault for limit in limits if (fault := too_long(*limit)))


def _add_person(desk: Desk, name: str, post: Post) -> Person:
    person = Person(unit_id=post.unit_id, name=name.strip(), email="")
    desk.session.add(person)
    desk.session.flush()
    return person


def _update(person: Person, post: Post, email: str, title: str) -> None:
    person.title = title or person.title or post.title
    if email and email != person.email:
        person.email, person.email_fault = email, ""


def _take_over_items(desk: Desk, post: Post, before: Person, person: Person) -> tuple[str, ...]:
    """Open items that name the leader in charge by name now name the new one."""
    theirs = (
        Project.leader_post_id == post.id,
        Project.sponsor == before.name,
        Project.state.not_in(ENDED),
    )
    codes = desk.session.scalars(select(Project.code).where(*theirs).order_by(Project.id)).all()
    desk.session.execute(
        update(Project).where(*theirs).values(sponsor=person.name),
        execution_options={"synchronize_session": "fetch"},
    )
    return tuple(codes)


def _record(
    desk: Desk,
    kind: EventKind,
    actor: str,
    post: Post,
    before: Person | None,
    person: Person | None,
    **more: list[str],
) -> None:
    data = {
        "post": post.id,
        "unit": desk.session.get_one(Unit, post.unit_id).name,
        "kind": post.kind.value,
        "title": post.title,
        "before": before.name if before else "",
        "now": person.name if person else "",
        **{name: values for name, values in more.items() if values},
    }
    append(desk.session, [Event(PEOPLE_CHAIN, kind, desk.at, actor, data)])
