"""The yearly assessment of units."""
