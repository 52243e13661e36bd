"""The table of scores from YAML: validated whole, with every fault told at once."""

from __future__ import annotations

from pathlib import Path

from config.shipped import locate
from config.yaml_file import read_yaml
from engine.rules.policy_parts import Part
from engine.rules.score_table import ScoreTable

SHIPPED = Path(__file__).parent / "scoring"
WHAT = "考核评分表"


def load_scoring(name_or_path: str | Path = "default") -> ScoreTable:
    """The table of a shipped name such as ``default``, or of a .yaml file.

    Raises:
        ConfigError: in Chinese, with the line, the place, the fault and the cure of every fault.
    """
    file = read_yaml(locate(SHIPPED, WHAT, name_or_path), WHAT)
    known = {name for part in Part.__subclasses__() for name in part.model_fields}
    return file.parse(ScoreTable, file.data, known)
