"""巡检: what should have happened and did not, read from the store in sets."""
