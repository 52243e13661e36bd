"""Files that come with the program, by their short names; an office's own by their paths."""

from __future__ import annotations

from pathlib import Path

from config.errors import ConfigError


def shipped_names(folder: Path) -> list[str]:
    """The names of the files that come with the program in this folder."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def locate(folder: Path, what: str, name_or_path: str | Path) -> Path:
    """The file of a shipped name such as ``default``, or of the path of a .yaml file.

    Args:
        what: what is looked for, as users call it.

    Raises:
        ConfigError: there is none; names those that come with the program.
    """
    path = Path(name_or_path)
    if path.suffix not in {".yaml", ".yml"}:
        path = folder / f"{name_or_path}.yaml"
    if not path.is_file():
        names = "、".join(shipped_names(folder))
        raise ConfigError(
            f"找不到{what} {name_or_path}。自带的有：{names}；自定义的请写 .yaml 文件的路径。"
        )
    return path
