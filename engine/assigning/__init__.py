"""Giving items to units: assigned, signed for, returned, given to another."""
