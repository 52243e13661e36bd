"""日志的可读内容: the data of an event in Chinese. The exact data is what the hash covers; this is
how a reader sees it. What is not in these lists is shown as it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from engine.rules.assessments import ObjectionState
from engine.rules.auditing import FindingKind
from engine.rules.changes import ChangeKind
from engine.rules.completion import VerificationMethod
from engine.rules.conditions import written
from engine.rules.congress import Satisfaction
from engine.rules.drafts import PublicAttribute
from engine.rules.lifecycle import ProjectState
from engine.rules.proposals import ProposalChannel, ProposalState, Succession
from engine.rules.reviews import ReviewState
from engine.rules.words import (
    Cadence,
    DeadlineKind,
    InspectionKind,
    Light,
    NoticeKind,
    PostKind,
    ProjectKind,
    Reason,
    Route,
    Timeliness,
    Urgency,
    Word,
)

LABELS: Mapping[str, str] = {
    "about": "涉及",
    "account": "账号",
    "accepted": "是否成立",
    "act": "办理",
    "actor": "办理人",
    "address": "地址",
    "answer": "答复",
    "ask": "要求",
    "back": "销假日期",
    "approved": "是否批准",
    "approved_on": "批准日期",
    "approver": "批准机关",
    "asked": "申请时限",
    "basis": "依据",
    "batch": "批次",
    "before": "原为",
    "after": "改为",
    "body": "决定机关",
    "budget": "每月额度（封）",
    "by": "由",
    "cadence": "检查",
    "calendar": "日历版本",
    "changed": "变化的事项",
    "changes": "变化",
    "check": "核对",
    "channel": "渠道",
    "code": "编号",
    "comment": "退回意见",
    "completion": "办结申请号",
    "conclusion": "结论",
    "content": "内容",
    "contested": "异议对象",
    "corrects": "更正日志号",
    "counts": "数量",
    "dates": "日期",
    "day": "日期",
    "days": "天数",
    "decide_by": "决定期限",
    "decided_by": "决定人",
    "decided_on": "决定日期",
    "decision": "决定",
    "declined": "未采纳",
    "delivery": "发送号",
    "departments": "责任部门",
    "deputy": "AB角",
    "digest": "文本摘要",
    "document": "文号",
    "doubts": "核对疑点",
    "due": "时限",
    "effects": "后续",
    "email": "邮箱",
    "ends_on": "结束日期",
    "error": "错误",
    "evaluated_on": "测评日期",
    "event": "日志号",
    "evidence": "证据",
    "explanation": "说明",
    "extension": "延期申请号",
    "faults": "问题",
    "feasible": "是否可行",
    "field": "领域",
    "fields": "变化内容",
    "handle_by": "办理期限",
    "finding": "问题",
    "findings": "问题数",
    "form": "公文",
    "from": "由",
    "funds": "资金（万元）",
    "held_on": "会议日期",
    "holder": "任职人",
    "inspection": "督查号",
    "into": "并入建议",
    "item": "事项",
    "items": "件数",
    "key": "通知编码",
    "kind": "种类",
    "lead": "牵头单位",
    "leader": "组长",
    "leave": "离岗登记号",
    "length": "字数",
    "level": "层级",
    "letters": "邮件（封）",
    "limit": "期限",
    "merged": "并入另一封（封）",
    "line": "得分项",
    "listed": "清单节点",
    "measures": "措施",
    "meeting": "会议",
    "members": "成员",
    "met": "完成日期",
    "method": "核验方式",
    "metric": "指标",
    "milestones": "完成的节点",
    "moved": "调整",
    "name": "名称",
    "note": "说明",
    "now": "现任",
    "notice": "通知号",
    "notices": "通知号",
    "number": "文号",
    "object_by": "异议截止",
    "objection": "异议号",
    "opinion": "意见",
    "origin": "上年事项",
    "outcome": "结果",
    "parent": "上级事项",
    "passed": "是否通过",
    "percent": "形象进度",
    "period": "期次",
    "person": "人员",
    "planned": "计划数",
    "points": "分数",
    "policy": "规则版本",
    "post": "岗位",
    "posts": "岗位",
    "progress": "进展",
    "project": "事项",
    "projects": "事项",
    "proposal": "建议号",
    "proposals": "建议",
    "public": "公开属性",
    "publication": "公示",
    "reason": "理由",
    "received": "收到日期",
    "received_on": "收到日期",
    "rectification": "整改事项",
    "remark": "补充说明",
    "report_by": "报告期限",
    "result": "结果",
    "review": "复核号",
    "roles": "授权",
    "rule": "规则",
    "rules": "被取代的规则",
    "safeguards": "保障措施",
    "satisfaction": "测评结果",
    "schedule": "完成时限",
    "scope": "范围",
    "scores": "得分",
    "session": "会议",
    "sha256": "文件散列",
    "size": "字节数",
    "silence": "暂缓号",
    "slack": "富余工作日",
    "slot": "序号",
    "sources": "来源建议",
    "starts_on": "开始日期",
    "state": "状态",
    "statement": "说明",
    "steps": "步骤",
    "subject": "对象",
    "succession": "延续拓展",
    "support": "配合单位",
    "table": "评分表版本",
    "target": "指标",
    "tasks": "目标任务",
    "text": "内容",
    "texts": "情况",
    "timeliness": "办结类别",
    "title": "标题",
    "to": "至",
    "total": "总分",
    "unfinished": "未办结",
    "unit": "单位",
    "units": "单位",
    "unsent_to": "未送达",
    "until": "截止",
    "used": "已发（封）",
    "urgency": "紧急程度",
    "values": "数值",
    "verified_by": "核验人",
    "version": "版本",
    "votes": "票数",
    "what": "事项",
    "why": "原因",
    "year": "年度",
}

# Several lists may hold a value of one name; the first that does is meant.
VOCABULARIES: Mapping[str, tuple[type[Word], ...]] = {
    "by": (Route,),
    "from": (ProjectState, Light),
    "to": (ProjectState, Light, PostKind),
    "kind": (DeadlineKind, NoticeKind, InspectionKind, ProjectKind, FindingKind),
    "reason": (Reason,),
    "state": (ProjectState, ProposalState, ReviewState, ObjectionState),
    "outcome": (ReviewState,),
    "cadence": (Cadence,),
    "posts": (PostKind,),
    "public": (PublicAttribute,),
    "post": (PostKind,),
    "urgency": (Urgency,),
    "channel": (ProposalChannel,),
    "succession": (Succession,),
    "timeliness": (Timeliness,),
    "satisfaction": (Satisfaction,),
    "method": (VerificationMethod,),
    "what": (ChangeKind,),
}
_MEMBERS = {
    key: {word.value: word.label for words in reversed(lists) for word in words}
    for key, lists in VOCABULARIES.items()
}
_KEYS = ("by", "steps")
"""What names a notice and steps for programs, where the number and the rules stand beside it."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def readable(data: Mapping[str, Any]) -> str:
    """An event's data in one line: 种类：节点时限；由：2023年6月30日；至：2023年7月14日."""
    return "；".join(_clauses(data))


def _clauses(data: Mapping[str, Any]) -> Iterator[str]:
    hidden = _KEYS if "rules" in data else ()
    for key, value in data.items():
        text = "" if key in hidden else _text(key, value)
        if text:
            yield f"{LABELS.get(key, key)}：{text}"


def _text(key: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        pairs = ((LABELS.get(name, name), _text(name, inner)) for name, inner in value.items())
        return "、".join(f"{name} {inner}" for name, inner in pairs if inner)
    if isinstance(value, list):
        return "、".join(filter(None, (_text(key, inner) for inner in value)))
    text = _MEMBERS.get(key, {}).get(str(value), str(value))
    return _written(text)


def _written(text: str) -> str:
    """A date as documents write it; anything else as it is."""
    return written(date.fromisoformat(text)) if _DAY.fullmatch(text) else text
