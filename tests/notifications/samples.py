"""Notices made by hand from the engine's own values, as a sweep would store them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from config.calendar_loader import load_calendar
from config.policy_loader import load_policy
from engine.rules import papers
from engine.rules.alarms import Alarm, AlarmKind, alarm_to_data
from engine.rules.facts import (
    DeadlineFacts,
    LightFacts,
    MilestoneFacts,
    Moment,
    NoticeFacts,
    ProjectFacts,
    TargetFacts,
    moment_to_data,
    project_to_data,
)
from engine.rules.inspections import Conclusion, InspectedItem, conclusion_to_data
from engine.rules.lifecycle import ProjectState
from engine.rules.papers import CircularItem, DueItem, WeeklyPaper
from engine.rules.periods import moment_of
from engine.rules.reviews import ReviewNotice, ReviewState, review_notice_to_data
from engine.rules.standings import Standing, TargetStanding
from engine.rules.targets import TargetForm
from engine.rules.words import (
    Cadence,
    DeadlineKind,
    InspectionKind,
    Light,
    NoticeKind,
    NoticeState,
    PostKind,
    ProjectKind,
    Reason,
    Stage,
)
from engine.store.tables import Notice, Program
from notifications.words import Addressee, Matter, Office

CALENDAR = load_calendar(["national"])
POLICY = load_policy("default")
PROGRAM = Program(
    id=1,
    year=2023,
    title="2023年度民生实事",
    issuer="吴忠市人民政府",
    basis="吴忠市第六届人民代表大会第二次会议审议通过的民生实事清单。",
)
OFFICE = Office("市政府督查室", "https://duban.example.gov.cn")
CONTACT = Addressee("马晓明", "市教育局", PostKind.CONTACT)
LEADER = Addressee("示例·领导丙", "吴忠市人民政府", PostKind.LEADER)
INSPECTOR = Addressee("示例·督查甲", "市政府督查室", PostKind.OFFICE)

TARGETS = (
    TargetFacts("新建改扩建学校", "所", TargetForm.AT_LEAST, Decimal(15), Decimal(6), "15所"),
    TargetFacts(
        "新增校舍面积",
        "万平方米",
        TargetForm.AT_LEAST,
        Decimal("7.30"),
        Decimal("2.50"),
        "7.3万平方米",
    ),
    TargetFacts("新增学位", "个", TargetForm.AT_LEAST, Decimal(7500), None, "7500个"),
)


def daily(day: date) -> Moment:
    return moment_of(Cadence.DAILY, day)


def a_deadline(kind: DeadlineKind, due: date, name: str = "", **given: Any) -> DeadlineFacts:
    values: dict[str, Any] = {
        "id": 11,
        "kind": kind,
        "slot": "",
        "name": name or kind.label.removesuffix("时限"),
        "version": 1,
        "due": due,
        "original_due": due,
    }
    return DeadlineFacts(**(values | given))


def a_project(*deadlines: DeadlineFacts, **given: Any) -> ProjectFacts:
    values: dict[str, Any] = {
        "id": 7,
        "code": "2023-07",
        "kind": ProjectKind.PROJECT,
        "title": "新建改扩建中小学、幼儿园，新增学位7500个",
        "field": "新建和改扩建一批中小学、幼儿园，进一步解决大班额问题",
        "unit": "市教育局",
        "leader": "副市长（示例·教育文旅）",
        "state": ProjectState.UNDERWAY,
        "starts_on": date(2023, 1, 1),
        "exempt_until": None,
        "reported_percent": Decimal("33.3"),
        "reported_on": date(2023, 6, 20),
        "targets": TARGETS,
        "milestones": (
            MilestoneFacts("完成选址和招标", date(2023, 3, 31), Decimal(20), date(2023, 3, 28)),
            MilestoneFacts("主体封顶", date(2023, 6, 30), Decimal(60), None),
        ),
        "deadlines": deadlines,
        "notices": (),
        "light": LightFacts(Light.GREEN, False, ()),
        "reachable": tuple(PostKind),
    }
    return ProjectFacts(**(values | given))


def earlier(kind: NoticeKind, deadline: str, issued_on: date, **given: Any) -> NoticeFacts:
    values: dict[str, Any] = {
        "rule": "chase-milestone",
        "kind": kind,
        "state": NoticeState.ISSUED,
        "deadline": deadline,
        "occurrence": "T+1",
        "issued_on": issued_on,
        "reply_by": None,
        "answered_on": None,
    }
    return NoticeFacts(**(values | given))


def a_notice(kind: NoticeKind, rule: str, day: date, facts: dict[str, Any], **given: Any) -> Notice:
    values: dict[str, Any] = {
        "id": 123,
        "key": f"{rule}/{day}",
        "program_id": 1,
        "kind": kind,
        "stage": Stage.DURING,
        "rule": rule,
        "occurrence": "",
        "reason": Reason.ROUTINE,
        "state": NoticeState.DRAFT if kind.is_criticism else NoticeState.ISSUED,
        "title": "通知",
        "as_of": day,
        "policy_version": POLICY.version,
        "calendar_version": CALENDAR.version,
        "facts": facts,
        "created_at": datetime(day.year, day.month, day.day, 1, tzinfo=UTC),
        "issued_at": None
        if kind.is_criticism
        else datetime(day.year, day.month, day.day, 1, tzinfo=UTC),
        "signed_by": "",
        "signed_basis": "",
    }
    return Notice(**(values | given))


def matter(notice: Notice, unit: str = "市教育局", program: Program = PROGRAM) -> Matter:
    return Matter(notice, program, POLICY, unit)


def about(
    kind: NoticeKind,
    rule: str,
    reason: Reason,
    moment: Moment,
    project: ProjectFacts,
    *,
    texts: Sequence[str] = (),
    audience: Sequence[PostKind] = (PostKind.CONTACT,),
    superseded: Sequence[str] = (),
    **given: Any,
) -> Matter:
    """A notice about the project's first deadline, or about the project when it has none."""
    deadline = project.deadlines[0] if project.deadlines else None
    days = CALENDAR.working_days_between(moment.day, deadline.due) if deadline else None
    facts = {
        "moment": moment_to_data(moment),
        "project": project_to_data(project),
        "decision": {
            "texts": list(texts),
            "audience": [post.value for post in audience],
            "superseded": list(superseded),
            "working_days": days,
        },
    }
    given = {"deadline_id": deadline.id if deadline else None, **given}
    notice = a_notice(kind, rule, moment.day, facts, reason=reason, project_id=project.id, **given)
    return matter(notice, project.unit)


def an_assignment() -> Matter:
    project = a_project(
        a_deadline(DeadlineKind.SIGN_FOR, date(2023, 2, 2), "签收"),
        a_deadline(DeadlineKind.COMPLETION, date(2023, 11, 30), "办结", id=12),
        reported_percent=None,
        reported_on=None,
        targets=tuple(
            TargetFacts(t.metric, t.unit, t.form, t.planned, None, t.text) for t in TARGETS
        ),
    )
    return about(
        NoticeKind.ASSIGNMENT, "assign", Reason.ROUTINE, daily(date(2023, 2, 1)), project, id=101
    )


def handed_over(kind: NoticeKind, rule: str, number: int, **terms: Any) -> Matter:
    """A notice of an assignment by document, with the units that have the item."""
    project = a_project(
        a_deadline(DeadlineKind.SIGN_FOR, date(2023, 2, 2), "签收"),
        unit="市教育局",
        state=ProjectState.ASSIGNED,
        reported_percent=None,
        reported_on=None,
    )
    given: dict[str, Any] = {} if kind is NoticeKind.ASSIGNMENT else {"deadline_id": None}
    found = about(kind, rule, Reason.ROUTINE, daily(date(2023, 2, 1)), project, id=number, **given)
    found.notice.facts["assignment"] = {
        "document": "吴政督〔2023〕1号",
        "lead": ["市教育局", "市住建局"],
        "support": ["市卫健局"],
        "before": "",
        "reason": "",
    } | terms
    return found


def a_support_notice() -> Matter:
    return handed_over(NoticeKind.SUPPORT_NOTICE, "support", 110)


def a_relief(kind: NoticeKind = NoticeKind.RELIEF) -> Matter:
    """What the old unit reads of a reassignment, or the new one."""
    rule = "relieve" if kind is NoticeKind.RELIEF else "assign"
    terms = {"lead": ["市教育局"], "before": "市体育局", "reason": "职责划转"}
    return handed_over(kind, rule, 111, **terms)


def a_reminder(**given: Any) -> Matter:
    project = a_project(
        a_deadline(DeadlineKind.MILESTONE, date(2023, 6, 30), "主体封顶", slot="2"), **given
    )
    return about(
        NoticeKind.REMINDER,
        "remind-milestone",
        Reason.DUE_SOON,
        daily(date(2023, 6, 27)),
        project,
        texts=("距节点时限（2023年6月30日）还有3个工作日，已进入提前7个工作日提示的范围",),
        id=102,
    )


def a_chase() -> Matter:
    deadline = a_deadline(
        DeadlineKind.COMPLETION,
        date(2023, 6, 30),
        "办结",
        id=13,
        version=2,
        original_due=date(2023, 5, 31),
    )
    project = a_project(
        deadline,
        code="5",
        title="新增机动车停车泊位",
        field="新建生态公园、小微公园，增加停车泊位",
        targets=(
            TargetFacts(
                "新增机动车泊车位", "个", TargetForm.AT_LEAST, Decimal(800), Decimal(620), "800个"
            ),
            TargetFacts("半小时免费停车", "%", TargetForm.ALL, Decimal(100), Decimal(60), "全覆盖"),
        ),
        reported_percent=None,
        notices=(earlier(NoticeKind.REMINDER, "completion.v2", date(2023, 6, 27)),),
    )
    return about(
        NoticeKind.CHASE,
        "chase-completion",
        Reason.OVERDUE,
        daily(date(2023, 7, 4)),
        project,
        texts=("办结时限（2023年6月30日）已过2个工作日仍未完成，规则为满1个工作日",),
        audience=(PostKind.CONTACT, PostKind.UNIT_HEAD),
        superseded=("remind-completion@T-3", "remind-completion@T-1"),
        reply_by=date(2023, 7, 7),
        id=103,
    )


def a_yellow_warning() -> Matter:
    moment = moment_of(Cadence.MONTHLY, date(2023, 7, 4))
    return about(
        NoticeKind.YELLOW_WARNING,
        "lag-yellow",
        Reason.BEHIND_PLAN,
        moment,
        a_project(code="2023-08"),
        texts=(
            "截至2023年6月30日，计划进度60%，实际33.3%，落后26.7个百分点，规则为达到或超过10个百分点",
            "当前为黄灯",
        ),
        audience=(PostKind.CONTACT, PostKind.UNIT_HEAD),
        reply_by=date(2023, 7, 11),
        id=104,
    )


def a_red_warning() -> Matter:
    deadline = a_deadline(DeadlineKind.MILESTONE, date(2023, 6, 30), "主体封顶", slot="2")
    project = a_project(
        deadline,
        notices=(
            earlier(
                NoticeKind.CHASE,
                deadline.code,
                date(2023, 7, 3),
                reply_by=date(2023, 7, 6),
            ),
            earlier(
                NoticeKind.YELLOW_WARNING,
                deadline.code,
                date(2023, 7, 7),
                reply_by=date(2023, 7, 14),
            ),
        ),
    )
    return about(
        NoticeKind.RED_WARNING,
        "red-unanswered",
        Reason.UNANSWERED,
        daily(date(2023, 7, 17)),
        project,
        texts=("2023年7月7日发出的黄色警示要求2023年7月14日前答复，至今未答复",),
        audience=(PostKind.UNIT_HEAD, PostKind.LEADER),
        reply_by=date(2023, 7, 24),
        id=105,
    )


def a_summons_proposal(**given: Any) -> Matter:
    project = a_project(
        a_deadline(DeadlineKind.COMPLETION, date(2023, 6, 30), "办结"),
        notices=(earlier(NoticeKind.RED_WARNING, "completion.v1", date(2023, 7, 13)),),
    )
    return about(
        NoticeKind.SUMMONS_PROPOSAL,
        "summons-completion",
        Reason.OVERDUE,
        daily(date(2023, 7, 28)),
        project,
        texts=("办结时限（2023年6月30日）已过20个工作日仍未完成，规则为满20个工作日",),
        audience=(PostKind.LEADER, PostKind.OFFICE),
        id=106,
        **given,
    )


def stands(
    metric: str, unit: str, promised: str, planned: str, actual: str | None
) -> TargetStanding:
    form = TargetForm.ALL if unit == "%" else TargetForm.AT_LEAST
    done = Decimal(actual) if actual else None
    return TargetStanding(metric, unit, form, Decimal(promised), Decimal(planned), done)


def a_standing(
    code: str, title: str, light: Light, planned: str, actual: str, **given: Any
) -> Standing:
    values: dict[str, Any] = {
        "code": code,
        "kind": ProjectKind.PROJECT,
        "title": title,
        "field": "教育",
        "unit": "市教育局",
        "leader": "副市长（示例）",
        "state": ProjectState.UNDERWAY,
        "light": light,
        "planned": Decimal(planned),
        "actual": Decimal(actual),
        "due": date(2023, 11, 30),
    }
    return Standing(**(values | given))


FIELDS = (
    "新建生态公园、小微公园，增加停车泊位，持续改善城市人居环境",
    "新建和改扩建一批中小学、幼儿园，进一步解决大班额问题",
    "培育创业实体，稳定扩大社会就业",
    "实现“一村一年一事”全覆盖",
)
STANDINGS = (
    a_standing(
        "3",
        "市区绿地修复和生态公园建设",
        Light.GREEN,
        "60",
        "62.5",
        field=FIELDS[0],
        unit="市城市管理局",
    ),
    a_standing(
        "4",
        "新建公厕和小微公园",
        Light.RED,
        "60",
        "20",
        field=FIELDS[0],
        unit="市城市管理局",
        original_due=date(2023, 9, 30),
        targets=(
            stands("新建公厕", "座", "10", "6", "2"),
            stands("新建小微公园", "个", "2", "1", None),
        ),
    ),
    a_standing(
        "5", "新增机动车停车泊位", Light.BLUE, "100", "100", field=FIELDS[0], unit="市城市管理局"
    ),
    a_standing(
        "7",
        "新建改扩建中小学、幼儿园",
        Light.YELLOW,
        "60",
        "33.3",
        field=FIELDS[1],
        targets=(
            stands("新增学位", "个", "7500", "4500", "2500"),
            stands("教育发展公益基金", "%", "100", "60", "60"),
        ),
    ),
    a_standing(
        "9", "发放稳岗补贴", Light.GREEN, "50", "71", field=FIELDS[2], unit="市人力资源和社会保障局"
    ),
    a_standing(
        "19", "办理“一村一年一事”", Light.GREEN, "55", "58.4", field=FIELDS[3], unit="市农业农村局"
    ),
)
RECTIFICATION = a_standing(
    "Z-2",
    "小微公园围挡未按期拆除",
    Light.YELLOW,
    "50",
    "0",
    kind=ProjectKind.RECTIFICATION,
    unit="市城市管理局",
    due=date(2023, 7, 20),
)
WEEKLY_PAPER = WeeklyPaper(
    due_soon=(
        DueItem(
            "7",
            "新建改扩建中小学、幼儿园",
            "市教育局",
            "6月填报",
            DeadlineKind.REPORT,
            date(2023, 7, 5),
            2,
        ),
        DueItem(
            "8",
            "成立教育发展公益基金",
            "市教育局",
            "完成理事会换届",
            DeadlineKind.MILESTONE,
            date(2023, 7, 14),
            9,
        ),
    ),
    overdue=(
        DueItem(
            "7",
            "新建改扩建中小学、幼儿园",
            "市教育局",
            "主体封顶",
            DeadlineKind.MILESTONE,
            date(2023, 6, 30),
            -1,
        ),
    ),
    behind=(STANDINGS[3],),
    problems=(RECTIFICATION,),
)


def a_weekly_digest(kind: NoticeKind = NoticeKind.WEEKLY_DIGEST, unit: str = "市教育局") -> Matter:
    moment = moment_of(Cadence.WEEKLY, date(2023, 7, 3))
    facts = {
        "moment": moment_to_data(moment),
        "projects": [],
        "paper": papers.to_data(WEEKLY_PAPER),
    }
    return matter(a_notice(kind, "weekly", moment.day, facts, id=107), unit)


PROBLEM = a_standing(
    "2023-议1-2",
    "城南片区大班额未化解",
    Light.GREEN,
    "50",
    "0",
    kind=ProjectKind.PROBLEM,
    due=date(2023, 7, 31),
    remark="正在调整学区",
)


def a_monthly_push(**given: Any) -> Matter:
    moment = moment_of(Cadence.MONTHLY, date(2023, 7, 4))
    texts = ("推进中，时限2023年7月31日，还有19个工作日",)
    paper = papers.Push((CircularItem(PROBLEM, texts),))
    facts = {
        "moment": moment_to_data(moment),
        "projects": [],
        "paper": papers.to_data(paper),
        "decision": {"audience": ["contact", "unit_head"]},
    }
    values: dict[str, Any] = {"id": 112, "reply_by": date(2023, 7, 11)}
    notice = a_notice(
        NoticeKind.MONTHLY_PUSH, "push-handed-over", moment.day, facts, **(values | given)
    )
    return matter(notice)


def a_monthly_brief() -> Matter:
    moment = moment_of(Cadence.MONTHLY, date(2023, 7, 4))
    paper = papers.monthly_brief([*STANDINGS, RECTIFICATION], moment)
    facts = {"moment": moment_to_data(moment), "standings": [], "paper": papers.to_data(paper)}
    title = "2023年度民生实事办理情况专报（截至6月底）"
    notice = a_notice(NoticeKind.MONTHLY_BRIEF, "brief", moment.day, facts, id=108, title=title)
    return matter(notice, "")


def a_circular(**given: Any) -> Matter:
    moment = moment_of(Cadence.QUARTERLY, date(2023, 7, 5))
    named = tuple(
        CircularItem(
            standing, ("连续2个月亮黄灯或红灯，规则为连续2个月", f"当前为{standing.light.label}")
        )
        for standing in (STANDINGS[1], STANDINGS[3])
    )
    facts = {
        "moment": moment_to_data(moment),
        "standings": [],
        "projects": [],
        "decision": {"audience": ["unit_head", "leader", "office"]},
        "paper": papers.to_data(papers.circular(named, STANDINGS, moment)),
    }
    values: dict[str, Any] = {
        "id": 109,
        "title": "2023年度民生实事督查通报（截至6月底）",
        "reason": Reason.REPEATED,
    }
    notice = a_notice(
        NoticeKind.CIRCULAR, "quarter-circular", moment.day, facts, **(values | given)
    )
    return matter(notice, "")


def a_conclusion(*findings: tuple[str, str, date], **given: Any) -> Matter:
    """What a unit reads of an inspection of two of its items."""
    told = Conclusion(
        inspection=3,
        title="二季度民生实事暗访",
        kind=InspectionKind.UNANNOUNCED,
        leader="示例·督查甲",
        starts_on=date(2023, 6, 12),
        ends_on=date(2023, 6, 14),
        text="学校建设总体有序，一处停工。",
        items=(
            InspectedItem("2023-07", "新建改扩建中小学、幼儿园", findings),
            InspectedItem("2023-08", "成立教育发展公益基金", ()),
        ),
        review_within="30个自然日",
    )
    moment = daily(date(2023, 6, 15))
    facts = {
        "moment": moment_to_data(moment),
        "conclusion": conclusion_to_data(told),
        "decision": {"texts": [], "audience": ["contact", "unit_head"]},
    }
    values: dict[str, Any] = {"id": 112, "reply_by": date(2023, 6, 16)}
    return matter(
        a_notice(NoticeKind.CONCLUSION, "conclusion", moment.day, facts, **(values | given))
    )


STOPPED = ("二期停工，三处无人施工", "2023-07-改1", date(2023, 7, 14))


def a_review_decision() -> Matter:
    told = ReviewNotice(
        number=5,
        code="2023-07-改1",
        title="新建改扩建中小学、幼儿园：二期停工",
        contested="督查“二季度民生实事暗访”中的限期整改",
        requested_on=date(2023, 6, 20),
        outcome=ReviewState.CHANGED,
        decision="停工因汛期，属实。",
        effects=("2023-07-改1 的整改时限由2023年7月14日改为2023年8月11日",),
    )
    moment = daily(date(2023, 7, 10))
    facts = {
        "moment": moment_to_data(moment),
        "review": review_notice_to_data(told),
        "decision": {"texts": [], "audience": ["contact", "unit_head"]},
    }
    notice = a_notice(NoticeKind.REVIEW_DECISION, "review", moment.day, facts, id=113, project_id=7)
    return matter(notice)


LOST = Alarm(
    what=AlarmKind.UNDELIVERED,
    text="邮箱不存在或已停用（服务器答复 550 5.1.1 no such user）",
    project="催办：2023-07 新建改扩建中小学、幼儿园·主体封顶",
    person="马晓明",
    post="联系人",
    unit="市教育局",
    address="ma@example.gov.cn",
    instead="杨局长（单位主要负责人）",
    delivery=31,
)
NOBODY = Alarm(
    what=AlarmKind.NO_RECIPIENT,
    text="岗位空缺，且上级岗位均无人可收",
    project="提示：2023-09 义诊进乡村·办结",
    post="联系人",
    unit="市卫健局",
)


def an_alarm(*alarms: Alarm, **values: Any) -> Matter:
    """What the office reads of notices that did not arrive."""
    moment = daily(date(2023, 6, 27))
    facts = {
        "moment": moment_to_data(moment),
        "alarms": [alarm_to_data(alarm) for alarm in alarms],
        "decision": {"texts": [], "audience": ["office"]},
    }
    return matter(a_notice(NoticeKind.ALARM, "alarm", moment.day, facts, id=115, **values))


def a_review_reminder() -> Matter:
    """What the office reads while it has a review to decide."""
    project = a_project(
        a_deadline(DeadlineKind.REVIEW, date(2023, 7, 20), "复核申请5的决定", slot="5"),
        disputed=True,
    )
    return about(
        NoticeKind.REMINDER,
        "remind-review",
        Reason.DUE_SOON,
        daily(date(2023, 7, 17)),
        project,
        audience=(PostKind.OFFICE,),
        id=114,
    )


SIGNED: dict[str, Any] = {
    "state": NoticeState.ISSUED,
    "issued_at": datetime(2023, 7, 31, 1, tzinfo=UTC),
    "signed_by": "示例·领导甲",
    "signed_basis": "市政府第20次常务会议",
}
