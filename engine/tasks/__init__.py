"""What others hand over: opinions of the congress with their problems, instructions of leaders."""
