"""A YAML file read strictly: no key twice, no guessed types, every fault with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from config.errors import ConfigError, fault_of, without_consequences

Place = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

# YAML 1.1 reads 17:30 as the number 1050, 2023-11-30 as a date and the key "on" as true; here
# all stay text, and the types that the text must fit decide.
_GUESSED = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "timestamp")}


# Ten times as fast; a PyYAML that was built without the C library does as well.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):
    """The safe loader without numbers, dates and truth values."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _GUESSED]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The content of a file, numbers left as text, and the line of every part of it.

    Attributes:
        what: names the file in errors, such as 督办规则.
    """

    path: Path
    what: str
    data: dict[str, Any]
    lines: dict[Place, int]

    def parse(self, model: type[Model], data: dict[str, Any], known: Iterable[str]) -> Model:
        """``data``, which is this file's content or built upon it, as a typed value.

        Args:
            known: names that are allowed somewhere, to guess what a misspelt one meant.

        Raises:
            ConfigError: in Chinese, with the line, the place, the fault and the cure of each fault.
        """
        try:
            return model.model_validate(data)
        except ValidationError as error:
            items = without_consequences(error.errors())
            raise self.refusal([self.fault(i["loc"], fault_of(i, known)) for i in items]) from error

    def refusal(self, faults: list[str]) -> ConfigError:
        """One error for all the faults of the file."""
        title = f"{self.what} {self.path.name} 有 {len(faults)} 处错误："
        return ConfigError.of(title, faults)

    def fault(self, place: Place, text: str) -> str:
        """A fault with its place: ``第41行 rules[3]（remind-report）.when.days_before：…``."""
        written = self._written(place)
        return f"第{self._line_of(place)}行 {written}：{text}" if written else text

    def _line_of(self, place: Place) -> int:
        """The line of a part, or of the nearest part around it."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]

    def _written(self, place: Place) -> str:
        """Positions count from 1, and a rule's id stands beside its position."""
        text, value = "", self.data
        for step in (step for step in place if step != "[key]"):
            value = _inside(value, step)
            if isinstance(step, str):
                text += f".{step}" if text else step
                continue
            rule_id = value.get("id") if isinstance(value, dict) else None
            text += f"[{step + 1}]" + (f"（{rule_id}）" if rule_id else "")
        return text


def _inside(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def read_yaml(path: Path, what: str) -> YamlFile:
    """Read one file.

    Raises:
        ConfigError: in Chinese, when it cannot be read, is not YAML, or has a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(path, what) from error
    except OSError as error:
        raise ConfigError(f"{what} {path} 读不出来。请检查文件是否存在、有无读取权限。") from error
    return yaml_of(text, path, what)


def yaml_of(text: str, path: Path, what: str) -> YamlFile:
    """Read what is, or might be, the text of a file.

    Raises:
        ConfigError: in Chinese, when it is not YAML, or has a key twice.
    """
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise ConfigError(f"{what} {path.name} 内容有误。请按“名称: 内容”逐项填写。")
        lines: dict[Place, int] = {}
        doubles = list(_walk(root, (), lines))
        if doubles:
            raise ConfigError.of(f"{what} {path.name} 有 {len(doubles)} 处重复：", doubles)
        return YamlFile(path, what, loader.construct_document(root), lines)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(
            f"{what} {path.name} 第{line}行附近写法有误。请检查缩进、冒号和引号。"
        ) from error
    except yaml.YAMLError as error:
        raise _unreadable(path, what) from error


def _unreadable(path: Path, what: str) -> ConfigError:
    return ConfigError(f"{what} {path.name} 含有无法识别的字符。请另存为 UTF-8 编码的文本文件。")


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Iterator[str]:
    """Note the line of every part; yield a complaint for every key written twice."""
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _walk(child, (*place, index), lines)
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            here = (*place, str(key.value))
            line = key.start_mark.line + 1
            if here in lines:
                yield f"第{line}行：“{key.value}”写了两次（前一次在第{lines[here]}行），请只留一处"
            lines[here] = line
            yield from _walk(child, here, lines)
