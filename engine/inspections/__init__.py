"""Inspections, what they find, and the putting right of it."""
