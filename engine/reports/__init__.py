"""What units say of their progress, and what is wrong with it."""
