"""督查结论: fed back to the units with what is to be put right, which is looked at again."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from engine.inspections.concluding import Attached, Found
from engine.inspections.concluding import conclude as conclude_
from engine.inspections.frequency import scope_of
from engine.inspections.inspecting import find_inspection
from engine.inspections.rectifying import recheck as recheck_
from engine.rules.evidence import File
from engine.rules.words import Word
from web.access import OFFICE
from web.console.declared import Act, Done, Offer
from web.console.given import Given, Text, Upload
from web.console.inspections import ONE, inspection_facts
from web.console.item_facts import item_facts
from web.console.named import item_choices
from web.console.visit import Visit


class Result(Word):
    """What a re-check came to."""

    PASSED = "passed", "合格"
    FAILED = "failed", "不合格，重新整改"


class FoundRow(Given):
    """Something that was found."""

    item: str = Field(title="事项", max_length=100)
    text: Text = Field(title="问题", json_schema_extra={"lines": 2})
    due: date = Field(title="整改时限")


class EvidenceRow(Given):
    """A file about an item."""

    code: str = Field(title="事项", max_length=100)
    file: Upload = Field(title="文件")


class Concluded(Given):
    """The conclusion of an inspection."""

    conclusion: Text = Field(title="督查结论", description="反馈给每个被督查单位")
    findings: list[FoundRow] = Field(
        default=[],
        title="发现的问题",
        description="每一项成为一件限期整改，随即交办；没有问题的不填",
        max_length=30,
    )
    evidence: list[EvidenceRow] = Field(
        default=[],
        title="证据",
        description="可不附；照片、扫描件或文件，每个不超过20兆字节",
        max_length=20,
    )


class Rechecked(Given):
    """What was seen when a rectification was looked at again."""

    result: Result = Field(title="复查结果")
    text: Text = Field(title="复查情况")
    due: date | None = Field(None, title="新的整改时限", description="不合格的必填")
    evidence: list[Upload] = Field(
        default=[], title="证据", description="可不附，可选多个文件", max_length=20
    )

    @model_validator(mode="after")
    def _says_by_when(self) -> Rechecked:
        if self.result is Result.FAILED and self.due is None:
            raise ValueError("复查不合格的须写明新的整改时限")
        return self


def conclude(visit: Visit, given: Concluded, number: int) -> Done:
    """Feed the conclusion back, and hand over what is to be put right."""
    codes = [*(row.item for row in given.findings), *(row.code for row in given.evidence)]
    named = {code: visit.project(code) for code in dict.fromkeys(codes)}
    row = find_inspection(visit.session, number)
    opened = conclude_(
        visit.desk,
        row,
        [Found(named[f.item], f.text, f.due) for f in given.findings],
        given.conclusion,
        visit.by,
        [Attached(named[e.code], File(e.file.name, e.file.data)) for e in given.evidence],
    )
    told = f"，{len(opened)}项限期整改已交办" if opened else "，没有发现问题"
    found = {"rectifications": [project.code for project in opened]}
    return Done(f"“{row.title}”的结论已反馈各被督查单位{told}", data=found)


def recheck(visit: Visit, given: Rechecked, code: str) -> Done:
    """Look at a rectification again."""
    project = visit.project(code)
    passed = given.result is Result.PASSED
    files = [File(file.name, file.data) for file in given.evidence]
    recheck_(
        visit.desk,
        project,
        visit.by,
        passed=passed,
        text=given.text,
        due=given.due,
        evidence=files,
    )
    return Done(f"{code} 复查{'合格' if passed else '不合格，已重新交办整改'}")


def _offer_conclusion(visit: Visit, number: int) -> Offer:
    row = find_inspection(visit.session, number)
    items = item_choices([(p.code, p.title) for p in scope_of(visit.session, row)])
    return Offer(
        choices={"findings.item": items, "evidence.code": items},
        facts=[*inspection_facts(row), ("组长", row.leader)],
    )


def _offer_recheck(visit: Visit, code: str) -> Offer:
    return Offer(facts=item_facts(visit, visit.project(code)))


PAGES = ()
ACTS = (
    Act(
        "inspection-conclude",
        f"{ONE}/conclude",
        "反馈结论",
        OFFICE,
        conclude,
        Concluded,
        about="结论送每个被督查单位，凭签收回执；发现的问题成为限期整改事项，随即交办，"
        "起算整改时限。问题须在督查事项之内，不得越权（条例733第十五、十六、十八条）。",
        offer=_offer_conclusion,
        back=ONE,
    ),
    Act(
        "recheck",
        "/rectifications/{code}/recheck",
        "复查整改",
        OFFICE,
        recheck,
        Rechecked,
        about="销号之后复查。不合格的重新整改，改定时限，原定时限保留（条例733第十八条）。",
        offer=_offer_recheck,
        back="/projects/{code}",
    ),
)
