"""A sweep during which everything is killed in turn, held against one that nobody disturbed."""
