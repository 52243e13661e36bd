"""公示: what the public is shown of a list, and what becomes of an objection to it."""
