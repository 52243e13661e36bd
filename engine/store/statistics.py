"""How many rows there are of what, as far as SQLite must know to look where it finds soonest.

PostgreSQL keeps its own; SQLite has none until it is asked to count, and then reads through a
hundred thousand open dates to find the few of an item.
"""

from __future__ import annotations

from engine.store.database import Database


def count_anew(database: Database) -> None:
    """Count again. Who opens a connection from now on goes by it."""
    with database.engine.begin() as connection:
        # Whole: a part of the rows (analysis_limit) misleads it where most have one state.
        connection.exec_driver_sql("ANALYZE")
    database.close()  # connections that stand open would never hear of it
