"""The deeds of a rehearsal: what somebody does on a day that does not follow from habits.

Each deed is a verb with what it needs; who does it is the usual person unless ``by`` says.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from config.acts.handing import (
    ComeBack,
    Evaluate,
    HandedOver,
    Instruct,
    NameDeputy,
    ReceiveOpinion,
    TakePost,
)
from config.acts.items import (
    Alter,
    BackwardStep,
    BreakDown,
    GiveBack,
    Pause,
    PlanBack,
    Reassign,
    Report,
    Silence,
)
from config.acts.parts import (
    Deed,
    OfItem,
    Part,
)
from config.acts.proposals import (
    Assess,
    CarryOver,
    Collect,
    Decline,
    Meet,
    Merge,
)
from config.acts.publicity import (
    HandlePublicObjection,
    PublishBoard,
    ReceivePublicObjection,
)
from config.acts.supervision import (
    AmendCircular,
    AskReview,
    DecideReview,
    ObjectToScore,
    PlanInspection,
    PublishScores,
    Recheck,
    Score,
    SettleObjection,
)

Act = Annotated[
    Collect
    | Merge
    | Assess
    | Decline
    | Meet
    | BreakDown
    | PlanBack
    | GiveBack
    | Reassign
    | Pause
    | Silence
    | Alter
    | Report
    | TakePost
    | NameDeputy
    | ComeBack
    | PlanInspection
    | Recheck
    | AskReview
    | DecideReview
    | ReceiveOpinion
    | Evaluate
    | Instruct
    | Score
    | PublishScores
    | ObjectToScore
    | SettleObjection
    | AmendCircular
    | PublishBoard
    | ReceivePublicObjection
    | HandlePublicObjection
    | CarryOver,
    Field(discriminator="do"),
]

__all__ = [
    "Act",
    "Alter",
    "AmendCircular",
    "AskReview",
    "Assess",
    "BackwardStep",
    "BreakDown",
    "CarryOver",
    "Collect",
    "ComeBack",
    "DecideReview",
    "Decline",
    "Deed",
    "Evaluate",
    "GiveBack",
    "HandedOver",
    "HandlePublicObjection",
    "Instruct",
    "Meet",
    "Merge",
    "NameDeputy",
    "ObjectToScore",
    "OfItem",
    "Part",
    "Pause",
    "PlanBack",
    "PlanInspection",
    "PublishBoard",
    "PublishScores",
    "Reassign",
    "ReceiveOpinion",
    "ReceivePublicObjection",
    "Recheck",
    "Report",
    "Score",
    "SettleObjection",
    "Silence",
    "TakePost",
]
