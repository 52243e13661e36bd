"""Deeds of publicity, and the public board that a rehearsal leaves."""

from __future__ import annotations

from pathlib import Path

from config import acts
from engine.desk.transition import find_project
from engine.lists.programs import program_of
from engine.publicity import objections
from engine.publicity.objection_list import open_objections
from engine.publicity.publication_list import publications
from engine.publicity.publishing import publish
from engine.rules.policy_parts import Publicity
from engine.store.database import Database
from flows.rehearsal.scene import Scene
from flows.rehearsal.supervising import NothingFound
from notifications.board.export import export
from notifications.board.site import read_site

FOLDER = "board"


def publish_board(scene: Scene, deed: acts.PublishBoard) -> None:
    """The office publishes the list as it stands."""
    publish(scene.desk, program_of(scene.session, scene.today), scene.officer(deed))


def receive_objection(scene: Scene, deed: acts.ReceivePublicObjection) -> None:
    """The office enters what came in today."""
    said = objections.Objector(deed.name, deed.contact, deed.text, scene.today)
    project = find_project(scene.desk, deed.item)
    objections.receive(scene.desk, project, said, scene.officer(deed))


def handle_objection(scene: Scene, deed: acts.HandlePublicObjection) -> None:
    """The office tells what it found about the objection to an item."""
    waiting = open_objections(scene.session)
    number = next((line.number for line in waiting if line.code == deed.item), None)
    if number is None:
        raise NothingFound(f"{deed.item} 没有待办理的公示异议")
    objections.handle(scene.desk, number, deed.result, deed.finding, scene.officer(deed))


def write_board(database: Database, out: Path, publicity: Publicity) -> None:
    """The board as on the last day; nothing where nothing was published."""
    with database.read() as session:
        if not publications(session):
            return
    files, stamp = read_site(database, publicity)
    export(files, out / FOLDER, stamp)
