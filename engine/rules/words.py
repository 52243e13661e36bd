"""The closed vocabularies of supervision: every state, kind and reason the engine knows.

Identifiers are English; ``label`` is the word that users read.
"""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """A member of a closed list, with the Chinese word that users read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Word:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    # A member is equal to its text; the hash of Enum is another, and made anew at each look-up.
    __hash__ = str.__hash__


class ProjectKind(Word):
    """What is supervised."""

    PROJECT = "project", "实事项目"
    MEASURE = "measure", "工作措施"
    PROBLEM = "problem", "交办问题"
    RECTIFICATION = "rectification", "限期整改"
    OPINION = "opinion", "审议意见"
    INSTRUCTION = "instruction", "批示交办"

    @property
    def is_reported(self) -> bool:
        """Whether it is reported on by the period, against a plan; all else by its result."""
        return self in (ProjectKind.PROJECT, ProjectKind.MEASURE)


class Urgency(Word):
    """紧急程度: a policy may let urgent items start higher on the ladder (三明 三色督查单)."""

    NORMAL = "normal", "一般"
    URGENT = "urgent", "紧急"
    CRITICAL = "critical", "特急"


class DeadlineKind(Word):
    """What a date is for."""

    SIGN_FOR = "sign_for", "签收时限"
    FIRST_REPORT = "first_report", "首报时限"
    REPORT = "report", "填报时限"
    PLAN = "plan", "实施方案时限"
    MILESTONE = "milestone", "节点时限"
    COMPLETION = "completion", "办结时限"
    RECTIFICATION = "rectification", "整改时限"
    REVIEW = "review", "复核时限"


UNIT_CLOCKS = tuple(kind for kind in DeadlineKind if kind is not DeadlineKind.REVIEW)
"""The clocks of the unit. That of a review is the office's own: it runs on while the others stand
still, is not moved by a pause, and does not end with the item."""


class DeadlineState(Word):
    """Whether a date still binds."""

    PENDING = "pending", "未到期或未完成"
    MET = "met", "已完成"
    REPLACED = "replaced", "已调整"
    CANCELLED = "cancelled", "已取消"


class Stage(Word):
    """The three stages: 事前提示、事中警示、事后通报."""

    BEFORE = "before", "事前提示"
    DURING = "during", "事中警示"
    AFTER = "after", "事后通报"


class NoticeKind(Word):
    """What the engine issues."""

    ASSIGNMENT = "assignment", "交办通知"
    SUPPORT_NOTICE = "support_notice", "配合通知"
    RELIEF = "relief", "改派告知"
    CONCLUSION = "conclusion", "督查结论反馈"
    REVIEW_DECISION = "review_decision", "复核决定"
    REMINDER = "reminder", "提示"
    CHASE = "chase", "催办"
    YELLOW_WARNING = "yellow_warning", "黄色警示"
    RED_WARNING = "red_warning", "红色警示"
    WEEKLY_DIGEST = "weekly_digest", "一周一督"
    WEEKLY_LIST = "weekly_list", "督查室周清单"
    MONTHLY_PUSH = "monthly_push", "一月一促"
    MONTHLY_BRIEF = "monthly_brief", "月度专报"
    SUMMONS_PROPOSAL = "summons_proposal", "约谈建议"
    CIRCULAR = "circular", "督查通报"
    ALARM = "alarm", "送达告警"

    @property
    def severity(self) -> int:
        """The step on the ladder; a higher step supersedes the lower ones."""
        return LADDER.index(self) if self in LADDER else 0

    @property
    def counted(self) -> str:
        """Its name among the counts of a sweep."""
        return f"notice.{self.value}"

    @property
    def is_criticism(self) -> bool:
        """Whether it waits for a signature (条例 733, art. 21)."""
        return self in (NoticeKind.SUMMONS_PROPOSAL, NoticeKind.CIRCULAR)

    @property
    def is_answered_in_words(self) -> bool:
        """An assignment is answered by its signature."""
        return self is not NoticeKind.ASSIGNMENT


LADDER = (
    NoticeKind.ASSIGNMENT,
    NoticeKind.REMINDER,
    NoticeKind.CHASE,
    NoticeKind.YELLOW_WARNING,
    NoticeKind.RED_WARNING,
    NoticeKind.SUMMONS_PROPOSAL,
    NoticeKind.CIRCULAR,
)


INFORMING = (NoticeKind.SUPPORT_NOTICE, NoticeKind.RELIEF)
"""What only informs, and is no step before a later one."""


class NoticeState(Word):
    """How far a notice has come."""

    DRAFT = "draft", "待签发"
    ISSUED = "issued", "已发出"
    DISMISSED = "dismissed", "不予发出"
    CANCELLED = "cancelled", "已取消"


class Light(Word):
    """The colour of a project. Blue is done."""

    GREEN = "green", "绿灯"
    YELLOW = "yellow", "黄灯"
    RED = "red", "红灯"
    BLUE = "blue", "蓝灯（办结）"


class PostKind(Word):
    """The post a duty belongs to. The order is the chain by which a notice climbs."""

    CONTACT = "contact", "联系人"
    SECTION = "section", "科室负责人"
    UNIT_HEAD = "unit_head", "单位主要负责人"
    LEADER = "leader", "领办领导"
    PRINCIPAL = "principal", "政府主要领导"
    OFFICE = "office", "督查室"
    SIGNER = "signer", "签发人"


CHAIN = (
    PostKind.CONTACT,
    PostKind.SECTION,
    PostKind.UNIT_HEAD,
    PostKind.LEADER,
    PostKind.PRINCIPAL,
    PostKind.OFFICE,
)


UNIT_POSTS = (PostKind.CONTACT, PostKind.SECTION, PostKind.UNIT_HEAD)
"""The posts within a unit, in the order in which a notice climbs."""


class UnitLevel(Word):
    """Where a unit stands in the tree of governments; the higher sees the lower."""

    PROVINCE = "province", "省级"
    CITY = "city", "地市级"
    COUNTY = "county", "县级"
    TOWN = "town", "乡级"


class Cadence(Word):
    """How often a sweep runs."""

    DAILY = "daily", "日检查"
    WEEKLY = "weekly", "一周一督"
    MONTHLY = "monthly", "一月一促"
    QUARTERLY = "quarterly", "每季观摩"


class Timeliness(Word):
    """How a project met its date; told apart for ever."""

    EARLY = "early", "提前办结"
    ON_TIME = "on_time", "按期办结"
    EXTENDED = "extended", "经批准调整后按期办结"
    REWORKED = "reworked", "复查不合格，重新办理后办结"
    LATE = "late", "逾期办结"


class Reason(Word):
    """Why a decision was taken, also when it was to do nothing."""

    DUE_SOON = "due_soon", "时限临近"
    OVERDUE = "overdue", "已过时限未完成"
    BEHIND_PLAN = "behind_plan", "落后于序时进度"
    UNANSWERED = "unanswered", "前次通知逾期未答复"
    LAPSED = "lapsed", "答复后未见进展"
    REPEATED = "repeated", "连续偏离或多次催办"
    GATE = "gate", "到达规定的检查节点"
    ON_PLAN = "on_plan", "符合序时进度"
    RED_REMEMBERED = "red_remembered", "曾亮红灯，整改后转黄灯"
    ROUTINE = "routine", "按规定程序发出"
    NOTHING_DUE = "nothing_due", "无到期事项"
    ALREADY_ISSUED = "already_issued", "同一通知已发出"
    ACKNOWLEDGED = "acknowledged", "责任单位已答复，暂不升级"
    SUPERSEDED = "superseded", "已由更高一级通知取代"
    SUSPENDED = "suspended", "事项已暂停，时限中止"
    AWAITING_OFFICE = "awaiting_office", "已报督查室，等待核验或改派"
    EXEMPTED = "exempted", "经批准免于本项督办"
    UNDER_REVIEW = "under_review", "异议复核中，暂不升级"
    CLOSED = "closed", "核验销号"
    REOPENED = "reopened", "复查不合格，重新办理"
    NO_RECIPIENT = "no_recipient", "岗位无人，未找到收件人"
    OUTSIDE_HOURS = "outside_hours", "非工作时间，顺延发送"
    OVER_BUDGET = "over_budget", "本单位本月通知已达上限，并入下次汇总"
    SILENCED = "silenced", "经批准暂缓提醒"
    UNDELIVERED = "undelivered", "前一收件人无法送达，改送上一级岗位"


class ChannelKind(Word):
    """A way by which a notice reaches people."""

    EMAIL = "email", "邮件"
    INBOX = "inbox", "站内收件箱"
    GROUP = "group", "工作群机器人"


class Route(Word):
    """By which way somebody acted, where it was not at the desk."""

    LINK = "link", "邮件链接"


class InspectionKind(Word):
    """How an inspection is made."""

    ON_SITE = "on_site", "实地督查"
    UNANNOUNCED = "unannounced", "暗访（四不两直）"
    JOINT = "joint", "联合督查"
    RANDOM_VISIT = "random_visit", "随机走访"
