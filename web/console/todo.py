"""What needs somebody today, by role, each with how much of it there is and where it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.audit.kept import last_audit
from engine.overseeing.waiting import OfficeWaits, UnitWaits, office_waits, unit_waits
from web.access import LEADERS, OFFICE, UNITS, Role
from web.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Todo:
    """Something to be done.

    Attributes:
        count: how much of it there is, counted in ``unit``.
        to: the address where it is done.
        is_urgent: a limit has passed, or a light is red.
    """

    title: str
    count: int
    unit: str
    to: str
    is_urgent: bool = False


def todos(visit: Visit) -> list[Todo]:
    """What needs the asker, leaving out what there is nothing of."""
    found: list[Todo] = []
    if visit.may(*UNITS):
        waits = unit_waits(visit.session, visit.asker.units, visit.day)
        found += _of_units(waits, next(iter(visit.asker.units.values()), ""))
    if visit.may(*OFFICE, *LEADERS, Role.ADMINISTRATOR):
        office = office_waits(visit.session, visit.day, visit.at)
        found += _of_leaders(office) if visit.may(*LEADERS) else ()
        found += _of_office(office) if visit.may(*OFFICE) else ()
        found += _of_administrators(office) if visit.may(Role.ADMINISTRATOR) else ()
    if visit.may(Role.ADMINISTRATOR, Role.AUDITOR, *OFFICE):
        findings = len(last_audit(visit.session).findings)
        found.append(Todo("巡检发现的问题", findings, "个", "/system", is_urgent=True))
    return [todo for todo in found if todo.count]


def _of_units(waits: UnitWaits, unit: str) -> Iterator[Todo]:
    late = waits.answers_late
    yield Todo("待签收", waits.to_sign_for, "项", "/unit", is_urgent=True)
    yield Todo("两周内应填报", waits.to_report, "项", "/unit")
    yield Todo("待答复的通知", waits.to_answer, "份", "/unit", is_urgent=bool(late))
    yield Todo("限期整改", waits.rectifications, "项", "/unit", is_urgent=True)
    yield Todo("亮红灯", waits.red, "项", f"/projects?light=red&unit={unit}", is_urgent=True)
    yield Todo("亮黄灯", waits.yellow, "项", f"/projects?light=yellow&unit={unit}")


def _of_leaders(waits: OfficeWaits) -> Iterator[Todo]:
    yield Todo("待签发", waits.drafts_to_sign, "份", "/signing")
    yield Todo("待审批的延期", waits.extensions_to_decide, "件", "/extensions")
    yield Todo("复核申请待决定", waits.reviews, "件", "/reviews")


def _of_office(waits: OfficeWaits) -> Iterator[Todo]:
    late = waits.public_objections_late
    yield Todo("待交办", waits.unassigned, "项", "/projects/assign-all")
    yield Todo("单位退回待改派", waits.returned, "项", "/returned", is_urgent=True)
    yield Todo("待核验办结", waits.completions, "项", "/completions")
    yield Todo("待初审的延期", waits.extensions_to_review, "件", "/extensions")
    yield Todo("待核稿", waits.drafts_to_check, "份", "/signing")
    yield Todo("签发人退回修改", waits.drafts_sent_back, "份", "/signing")
    yield Todo("复核申请待决定", waits.reviews, "件", "/reviews")
    yield Todo("公众异议待办", waits.public_objections, "件", "/objections", is_urgent=bool(late))
    yield Todo("考核异议待处理", waits.score_objections, "件", "/assessments")
    yield Todo("待评估的建议", waits.proposals, "条", "/proposals")
    yield Todo("一周内的领导批注", waits.comments, "条", "/log?kind=commented")
    yield from _of_administrators(waits)


def _of_administrators(waits: OfficeWaits) -> Iterator[Todo]:
    yield Todo("岗位无人", waits.empty_posts, "个", "/staff")
    yield Todo("邮箱已停用", waits.dead_addresses, "个", "/addresses")
    yield Todo("没有送达的信", waits.failed_letters, "封", "/notices?sending=failed")
