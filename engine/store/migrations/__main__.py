"""``python -m engine.store.migrations NAME``: write the next migration.

The new file holds the difference between ``tables`` and the migrations there are. Read it, and
improve it, before you commit it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from engine.store.database import Database
from engine.store.schema import MIGRATIONS, config


def write(name: str) -> Path:
    """Write the migration ``NNNN_name.py`` and return where it is."""
    versions = MIGRATIONS / "versions"
    number = 1 + len(list(versions.glob("[0-9]*.py")))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        with database.engine.begin() as connection:  # by the revisions there are, step by step
            command.upgrade(config(connection), "head")
            command.revision(config(connection), name, autogenerate=True, rev_id=f"{number:04d}")
        database.close()
    (path,) = versions.glob(f"{number:04d}_*.py")
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line), "utf-8")
    for task in (["format"], ["check", "--fix"]):
        subprocess.run([sys.executable, "-m", "ruff", *task, "--quiet", path], check=True)
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m engine.store.migrations NAME")
    print(write(sys.argv[1]))
