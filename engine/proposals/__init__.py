"""Before the list: proposals, the meetings that pass them, what is carried over from last year."""
