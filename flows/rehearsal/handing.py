"""Deeds of people and posts, and what congress and leaders hand over."""

from __future__ import annotations

from sqlalchemy import select

from config import acts
from engine.desk.transition import find_project
from engine.errors import DubanError
from engine.rules.congress import Opinion, Problem
from engine.rules.instructions import Instruction
from engine.rules.words import PostKind
from engine.staff import leaves, posts
from engine.store.tables import Person, Post, Unit
from engine.tasks import congress, instructing
from flows.rehearsal.scene import Scene


class PostUnknown(DubanError):
    """方案所写的岗位不存在。"""


def take_post(scene: Scene, deed: acts.TakePost) -> None:
    """Somebody new takes a post; from now on they act for the unit."""
    number = _post(scene, deed.unit, deed.post, deed.replaces)
    posts.hold(
        scene.desk,
        number,
        deed.holder,
        scene.officer(deed),
        replaces=deed.replaces,
        email=deed.email,
        title=deed.title,
    )
    scene.cast.names.clear()


def name_deputy(scene: Scene, deed: acts.NameDeputy) -> None:
    """Somebody is to stand in."""
    number = _post(scene, deed.unit, deed.post, deed.holder)
    posts.set_deputy(scene.desk, number, deed.deputy, scene.officer(deed))


def _post(scene: Scene, unit: str, kind: PostKind, holder: str) -> int:
    query = (
        select(Post.id)
        .join(Unit, Post.unit_id == Unit.id)
        .join(Person, Post.holder_id == Person.id)
        .where(Unit.name == unit, Post.kind == kind, Person.name == holder)
    )
    number = scene.session.scalar(query)
    if number is None:
        raise PostUnknown(f"{unit}没有由{holder}担任的{kind.label}岗位")
    return number


def come_back(scene: Scene, deed: acts.ComeBack) -> None:
    """Somebody is back before the leave has ended."""
    lines = [line for line in leaves.leave_lines(scene.desk) if line.person == deed.person]
    number = lines[0].number if lines else 0
    leaves.end(scene.desk, number, scene.officer(deed))


def receive_opinion(scene: Scene, deed: acts.ReceiveOpinion) -> None:
    """An opinion of the congress, with its problems."""
    problems = tuple(
        Problem(said.title, said.unit, said.due, said.content, said.leader)
        for said in deed.problems
    )
    opinion = Opinion(
        title=deed.title,
        body=deed.body,
        session=deed.session,
        document=deed.document,
        held_on=deed.held_on,
        unit=deed.unit,
        report_by=deed.report_by,
        content=deed.content,
        leader=deed.leader,
        problems=problems,
    )
    congress.receive(scene.desk, opinion, scene.officer(deed))


def evaluate(scene: Scene, deed: acts.Evaluate) -> None:
    """The congress judges the report."""
    opinion = find_project(scene.desk, deed.item)
    by = scene.officer(deed)
    congress.evaluate(scene.desk, opinion, deed.satisfaction, deed.on, deed.votes, by)


def instruct(scene: Scene, deed: acts.Instruct) -> None:
    """A leader asks for something in writing."""
    instruction = Instruction(
        title=deed.title,
        unit=deed.unit,
        leader=deed.leader,
        given_on=deed.on,
        document=deed.document,
        due=deed.due,
        urgency=deed.urgency,
        content=deed.content,
    )
    instructing.instruct(scene.desk, [instruction], scene.officer(deed))
