"""点单 in a rehearsal: proposals on their way to the list, and items on their way to the next."""

from __future__ import annotations

from config import acts
from engine.desk.transition import find_project
from engine.proposals import carrying_over, meetings, proposing
from engine.proposals.proposal import ProposalRefused
from engine.rules.proposals import Wish
from flows.rehearsal.scene import Scene

PASSED = "同意列入候选（示例）"


class WrongNumbers(ProposalRefused):
    """方案所写的建议编号与登记的不符。"""


def collect(scene: Scene, deed: acts.Collect) -> None:
    """Proposals of one channel; their numbers go by the order in which they come."""
    wishes = [Wish(title, deed.channel, scene.today) for title in deed.wishes.values()]
    rows = proposing.collect(scene.desk, deed.year, wishes, scene.officer(deed))
    numbers = [row.id for row in rows]
    if numbers != list(deed.wishes):
        raise WrongNumbers(f"建议的编号应为{numbers[0]}至{numbers[-1]}，请改正方案")


def merge(scene: Scene, deed: acts.Merge) -> None:
    """Several become one."""
    proposing.merge(scene.desk, deed.numbers, deed.into, scene.officer(deed), deed.reason)


def assess(scene: Scene, deed: acts.Assess) -> None:
    """Some are assessed alike, each with its cost."""
    by = scene.officer(deed)
    for number, funds in deed.funds.items():
        proposing.assess(
            scene.desk, number, by, feasible=deed.feasible, funds=funds, opinion=deed.opinion
        )


def decline(scene: Scene, deed: acts.Decline) -> None:
    """Some are not taken up, for one reason."""
    for number in deed.numbers:
        proposing.decline(scene.desk, number, scene.officer(deed), deed.reason)


def meet(scene: Scene, deed: acts.Meet) -> None:
    """A meeting goes through them."""
    verdicts = [meetings.Verdict(number, True, PASSED) for number in deed.passed]
    verdicts += [meetings.Verdict(number, False, why) for number, why in deed.failed.items()]
    sitting = meetings.Sitting(deed.body, deed.title, deed.on, deed.document)
    meetings.record_meeting(scene.desk, sitting, verdicts, scene.officer(deed))


def carry_over(scene: Scene, deed: acts.CarryOver) -> None:
    """Items of this list are proposed for the next."""
    projects = [find_project(scene.desk, code) for code in deed.items]
    carrying_over.carry_over(
        scene.desk,
        projects,
        deed.year,
        deed.succession,
        scene.officer(deed),
        content=deed.content,
    )
