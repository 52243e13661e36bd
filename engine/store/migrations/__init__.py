"""The steps by which the tables came to be. ``python -m engine.store.migrations`` writes one."""
