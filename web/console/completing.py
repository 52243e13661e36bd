"""办结: asked for with what proves it, verified, sent back or taken up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import Field

from engine.reports.last_values import offered
from engine.results import completing
from engine.results.completion_list import CompletionLine, completion_lines
from engine.results.proving import request_views
from engine.rules.completion import Claim, ProofFile, Verification, VerificationMethod
from engine.rules.conditions import written
from engine.rules.honesty import plain
from engine.rules.targets import full_name
from engine.rules.words import PostKind
from engine.staff.named import people_in
from engine.store.tables import Project
from web.access import OFFICE, UNITS
from web.console.changing import targets_of
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import TARGETS, Choice, Given, Line, MaybeText, Nothing, Text, Upload
from web.console.item_facts import ITEM, Fact, after, item_facts
from web.console.visit import Visit

HERE = "/completions"


@dataclass(frozen=True, slots=True)
class Completions:
    """What waits to be verified."""

    items: list[CompletionLine]


@dataclass(frozen=True, slots=True)
class ToProve:
    """A target with the figure that was last reported."""

    name: str
    promise: str
    unit: str
    last: Decimal | None

    @property
    def standing(self) -> str:
        """What was promised and what was reported."""
        reported = "没有填报数" if self.last is None else f"已报{plain(self.last)}{self.unit}"
        return f"承诺{self.promise}，{reported}"


class Proof(Given):
    """What proves a target."""

    metric: Line = Field(title="指标")
    text: MaybeText = Field("", title="佐证说明")
    files: list[Upload] = Field(default_factory=list, title="佐证文件", max_length=20)


class CompletionGiven(Given):
    """What a unit states of the result."""

    statement: Text = Field(title="办理结果", description="做成了什么，群众得到了什么")
    proofs: list[Proof] = Field(default_factory=list, title="各项指标的佐证", max_length=TARGETS)
    files: list[Upload] = Field(
        default_factory=list,
        title="其他佐证文件",
        description="可不附；PDF、OFD、JPG、PNG、DOCX、XLSX、MP4，合计不超过20兆",
        max_length=20,
    )


class SentBack(Given):
    """Why a result does not stand."""

    reason: Text = Field(title="理由", description="哪里不实、不够，要补做什么")


class Verified(Given):
    """What was found."""

    method: VerificationMethod = Field(title="核验方式")
    finding: Text = Field(title="核验情况", description="看了什么，与申报是否一致")
    verified_by: Line = Field(title="核验人", description="督查室人员，不能是申请人")


class Reopening(Given):
    """Why an item is taken up again, and until when."""

    due: date = Field(title="新的办结时限")
    reason: Text = Field(title="理由", description="复查不合格的情况")


def show(visit: Visit, _: Nothing) -> Completions:
    """What waits for the office."""
    return Completions(completion_lines(visit.session))


def request(visit: Visit, given: CompletionGiven, code: str) -> Done:
    """Ask for completion."""
    project = visit.project(code)
    proofs = {proof.metric: proof.text for proof in given.proofs if proof.text}
    files = [ProofFile(file.name, file.data) for file in given.files]
    files += [ProofFile(f.name, f.data, p.metric) for p in given.proofs for f in p.files]
    claim = Claim(given.statement, proofs, tuple(files))
    row = completing.request_completion(visit.desk, project, claim, visit.by)
    return Done(
        f"{code} 已申请办结，等待督查室核验",
        after(visit, code),
        {"state": project.state.value, "request": row.number},
    )


def send_back(visit: Visit, given: SentBack, code: str) -> Done:
    """Send a result back."""
    project = visit.project(code)
    completing.send_back(visit.desk, project, visit.by, given.reason)
    return Done(f"{code} 已退回重办，原时限继续计算", data={"state": project.state.value})


def close(visit: Visit, given: Verified, code: str) -> Done:
    """Close what was verified."""
    project = visit.project(code)
    seen = Verification(given.verified_by, given.method, given.finding)
    completing.close(visit.desk, project, seen, visit.by)
    how = project.timeliness.label if project.timeliness else ""
    return Done(f"{code} 已销号：{how}", data={"state": project.state.value, "timeliness": how})


def reopen(visit: Visit, given: Reopening, code: str) -> Done:
    """Take an item up again."""
    project = visit.project(code)
    completing.reopen(visit.desk, project, visit.by, given.reason, given.due)
    return Done(f"{code} 重新办理，时限{written(given.due)}", data={"state": project.state.value})


def _offer_request(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    targets = _to_prove(visit, project)
    proofs = [{"metric": target.name} for target in targets]
    facts = [*item_facts(visit, project), *_sent_back_before(visit, project)]
    return Offer({"proofs": proofs}, facts=facts, more=targets)


def _to_prove(visit: Visit, project: Project) -> list[ToProve]:
    last = {figure.name: figure.last for figure in offered(visit.desk, project).figures}
    return [
        ToProve(name, target.text, target.unit, last.get(target.metric, last.get(name)))
        for target in targets_of(visit, project)
        for name in (full_name(target.metric, target.unit),)
    ]


def _sent_back_before(visit: Visit, project: Project) -> list[Fact]:
    views = request_views(visit.session, project)
    if not views or views[-1].verified_on is None or not views[-1].finding:
        return []
    return [("上次核验", f"{written(views[-1].verified_on)} {views[-1].finding}")]


def _offer_verdict(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    facts = item_facts(visit, project)
    views = request_views(visit.session, project)
    if views:
        view = views[-1]
        promised = {one.name: one.standing for one in _to_prove(visit, project)}
        facts += [
            ("申请", f"{written(view.requested_on)} {view.requested_by}"),
            ("办理结果", view.statement),
            *((proof.target, f"{promised[proof.target]}；{proof.text}") for proof in view.proofs),
        ]
        files = len(view.files) + sum(len(proof.files) for proof in view.proofs)
        facts.append(("佐证文件", f"{files}份，在事项的“证据”中" if files else "没有附"))
    office = [Choice(name, name) for name in people_in(visit.session, (PostKind.OFFICE,))]
    return Offer({"verified_by": visit.by}, {"verified_by": office}, facts)


def _offer_plain(visit: Visit, code: str) -> Offer:
    return Offer(facts=item_facts(visit, visit.project(code)))


PAGES = (
    Page("completions", HERE, "待核验办结", OFFICE, show, "completions.html", menu=Menu.ITEMS),
)
ACTS = (
    Act(
        "complete",
        f"{ITEM}/complete",
        "申请办结",
        UNITS,
        request,
        CompletionGiven,
        about=(
            "每项指标须有填报数和佐证说明，文件可不附（国办函〔2026〕12号：非必要不得要求照片、视频）。"
            "申请后本单位的时限等待督查室核验，办结以申请日为准。"
        ),
        offer=_offer_request,
        back=ITEM,
        template="complete.html",
    ),
    Act(
        "complete-back",
        f"{ITEM}/complete-back",
        "退回重办",
        OFFICE,
        send_back,
        SentBack,
        about="结果不实、不够的，退回责任单位；原时限继续计算。",
        offer=_offer_verdict,
        back=ITEM,
    ),
    Act(
        "close",
        f"{ITEM}/close",
        "核验销号",
        OFFICE,
        close,
        Verified,
        about="核验通过即销号，办结、整改时限完成，以申请日为准；核验人不能是申请人。",
        offer=_offer_verdict,
        back=ITEM,
    ),
    Act(
        "reopen",
        f"{ITEM}/reopen",
        "重新办理",
        OFFICE,
        reopen,
        Reopening,
        about="复查不合格的，改定办结时限重新办理；原承诺保留，以后办结不再算按期。",
        offer=_offer_plain,
        back=ITEM,
        is_grave=True,
    ),
)
