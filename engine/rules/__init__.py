"""Pure functions and values. Nothing here reads a database, a file or the clock."""
