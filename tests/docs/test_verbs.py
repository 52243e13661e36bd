"""The table of the verbs is whole, and says what the tables of the life cycles say."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.main import build
from docs.renew import cycles
from engine.rules.assessments import OBJECTION, ObjectionEvent
from engine.rules.drafts import DRAFT, DraftEvent
from engine.rules.extensions import EXTENSION, ExtensionEvent
from engine.rules.inspections import INSPECTION, InspectionEvent
from engine.rules.lifecycle import PROJECT, ProjectEvent
from engine.rules.proposals import PROPOSAL, ProposalEvent
from engine.rules.public_objections import PUBLIC_OBJECTION, PublicObjectionEvent
from engine.rules.reviews import REVIEW, ReviewEvent
from engine.rules.steps import LifeCycle
from engine.rules.words import Word
from engine.store.event_kinds import EventKind

PAGE = Path(__file__).parents[2] / "docs" / "verbs.md"
TEXT = PAGE.read_text(encoding="utf-8")
COLUMNS = ("命令", "办什么", "谁办", "何时可办", "时限", "文书", "规则出处", "日志")
LINES = [line for line in TEXT.splitlines() if line.startswith("|")]
TABLE = [line[2:-2].split(" | ") for line in LINES if line.startswith("| `duban ")]
ROWS = {row[0].strip("`").removeprefix("duban "): row for row in TABLE}
READ_ONLY = TEXT.partition("## 只看或只运行的命令")[2]

STEPS: dict[tuple[LifeCycle[Any, Any], Word], str] = {
    (PROPOSAL, ProposalEvent.MERGE): "proposal merge",
    (PROPOSAL, ProposalEvent.ASSESS): "proposal assess",
    (PROPOSAL, ProposalEvent.DECLINE): "proposal decline",
    (PROPOSAL, ProposalEvent.PASS): "meeting record",
    (PROPOSAL, ProposalEvent.ADOPT): "import",
    (PROJECT, ProjectEvent.REGISTER): "import",
    (PROJECT, ProjectEvent.ASSIGN): "assign",
    (PROJECT, ProjectEvent.RETURN): "return",
    (PROJECT, ProjectEvent.REASSIGN): "reassign",
    (PROJECT, ProjectEvent.SIGN_FOR): "sign-for",
    (PROJECT, ProjectEvent.REQUEST_COMPLETION): "complete request",
    (PROJECT, ProjectEvent.SEND_BACK): "complete back",
    (PROJECT, ProjectEvent.CLOSE): "complete close",
    (PROJECT, ProjectEvent.REOPEN): "complete reopen",
    (PROJECT, ProjectEvent.REPORT_BACK): "opinion report",
    (PROJECT, ProjectEvent.SUSPEND): "suspend",
    (PROJECT, ProjectEvent.RESUME): "resume",
    (PROJECT, ProjectEvent.TERMINATE): "terminate",
    (PROJECT, ProjectEvent.REVOKE): "review decide",
    (EXTENSION, ExtensionEvent.REVIEW): "extend review",
    (EXTENSION, ExtensionEvent.APPROVE): "extend decide",
    (EXTENSION, ExtensionEvent.REFUSE): "extend decide",
    (INSPECTION, InspectionEvent.OPEN): "inspection open",
    (INSPECTION, InspectionEvent.CONCLUDE): "inspection conclude",
    (INSPECTION, InspectionEvent.CANCEL): "inspection cancel",
    (REVIEW, ReviewEvent.UPHOLD): "review decide",
    (REVIEW, ReviewEvent.CHANGE): "review decide",
    (REVIEW, ReviewEvent.REVOKE): "review decide",
    (REVIEW, ReviewEvent.WITHDRAW): "review withdraw",
    (DRAFT, DraftEvent.AMEND): "draft amend",
    (DRAFT, DraftEvent.CHECK): "draft check",
    (DRAFT, DraftEvent.SEND_BACK): "draft send-back",
    (DRAFT, DraftEvent.SIGN): "sign",
    (DRAFT, DraftEvent.DISMISS): "dismiss",
    (OBJECTION, ObjectionEvent.ACCEPT): "assess settle",
    (OBJECTION, ObjectionEvent.REJECT): "assess settle",
    (PUBLIC_OBJECTION, PublicObjectionEvent.UPHOLD): "objection handle",
    (PUBLIC_OBJECTION, PublicObjectionEvent.ANSWER): "objection handle",
    (PUBLIC_OBJECTION, PublicObjectionEvent.DECLINE): "objection handle",
}
"""By which command each step of a life cycle is taken."""

ANOTHER_STATE = {(PROJECT, ProjectEvent.REGISTER), (PROJECT, ProjectEvent.REVOKE)}
"""Steps whose row names the state of the proposal or of the review, not of the item."""


def _commands() -> set[str]:
    app: Any = typer.main.get_command(build())
    every = set()
    for name, command in app.commands.items():
        every |= {f"{name} {verb}" for verb in getattr(command, "commands", {})} or {name}
    return every


def test_every_command_is_in_the_table_or_only_looks_and_is_named_once():
    looking = re.findall(r"`duban ([^`]+)`", READ_ONLY)
    named = Counter([row[0].strip("`").removeprefix("duban ") for row in TABLE] + looking)
    assert set(named) == _commands()
    assert {name: times for name, times in named.items() if times > 1} == {}


def test_every_row_fills_every_column():
    heads = [line for line in LINES if line.startswith("| 命令")]
    assert set(heads) == {f"| {' | '.join(COLUMNS)} |"}
    assert [row[0] for row in TABLE if len(row) != len(COLUMNS) or not all(row)] == []


def test_every_step_of_every_life_cycle_has_its_command():
    taken = {(cycle, step.event) for _, cycle in cycles() for step in cycle.steps}
    assert set(STEPS) == taken


@pytest.mark.parametrize(
    ("cycle", "event", "command"),
    [(*key, command) for key, command in STEPS.items()],
    ids=[f"{event.value}: {command}" for (_, event), command in STEPS.items()],
)
def test_a_row_names_the_states_and_the_roles_of_its_step(
    cycle: LifeCycle[Any, Any], event: Word, command: str
):
    _, _, who, when, *_ = ROWS[command]
    steps = [step for step in cycle.steps if step.event is event]
    assert {role.label for step in steps for role in step.roles if role.label not in who} == set()
    if (cycle, event) not in ANOTHER_STATE:
        assert {step.source.label for step in steps if step.source.label not in when} == set()


def test_the_journal_column_names_kinds_of_the_journal():
    labels = {kind.label for kind in EventKind}
    told = {label for row in TABLE for label in row[-1].split("、") if label != "—"}
    assert told <= labels


def test_every_kind_of_the_journal_is_on_the_page():
    words = set(re.split(r"[、。：；|，\s]+", TEXT))
    assert {kind.label for kind in EventKind} <= words
