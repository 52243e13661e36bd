"""Reviews that inspected units ask for (政府督查工作条例 art. 17)."""
