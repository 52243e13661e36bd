"""The shipped policies as one page of Markdown: ``docs/policy.md``, which a test keeps equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from config.policy_diff import diff_policies
from config.policy_words import light_words, rule_words, setting_words
from engine.rules.policy import Policy
from engine.rules.words import Stage

INTRODUCTION = """\
# 督办规则

本页由 `config/policies/` 中的规则文件生成，与文件不一致时测试不通过；要改规则，请改文件。
“本地设定”是没有公开规定可循、由本系统提出的数字，各地可以改。起算当天不计，工作日按日历层计算；
自然日的末日逢节假日顺延。考核的分数另见 `config/scoring/` 中的评分表。

同一时限、同一天只发成立的最高一级，次序为：提示、催办、黄色警示、红色警示、约谈建议、督查通报。
单位答复后，在暂缓期内不再升级。约谈建议和督查通报只拟稿，经有权人签发后才发出
（《政府督查工作条例》第二十一条）。"""
RULE_COLUMNS = ("名称", "何时", "适用", "发什么", "发给", "答复期", "出处")


def policy_page(default: Policy, variants: Sequence[Policy]) -> str:
    """The default policy in tables, then how each variant differs from it."""
    return "\n".join(_lines(default, variants)) + "\n"


def _lines(default: Policy, variants: Sequence[Policy]) -> Iterator[str]:
    yield INTRODUCTION
    yield f"\n## {default.title}（`{default.id}`）\n\n### 时限与时段\n"
    settings = ((name, *words) for name, words in setting_words(default).items())
    yield from _table(("项目", "规定", "出处"), settings)
    yield "\n### 灯色\n\n从上往下，第一条成立的为准；都不成立为绿灯。红灯整改后转黄灯，不再转绿。\n"
    lights = ((f"`{light.id}`", *light_words(light).values()) for light in default.lights)
    yield from _table(("编号", "名称", "灯色", "何时", "出处"), lights)
    for stage in Stage:
        yield f"\n### {stage.label}\n"
        words = ((r.id, rule_words(r)) for r in default.rules if r.stage is stage)
        rows = ((f"`{name}`", *(told[c] for c in RULE_COLUMNS)) for name, told in words)
        yield from _table(("编号", *RULE_COLUMNS), rows)
    for variant in variants:
        yield f"\n## {variant.title}（`{variant.id}`）\n\n与默认规则的不同：\n"
        yield from (f"- {line}" for line in diff_policies(default, variant))


def _table(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield _row(columns)
    yield _row("---" for _ in columns)
    yield from (_row(row) for row in rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
