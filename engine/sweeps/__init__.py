"""The scheduled checks."""
