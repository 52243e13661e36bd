"""批示交办: instructions of leaders become supervised items, several at once or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select

from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, PersonUnknown, acting
from engine.rules.instructions import Instruction, instruction_faults, limit_of
from engine.rules.steps import Role
from engine.rules.words import ProjectKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, program_chain
from engine.store.tables import Program, Project
from engine.tasks.handing_over import (
    HandingOverRefused,
    NewItem,
    Places,
    hold_program,
    load_places,
    open_items,
    opened_before,
)


def instruct(
    desk: Desk, instructions: Sequence[Instruction], by: str, year: int | None = None
) -> list[Project]:
    """Hand over what leaders have asked for in writing. Who asked, when and on which paper is
    the basis (条例 733, art. 11); only for a leader in the contact sheet can it be given.

    Args:
        year: the list that it is kept with; the one at work when not given.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        HandingOverRefused: something is missing or wrong, or was handed over before; all of it
            is named and nothing is handed over.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    program = hold_program(desk, year)
    places = load_places(desk.session)
    faults = list(_faults(desk, program, instructions, places))
    if faults:
        raise HandingOverRefused("批示未交办：" + "；".join(faults))
    first = len(_instructions_of(desk, program)) + 1
    items = [
        _item(desk, program, number, instruction, places)
        for number, instruction in enumerate(instructions, first)
    ]
    opened = open_items(desk, program.id, items, by)
    _record(desk, program, list(zip(opened, instructions, items, strict=True)), actor)
    return opened


def due_of(desk: Desk, instruction: Instruction) -> date:
    """The date given, or the one that its urgency gives from today."""
    policy, calendar = desk.rulebook.policy, desk.rulebook.calendar
    return instruction.due or calendar.apply(
        desk.day, limit_of(instruction, policy.limits.instruction)
    )


def _item(
    desk: Desk, program: Program, number: int, instruction: Instruction, places: Places
) -> NewItem:
    name = acting(desk.session, instruction.leader, Role.LEADER)
    return NewItem(
        kind=ProjectKind.INSTRUCTION,
        code=f"{program.year}-批{number}",
        title=instruction.title,
        content=instruction.content,
        unit_id=places.units[instruction.unit],
        due=due_of(desk, instruction),
        basis=instruction.basis,
        document=instruction.document,
        sponsor=name,
        leader_post_id=places.leaders.get(name),
        urgency=instruction.urgency,
    )


def _faults(
    desk: Desk, program: Program, instructions: Sequence[Instruction], places: Places
) -> Iterator[str]:
    if not instructions:
        yield "请至少写明一件批示"
    known = {(p.basis, p.title, p.lead_unit_id): p for p in _instructions_of(desk, program)}
    seen = set()
    for number, instruction in enumerate(instructions, 1):
        place = f"第{number}件：" if len(instructions) > 1 else ""
        for fault in _faults_of(desk, instruction, places):
            yield place + fault
        title, unit = instruction.title.strip(), places.units.get(instruction.unit, 0)
        this = (instruction.basis, title, unit)
        if this in known:
            yield f"{place}“{title}”{opened_before(desk.session, known[this])}"
        if this in seen:
            yield f"{place}“{title}”写了不止一次，请只留一件"
        seen.add(this)


def _faults_of(desk: Desk, instruction: Instruction, places: Places) -> Iterator[str]:
    yield from instruction_faults(instruction, desk.day)
    yield from places.faults(instruction.unit)
    if instruction.leader.strip():
        try:
            acting(desk.session, instruction.leader, Role.LEADER)
        except PersonUnknown as error:
            yield str(error)
        except NotAllowed:
            yield f"{instruction.leader}不在领导岗位，只能交办通讯录中领导的批示"


def _instructions_of(desk: Desk, program: Program) -> list[Project]:
    query = select(Project).where(
        Project.program_id == program.id, Project.kind == ProjectKind.INSTRUCTION
    )
    return list(desk.session.scalars(query))


def _record(
    desk: Desk, program: Program, opened: list[tuple[Project, Instruction, NewItem]], actor: str
) -> None:
    append(
        desk.session,
        [
            Event(
                program_chain(program.id),
                EventKind.HANDED_OVER,
                desk.at,
                actor,
                {
                    "code": project.code,
                    "title": project.title,
                    "unit": instruction.unit,
                    "due": str(item.due),
                    "basis": item.basis,
                    "urgency": instruction.urgency.value,
                },
            )
            for project, instruction, item in opened
        ],
    )
