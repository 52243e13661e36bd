"""``duban explain``: why a notice was issued, and that the same facts give the same notice."""

from __future__ import annotations

from cli.answer import answering
from cli.installation import installation
from cli.options import AsJson, Number


def explain(number: Number, as_json: AsJson = False) -> None:
    """说明一份通知：规则、出处、事实、逐日计算，并重新推算一遍。"""
    with answering(as_json) as answer, installation() as service:
        from engine.notices.explaining import explain as explain_notice

        with service.database.read() as session:
            found = explain_notice(session, number)
        for line in found.lines:
            answer.say(line)
        answer.put(
            notice=number,
            kind=found.kind,
            title=found.title,
            as_of=found.as_of,
            rule=found.rule,
            source=found.source,
            reason=found.reason,
            facts=list(found.texts),
            policy_version=found.policy_version,
            calendar_version=found.calendar_version,
            same=found.same,
            lines=found.lines,
        )
        if not found.same:
            answer.fall_short()
