"""The same year on one machine and on many: whether it leaves the same behind."""
