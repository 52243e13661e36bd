"""The list of a year: registered, read back, revised, held against what was decided."""
