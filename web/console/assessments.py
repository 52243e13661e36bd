"""考核: the scores, of which a unit sees its own and nobody an order of merit."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from engine.assessment.assessed import Score, score_of, visible_scores
from engine.exporting import export_assessments
from engine.lists.programs import ProgramLine, program_lines
from engine.store.tables import Program
from web.access import LEADERS, OFFICE, SUPERVISION
from web.console.declared import Download, Menu, Page
from web.console.given import Given, Nothing
from web.console.visit import Visit
from web.console.workbooks import workbook_file
from web.refusals import NotFound

HERE = "/assessments"
OF_LIST = HERE + "/{number}"
OF_UNIT = OF_LIST + "/units/{unit}"


@dataclass(frozen=True, slots=True)
class Assessments:
    """The scores of one list that the asker may see; ``programs`` are the lists there are."""

    programs: list[ProgramLine]
    program: int | None
    scores: list[Score]


@dataclass(frozen=True, slots=True)
class OneScore:
    """A unit's score, line by line."""

    program: int
    title: str
    score: Score
    is_own: bool


class Asked(Given):
    """Of which list."""

    program: int | None = Field(None, title="清单", ge=1)


def show(visit: Visit, asked: Asked) -> Assessments:
    """The scores of a list, the newest when none is asked for; there is no order of merit."""
    programs = program_lines(visit.session)
    if not programs:
        return Assessments([], None, [])
    program = visit.program(asked.program or programs[0].number)
    scores = visible_scores(visit.session, program, visit.by)
    return Assessments(programs, program.id, scores)


def show_one(visit: Visit, _: Nothing, number: int, unit: str) -> OneScore:
    """One unit's score."""
    program = visit.program(number)
    score = score_at(visit, program, unit)
    return OneScore(number, program.title, score, unit in visit.asker.units.values())


def export(visit: Visit, _: Nothing, number: int) -> Download:
    """The scores that the asker may see, as a workbook."""
    program = visit.program(number)
    own = "" if visit.may(*OFFICE, *LEADERS) else next(iter(visit.asker.units.values()))
    made = export_assessments(visit.session, program, visit.by, own)
    return workbook_file(f"{program.title}考核得分{own}{visit.day:%Y%m%d}", made)


def score_at(visit: Visit, program: Program, unit: str) -> Score:
    """The score of a unit, as far as the asker may see it.

    Raises:
        NotFound: it is another unit's.
    """
    if not visit.may(*OFFICE, *LEADERS) and unit not in visit.asker.units.values():
        raise NotFound(f"没有“{unit}”的考核得分")
    return score_of(visit.session, program, unit, visit.by)


PAGES = (
    Page("assessments", HERE, "考核", SUPERVISION, show, "assessments.html", Asked, Menu.CHECKING),
    Page("assessment", OF_UNIT, "考核得分", SUPERVISION, show_one, "assessment.html"),
    Page("assessment-export", f"{OF_LIST}/export", "导出考核得分", SUPERVISION, export),
)
ACTS = ()
