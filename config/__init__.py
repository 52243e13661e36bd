"""Shipped policies, calendars, schedules and examples, and their typed loader."""
