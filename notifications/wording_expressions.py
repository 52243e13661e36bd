"""The expressions of a wording: what they may be made of, and what type of value they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from jinja2 import nodes

from notifications.wording_fields import UNKNOWN, Types, elements_of, fields_of

FILTERS = frozenset(
    {"day", "default", "first", "join", "last", "length", "light", "numeral", "trim"}
)
TESTS = frozenset({"defined", "none"})
TEXT: Types = frozenset({str})
"""What has no fields of its own: texts, figures, verdicts."""

_PARTS = (
    *(nodes.Not, nodes.Compare, nodes.Operand, nodes.Add, nodes.Sub),
    *(nodes.Concat, nodes.Tuple, nodes.List, nodes.Keyword),
)

Scope = Mapping[str, Types]


class Fault(NamedTuple):
    """What is wrong, and in which line; 0 for the whole."""

    line: int
    text: str


class Expressions:
    """Reads expressions and gathers what is wrong with them.

    Args:
        shared: the macros of the shared phrases, which alone may be called.

    Attributes:
        imported: the name under which the wording has imported them; empty when it has not.
    """

    def __init__(self, shared: Iterable[str]) -> None:
        self.faults: list[Fault] = []
        self.shared = frozenset(shared)
        self.imported = ""

    def read(self, node: nodes.Node, scope: Scope) -> Types:
        """The types of an expression's value."""
        match node:
            case nodes.Const():
                return frozenset({type(node.value)})
            case nodes.Name():
                return self._name(node, scope)
            case nodes.Getattr():
                return self._field(node, self.read(node.node, scope))
            case nodes.CondExpr():
                self.read(node.test, scope)
                return self._any_of([node.expr1, *filter(None, [node.expr2])], scope)
            case nodes.And() | nodes.Or():
                return self._any_of([node.left, node.right], scope)
            case nodes.Filter():
                return self._filter(node, scope)
            case nodes.Test() if node.name in TESTS:
                self.read(node.node, scope)
            case nodes.Call():
                self._call(node, scope)
            case _ if isinstance(node, _PARTS):
                self._any_of(node.iter_child_nodes(), scope)
            case _:
                self.refuse(node)
        return TEXT

    def _any_of(self, parts: Iterable[nodes.Node], scope: Scope) -> Types:
        return frozenset().union(*(self.read(part, scope) for part in parts))

    def _name(self, node: nodes.Name, scope: Scope) -> Types:
        if node.name not in scope:
            known = "、".join(sorted(scope)) or "没有可用的字段"
            self.fault(node.lineno, f"没有“{node.name}”，这里可用：{known}")
        return scope.get(node.name, UNKNOWN)

    def _field(self, node: nodes.Getattr, of: Types) -> Types:
        fields = fields_of(of)
        if of and node.attr not in fields:
            known = f"可用：{'、'.join(fields)}" if fields else "它没有下级字段"
            self.fault(node.lineno, f"没有字段“{node.attr}”，{known}")
        return fields.get(node.attr, UNKNOWN)

    def _filter(self, node: nodes.Filter, scope: Scope) -> Types:
        if node.name not in FILTERS:
            known = "、".join(sorted(FILTERS))
            self.fault(node.lineno, f"不能用“| {node.name}”，可用：{known}")
        given = self.read(node.node, scope) if node.node else UNKNOWN
        self._any_of((*node.args, *node.kwargs), scope)
        if node.name in ("first", "last"):
            return elements_of(given) or TEXT
        return given if node.name == "default" else TEXT

    def _call(self, node: nodes.Call, scope: Scope) -> None:
        called = node.node
        if (
            not isinstance(called, nodes.Getattr)
            or not isinstance(called.node, nodes.Name)
            or called.node.name != self.imported
            or called.attr not in self.shared
            or node.dyn_args
            or node.dyn_kwargs
        ):
            self.fault(node.lineno, "不能调用函数")
            return
        self._any_of((*node.args, *node.kwargs), scope)

    def refuse(self, node: nodes.Node) -> None:
        """A way of writing that is not allowed at all."""
        self.fault(node.lineno, f"不能用 {type(node).__name__.lower()} 这种写法")

    def fault(self, line: int, text: str) -> None:
        """Something else that is wrong."""
        self.faults.append(Fault(line, text))
