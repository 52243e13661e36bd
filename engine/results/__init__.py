"""The end of an item: asked for, proved, verified, opened again."""
