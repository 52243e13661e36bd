"""Posts and who is in them: holders, deputies, leave."""
