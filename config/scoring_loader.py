"""The table of scores from YAML: validated whole, with every fault told at once."""

from __future__ import annotations

from pathlib import Path

from config.errors import ConfigError
from config.yaml_file import read_yaml
from engine.rules.policy import Part
from engine.rules.score_table import ScoreTable

SHIPPED = Path(__file__).parent / "scoring"
WHAT = "考核评分表"


def load_scoring(name_or_path: str | Path = "default") -> ScoreTable:
    """The table of a shipped name such as ``default``, or of a .yaml file.

    Raises:
        ConfigError: in Chinese, with the line, the place, the fault and the cure of every fault.
    """
    file = read_yaml(_locate(name_or_path), WHAT)
    known = {name for part in Part.__subclasses__() for name in part.model_fields}
    return file.parse(ScoreTable, file.data, known)


def shipped_tables() -> list[str]:
    """The names of the tables that come with the program."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def _locate(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.suffix not in {".yaml", ".yml"}:
        path = SHIPPED / f"{name_or_path}.yaml"
    if not path.is_file():
        raise ConfigError(
            f"找不到{WHAT} {name_or_path}。自带的有：{'、'.join(shipped_tables())}；"
            "自定义的请写 .yaml 文件的路径。"
        )
    return path
