"""What a list names of the store, held against it while the file is read: proposals, last year's
items, units, and numbers that are taken. All of it is told together with the file's own faults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.ledger.errors import Faults, Place
from engine.ledger.origins import Check, Named, References
from engine.ledger.values import Ledger, LedgerProject
from engine.proposals.adopting import Sources, refusal
from engine.rules.words import ProjectKind
from engine.store.tables import Batch, Program, Project, Unit

USE_A_BATCH = (
    "同一年度增补的事项，请沿用原清单的标题，在表头写“批次：第二批”，序号接着往下编；"
    "若就是原清单，请把标题改成与原清单一致"
)


def references_in(session: Session) -> Check:
    """A check of lists against this store, for ``read_ledger``."""

    def check(named: References, faults: Faults) -> None:
        for place, message, cure in _faults(session, named):
            faults.add(place, message, cure)

    return check


def find_program(session: Session, listed: Ledger | References) -> Program | None:
    """The program this list is a version or a batch of: same year, same title."""
    query = select(Program).where(Program.year == listed.year, Program.title == listed.title)
    return session.scalars(query).one_or_none()


def last_batch(session: Session, program: Program) -> int:
    """The number of the newest batch of a program; 1 for a list that came whole."""
    query = select(func.max(Batch.number)).where(Batch.program_id == program.id)
    return session.scalar(query) or 1


def taken_numbers(session: Session, year: int, title: str, batch: int) -> dict[int, str]:
    """Numbers that other lists of the year, or other batches of this one, have given away, and to
    whom: codes go by year and number, and one code means one item."""
    rows = session.execute(
        select(Project.number, Project.code, Project.batch, Program.title)
        .join(Program, Project.program_id == Program.id)
        .where(
            Program.year == year,
            Project.kind == ProjectKind.PROJECT,
            Project.number.is_not(None),
            (Program.title != title) | (Project.batch != batch),
        )
    )
    return {
        number: f"第{of_batch}批" if of_title == title else f"同年清单《{of_title}》（编号{code}）"
        for number, code, of_batch, of_title in rows
        if number is not None
    }


def taken_faults(session: Session, ledger: Ledger, items: Iterable[LedgerProject]) -> list[str]:
    """Which items of a ledger have a number that is taken, and by whom."""
    taken = taken_numbers(session, ledger.year, ledger.title, ledger.batch)
    return [f"序号{i.number}已用于{taken[i.number]}" for i in items if i.number in taken]


@dataclass(frozen=True, slots=True)
class _Store:
    """What was looked up once for a whole list."""

    session: Session
    year: int
    taken: Mapping[int, str]
    own: Mapping[int, int]
    sources: Sources
    units: frozenset[str]


Fault = tuple[Place, str, str]


def _faults(session: Session, named: References) -> Iterator[Fault]:
    program = find_program(session, named)
    store = _Store(
        session,
        named.year,
        taken_numbers(session, named.year, named.title, named.batch),
        _own_items(session, program),
        Sources(session, named.year, [n for item in named.items for n in item.sources]),
        frozenset() if named.names_posts else frozenset(session.scalars(select(Unit.name))),
    )
    yield from _of_batch(session, named, program)
    for item in named.items:
        yield from _of_item(store, item)


def _own_items(session: Session, program: Program | None) -> dict[int, int]:
    if program is None:
        return {}
    rows = session.execute(
        select(Project.number, Project.id).where(
            Project.program_id == program.id, Project.kind == ProjectKind.PROJECT
        )
    )
    return {number: project_id for number, project_id in rows if number is not None}


def _of_batch(session: Session, named: References, program: Program | None) -> Iterator[Fault]:
    if named.batch == 1:
        return
    if program is None:
        yield (
            named.head_at,
            f"{named.year}年还没有标题为“{named.title}”的清单，不能增补第{named.batch}批",
            "请先导入第一批，或把标题改成与第一批一致",
        )
    elif named.batch > last_batch(session, program) + 1:
        last = last_batch(session, program)
        yield (
            named.head_at,
            f"库中到第{last}批为止，不能直接导入第{named.batch}批",
            f"请改为第{last + 1}批，或先导入中间的批次",
        )


def _of_item(store: _Store, item: Named) -> Iterator[Fault]:
    if item.number is not None and item.number in store.taken:
        whose = store.taken[item.number]
        cure = "请接着原清单的序号往下编" if whose.startswith("第") else USE_A_BATCH
        yield item.number_at, f"序号{item.number}已用于{whose}", cure
    for number in item.sources:
        fault = refusal(store.sources, number, store.own.get(item.number or 0))
        if fault:
            yield (item.sources_at, *fault)
    yield from _of_origin(store, item)
    for name, place in item.units:
        if store.units and name not in store.units:
            yield (
                place,
                f"通讯录中没有“{name}”",
                "请改成通讯录中的全称；确是新单位的，请在文件中附上责任单位联系表",
            )


def _of_origin(store: _Store, item: Named) -> Iterator[Fault]:
    origins = store.sources.origins(item.sources)
    if item.follows:
        if store.sources.followed(item.follows) is None:
            yield (
                item.follows_at,
                f"{store.year}年以前的清单中没有编号为“{item.follows}”的事项",
                "请填写上年事项的编号，如“2023-04”",
            )
    elif len(origins) > 1:
        yield (
            item.follows_at,
            "来源建议延续的是不同的上年事项",
            "请在“上年事项”一栏写明延续哪一项",
        )
    elif item.succession is not None and not origins:
        yield (
            item.succession_at,
            f"写了“{item.succession.label}”，没有写明是哪个上年事项的{item.succession.label}",
            "请在“上年事项”一栏填写编号，如“2023-04”",
        )
