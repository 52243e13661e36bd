"""Reading a wording without running it: only what is allowed, only fields that there are.

What is allowed is a closed list, so that a wording takes no more time and space than its own
length and the entries of one notice ask for: no calls but those of the shared phrases, no loop
within a loop, no text kept under a name. ``jinja2.sandbox`` guards the same border when it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from jinja2 import nodes

from notifications.wording_expressions import Expressions, Fault, Scope
from notifications.wording_fields import UNKNOWN, Loop, Types, elements_of

SHARED = "asks"
"""The one wording that others may import."""

REQUIRED = {"signature": ("office.name", "letter.day")}
"""What a macro may not leave out: a letter is signed and dated."""

_GROWING = (nodes.Concat, nodes.Add, nodes.Tuple, nodes.List, nodes.Call, nodes.Filter)
_PRINTED = frozenset({str, int})
_MARKUP = re.compile("[<>&]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Exports(NamedTuple):
    """What letters take from a wording: macros with their parameters, and names."""

    macros: dict[str, tuple[str, ...]]
    names: set[str]


def exports_of(tree: nodes.Template) -> Exports:
    """What a wording offers."""
    macros = {
        node.name: tuple(arg.name for arg in node.args)
        for node in tree.body
        if isinstance(node, nodes.Macro)
    }
    assigned = (node.target for node in tree.body if isinstance(node, nodes.Assign))
    return Exports(macros, {target.name for target in assigned if isinstance(target, nodes.Name)})


class Reader:
    """Reads one wording and gathers what is wrong with it.

    Args:
        given: the types of the parameters of macros, by name.
        shared: the macros of the shared phrases; empty for themselves.
    """

    def __init__(self, given: Scope, shared: Iterable[str]) -> None:
        self._given = given
        self._expressions = Expressions(shared)

    @property
    def faults(self) -> list[Fault]:
        """What is wrong, each fault once."""
        return list(dict.fromkeys(self._expressions.faults))

    def template(self, tree: nodes.Template, shipped: Exports) -> None:
        """Read all of it; letters must find in it what they find in the shipped one."""
        scope: dict[str, Types] = {}
        for node in tree.body:
            if isinstance(node, nodes.Macro):
                self._macro(node, shipped, scope)
            elif isinstance(node, nodes.Import):
                self._import(node)
            elif isinstance(node, nodes.Output):
                self._outside(node)
            elif isinstance(node, nodes.Assign):
                self._assign(node, scope)
            else:
                self._expressions.refuse(node)
        self._compare(exports_of(tree), shipped)

    def _compare(self, found: Exports, shipped: Exports) -> None:
        for name, parameters in shipped.macros.items():
            if found.macros.get(name) != parameters:
                self._expressions.fault(
                    0, f"须有宏 {name}({', '.join(parameters)})，名称和参数不能改"
                )
        for name in sorted(shipped.names - found.names):
            self._expressions.fault(0, f"须有 {{% set {name} = … %}}")

    def _macro(self, node: nodes.Macro, shipped: Exports, scope: Scope) -> None:
        if node.name not in shipped.macros:
            known = "、".join(shipped.macros)
            self._expressions.fault(node.lineno, f"宏 {node.name} 用不上，这里只用：{known}")
            return
        if node.defaults:
            self._expressions.fault(node.lineno, f"宏 {node.name} 的参数不能有默认值")
        named = {
            f"{field.node.name}.{field.attr}"
            for field in node.find_all(nodes.Getattr)
            if isinstance(field.node, nodes.Name)
        }
        for field_name in REQUIRED.get(node.name, ()):
            if field_name not in named:
                self._expressions.fault(
                    node.lineno, f"宏 {node.name} 须印出 {{{{ {field_name} }}}}"
                )
        arguments = {arg.name: self._given.get(arg.name, UNKNOWN) for arg in node.args}
        self._body(node.body, {**scope, **arguments})

    def _import(self, node: nodes.Import) -> None:
        of_shared = isinstance(node.template, nodes.Const) and (
            node.template.value == f"kinds/{SHARED}.j2"
        )
        if not of_shared or not self._expressions.shared or node.with_context:
            self._expressions.fault(node.lineno, "不能引入别的文件")
            return
        self._expressions.imported = node.target

    def _outside(self, node: nodes.Output) -> None:
        for part in node.nodes:
            if not isinstance(part, nodes.TemplateData) or part.data.strip():
                self._expressions.fault(part.lineno, "写在宏外面的内容不会出现在通知里，请移到宏里")

    def _body(self, body: Iterable[nodes.Node], scope: Scope, looping: bool = False) -> None:
        local = dict(scope)
        for node in body:
            match node:
                case nodes.Output():
                    self._output(node, local)
                case nodes.If():
                    self._expressions.read(node.test, local)
                    self._body(node.body, local, looping)
                    self._body(node.elif_, local, looping)
                    self._body(node.else_, local, looping)
                case nodes.For():
                    self._for(node, local, looping)
                case nodes.Assign():
                    self._assign(node, local)
                case _:
                    self._expressions.refuse(node)

    def _output(self, node: nodes.Output, scope: Scope) -> None:
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                self._text(part)
            elif not self._expressions.read(part, scope) <= _PRINTED:
                self._expressions.fault(
                    part.lineno,
                    "印出来的须是文字或数字：日期加“| day”，成串的加“| join('、')”，类别加“.label”",
                )

    def _text(self, node: nodes.TemplateData) -> None:
        for number, line in enumerate(node.data.split("\n"), node.lineno):
            if _MARKUP.search(line):
                self._expressions.fault(number, "不能写网页标记和 < > & 符号，版式由程序统一排")
            if _CONTROL.search(line):
                self._expressions.fault(number, "有看不见的控制字符，请删去")

    def _for(self, node: nodes.For, scope: Scope, looping: bool) -> None:
        if looping or node.recursive:
            self._expressions.fault(node.lineno, "循环里不能再有循环")
            return
        found = self._expressions.read(node.iter, scope)
        inner = {**scope, "loop": frozenset({Loop})}
        if not isinstance(node.iter, nodes.Name | nodes.Getattr) or not elements_of(found):
            self._expressions.fault(node.lineno, "循环只能逐项列出成串的字段，如 view.rows")
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = elements_of(found)
        else:
            self._expressions.fault(node.lineno, "循环的每一项只能用一个名字")
        if node.test:
            self._expressions.read(node.test, inner)
        self._body(node.body, inner, looping=True)
        self._body(node.else_, scope, looping)

    def _assign(self, node: nodes.Assign, scope: dict[str, Types]) -> None:
        found = self._expressions.read(node.node, scope)
        if not isinstance(node.target, nodes.Name) or node.target.name in self._given:
            self._expressions.fault(node.lineno, "{% set %} 只能起一个新名字")
            return
        if isinstance(node.node, _GROWING) or any(node.node.find_all(_GROWING)):
            self._expressions.fault(
                node.lineno, "{% set %} 只能给字段或固定的文字起名字，不能拼接、计算"
            )
        scope[node.target.name] = found
