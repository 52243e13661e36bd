"""The deeds of a scenario, carried out on their day by the services that everybody uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from config.acts import Deed
from engine.errors import DubanError
from engine.rules.conditions import written
from flows.rehearsal import collecting, handing, publishing, supervising, working
from flows.rehearsal.scene import Scene

Verb = tuple[str, Callable[[Scene, Any], None]]
"""What a deed is called, and who carries it out."""

VERBS: dict[str, Verb] = {
    "collect": ("收集建议", collecting.collect),
    "merge": ("合并建议", collecting.merge),
    "assess": ("评估建议", collecting.assess),
    "decline": ("不采纳建议", collecting.decline),
    "meet": ("会议审议", collecting.meet),
    "carry_over": ("延续与拓展", collecting.carry_over),
    "break_down": ("任务分解", working.break_down),
    "plan": ("倒排工期", working.plan),
    "give_back": ("退回", working.give_back),
    "reassign": ("改派", working.reassign),
    "suspend": ("暂停", working.suspend),
    "resume": ("恢复", working.resume),
    "silence": ("暂缓提醒", working.silence),
    "change": ("调整", working.change),
    "report": ("填报", working.report),
    "take_post": ("换岗", handing.take_post),
    "name_deputy": ("设AB角", handing.name_deputy),
    "come_back": ("销假", handing.come_back),
    "receive_opinion": ("接收审议意见", handing.receive_opinion),
    "evaluate": ("满意度测评", handing.evaluate),
    "instruct": ("批示交办", handing.instruct),
    "plan_inspection": ("列入督查计划", supervising.plan_inspection),
    "recheck": ("复查", supervising.recheck),
    "ask_review": ("申请复核", supervising.ask_review),
    "decide_review": ("复核决定", supervising.decide_review),
    "amend_circular": ("修改通报稿", supervising.amend_circular),
    "publish_board": ("公示", publishing.publish_board),
    "receive_objection": ("登记公示异议", publishing.receive_objection),
    "handle_objection": ("办理公示异议", publishing.handle_objection),
    "score": ("考核评分", supervising.score),
    "publish_scores": ("送达得分", supervising.publish_scores),
    "object": ("提出考核异议", supervising.object_to_score),
    "settle": ("处理考核异议", supervising.settle_objection),
}


class RehearsalStopped(DubanError):
    """预演到某一天做不下去。"""


def act(scene: Scene) -> bool:
    """Do what the scenario has for today, in its order; returns whether there was anything.

    Raises:
        RehearsalStopped: a deed is refused, or one that has to be refused is not; names the day
            and the deed.
    """
    today = [deed for deed in scene.scenario.acts if scene.falls_today(deed.on)]
    for deed in today:
        _do(scene, deed)
    return bool(today)


def _do(scene: Scene, deed: Deed) -> None:
    name, carry_out = VERBS[deed.do]  # type: ignore[attr-defined]
    what = f"{written(scene.today)}的“{name}”"
    try:
        # What is refused leaves nothing behind, also what it had begun.
        with scene.session.begin_nested():
            carry_out(scene, deed)
    except DubanError as error:
        if not deed.refused:
            raise RehearsalStopped(f"{what}没有办成：{error}") from error
        scene.cast.refused.append((scene.today, name, str(error)))
        return
    if deed.refused:
        raise RehearsalStopped(f"{what}应当被拒绝（refused: true），却办成了")
