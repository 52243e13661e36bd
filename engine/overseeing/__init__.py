"""Overseeing: what the whole list and each of its items look like today. Read-only, and in sets."""
