"""Notices after they are decided on: drafted, signed, answered, explained."""
