"""Rehearsing a year: the people of a scenario act day by day, and the engine answers."""
